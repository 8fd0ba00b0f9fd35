"""Newspapers over HTTP, from a stand-in on loopback: what is new goes out once, and what cannot be read says why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from feeds.catalogue.clock import iso
from feeds.catalogue.loader import load
from feeds.catalogue.places import Places
from feeds.intake.event import Event
from feeds.intake.identity import event_hash
from feeds.intake.social.listening import Listening
from feeds.intake.sources import fetch
from feeds.intake.sources.kinds.rss import KIND, Paper, RssSettings
from feeds.intake.sources.seam import BadSource
from feeds.intake.validate import Validator
from tests.conftest import ROOT
from tests.intake.sources.listed import Listed
from tests.intake.sources.standin import Said, StandIn

FLOOD = "Mưa lớn gây ngập nặng tại phường Phú Hội, Thừa Thiên Huế, nhiều xe chết máy giữa đường"
SECRET = {"IOC_TEST_PSEUDONYMS": "a secret of this test"}


@pytest.fixture
def papers() -> Iterator[StandIn]:
    stand = StandIn()
    server = stand.start()
    yield stand
    server.shutdown()
    server.server_close()


@pytest.fixture
def outlet() -> Listed:
    return Listed(rest=lambda _seconds: False, secrets=dict(SECRET))


def item(title: str, link: str, at: str = "Fri, 21 Nov 2025 09:00:00 +0700", **more: str) -> str:
    extra = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return f"<item><title>{title}</title><link>https://bao.example/{link}</link><pubDate>{at}</pubDate>{extra}</item>"


def feed(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>B</title>'
    return f"{head}{''.join(items)}</channel></rss>".encode()


def settings(stand: StandIn, *paths: str, **more: object) -> RssSettings:
    return RssSettings(papers=[Paper(url=stand.url + path, name=f"Báo {path[1:].upper()}") for path in paths], **more)


def posts(outlet: Listed) -> list[dict]:
    return [event["social"] for event in outlet.events if "social" in event]


def counted(outlet: Listed) -> list[float]:
    return [event["values"]["items"] for event in outlet.events if "values" in event]


def test_an_item_becomes_an_event_that_the_door_takes_and_places(papers, outlet) -> None:
    html = "<![CDATA[<a href='x'><img src='y'/></a>Nước dâng &amp; chảy xiết. Liên hệ 0912 345 678]]>"
    papers.answers["/a"] = Said(feed(item(FLOOD, "1", description=html, author="phongvien@bao.example (Nguyễn Văn A)")))
    KIND.run(settings(papers, "/a", authors="IOC_TEST_PSEUDONYMS"), outlet)
    declared, post, report = outlet.sent
    assert declared[0] == "entities" and declared[1]["record"]["fields"]["vi"] == "Báo A"
    said = post[1]["social"]
    assert said["text"] == f"{FLOOD}. Nước dâng & chảy xiết. Liên hệ […]"
    assert (said["topic"], said["tone"], said["paper"]) == ("disaster", "negative", "Báo A")
    assert len(said["author_hash"]) == 32 and "Nguyễn" not in str(post)
    assert (post[1]["at"], report[1]["values"]) == ("2025-11-21T09:00:00+07:00", {"items": 1})
    event = validated(outlet, post)
    assert isinstance(event, Event), event
    assert event.place == "2025:46", "the old name is today's Huế"


@cache
def knowledge() -> tuple:
    """Catalogue, places and lexicon, once for this file."""
    places = Places.load()
    return load(ROOT / "data/catalogue"), places, Listening.load(places)


def validated(outlet: Listed, sent: tuple[str, dict]):
    catalogue, places, listening = knowledge()
    body = msgspec.json.encode({"source": "news", **sent[1]})
    return Validator(catalogue, places, outlet.clock, listening).check(sent[0], body)


def test_everything_it_sends_is_accepted(papers, outlet) -> None:
    papers.answers["/a"] = Said(feed(item(FLOOD, "1"), item("Giá vàng chiều nay đứng yên", "2", at="hôm qua")))
    KIND.run(settings(papers, "/a"), outlet)
    assert outlet.sent and all(isinstance(validated(outlet, sent), Event) for sent in outlet.sent)


def test_the_same_feed_again_sends_no_item_again(papers, outlet) -> None:
    papers.answers["/a"] = Said(feed(item(FLOOD, "1")))
    KIND.run(settings(papers, "/a"), outlet)
    outlet.clock.tick(900)
    papers.answers["/a"] = Said(feed(item("Bão tan, trời quang ở Quảng Ngãi", "2"), item(FLOOD, "1")))
    KIND.run(settings(papers, "/a"), outlet)
    assert [post["url"][-1] for post in posts(outlet)] == ["1", "2"]
    assert counted(outlet) == [1, 1]
    assert [feed for feed, _ in outlet.sent].count("entities") == 1


def test_sent_again_after_a_crash_it_is_the_same_event_to_the_byte(papers, outlet) -> None:
    papers.answers["/a"] = Said(feed(item(FLOOD, "1", at="không rõ ngày"), item("Giá xăng đứng yên chiều nay", "2")))
    KIND.run(settings(papers, "/a"), outlet)
    del outlet.memory["sent"]  # it died before it remembered
    outlet.clock.tick(900)
    KIND.run(settings(papers, "/a"), outlet)
    bodies = [msgspec.json.encode(event) for event in outlet.events if "social" in event]
    assert len(bodies) == 4 and sorted(bodies[:2]) == sorted(bodies[2:])
    hashes = {event_hash(validated(outlet, sent)) for sent in outlet.sent if "social" in sent[1]}
    assert len(hashes) == 2


def test_a_story_that_two_papers_print_counts_once(papers, outlet) -> None:
    again = FLOOD.replace("nhiều xe chết máy", "nhiều ô tô chết máy")
    papers.answers["/a"] = Said(feed(item(FLOOD, "1")))
    papers.answers["/b"] = Said(feed(item(again, "9"), item("Khánh thành cầu mới ở Bắc Ninh", "8")))
    KIND.run(settings(papers, "/a", "/b"), outlet)
    assert [post["url"][-1] for post in posts(outlet)] == ["1", "8"]
    assert counted(outlet) == [1, 2], "what each paper gave is told all the same"


def test_a_story_that_two_sources_tell_counts_once_whoever_dies(papers, outlet) -> None:
    """Each crash stands between two steps: claimed and not sent; sent and not remembered."""
    papers.answers["/a"] = Said(feed(item(FLOOD, "1")))
    papers.answers["/b"] = Said(feed(item(FLOOD.replace("nhiều xe", "nhiều ô tô"), "9"), item("Giá lúa tăng", "8")))
    other = Listed(me="listening", common=outlet.common, rest=lambda _seconds: False)
    send, outlet.send = outlet.send, lambda *_: (_ for _ in ()).throw(OSError("the power went"))
    outlet.memory["speaker rss-bao-a"] = "Báo A\nvn"
    with pytest.raises(OSError, match="power"):
        KIND.run(settings(papers, "/a"), outlet)
    KIND.run(settings(papers, "/b"), other)
    assert [post["url"][-1] for post in posts(other)] == ["8"] and counted(other) == [2]
    outlet.send = send
    for _ in range(2):
        KIND.run(settings(papers, "/a"), outlet)
        outlet.memory.pop("sent")
    assert [post["url"][-1] for post in posts(outlet)] == ["1", "1"]
    assert len({event_hash(validated(outlet, sent)) for sent in outlet.sent if "social" in sent[1]}) == 1
    KIND.run(settings(papers, "/a"), Listed(me="third", common=outlet.common, rest=lambda _seconds: False))
    other.memory.clear()
    KIND.run(settings(papers, "/b"), other)
    assert {post["url"][-1] for post in posts(other)} == {"8"}


def test_another_language_is_refused_with_a_reason_once(papers, outlet) -> None:
    papers.answers["/a"] = Said(feed(item("Heavy rain causes severe flooding in the old imperial city", "1")))
    for _ in range(2):
        KIND.run(settings(papers, "/a"), outlet)
    assert [(code.code, offset) for _, _, code, offset in outlet.refused] == [
        ("language_other", "https://bao.example/1")
    ]
    assert posts(outlet) == []
    other = Listed(rest=lambda _seconds: False)
    KIND.run(settings(papers, "/a", vietnamese_only=False), other)
    assert len(posts(other)) == 1


def test_old_items_are_left_alone_and_future_ones_are_of_now(papers, outlet) -> None:
    papers.answers["/a"] = Said(
        feed(
            item("Tin cũ từ tuần trước về giá lúa", "1", at="Mon, 10 Nov 2025 09:00:00 +0700"),
            item("Tin hẹn giờ đăng vào ngày mai", "2", at="Sun, 23 Nov 2025 09:00:00 +0700"),
        )
    )
    KIND.run(settings(papers, "/a"), outlet)
    (event,) = [event for event in outlet.events if "social" in event]
    assert (event["social"]["url"][-1], event["at"]) == ("2", iso(outlet.clock.now_ms()))


def test_it_asks_only_for_what_is_new(papers, outlet) -> None:
    papers.answers["/a"] = Said(feed(item(FLOOD, "1")), headers={"ETag": '"v1"'}, zipped=True)
    for _ in range(2):
        KIND.run(settings(papers, "/a"), outlet)
    assert [headers.get("if-none-match") for _, headers in papers.asked] == [None, '"v1"']
    assert outlet.answers == 2 and counted(outlet) == [1, 0]


def test_one_silent_paper_does_not_hold_up_the_others(papers, outlet) -> None:
    papers.answers["/b"] = Said(feed(item(FLOOD, "1")))
    with pytest.raises(BadSource, match="Báo A: the source answered 404"):
        KIND.run(settings(papers, "/a", "/b"), outlet)
    assert len(posts(outlet)) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><body>503</body></html>", "feed_broken"),
        (
            b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>',
            "feed_entities",
        ),
        (feed("<item><link>https://bao.example/1</link></item>"), "item_empty"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_reason(papers, outlet, body, code) -> None:
    papers.answers["/a"] = Said(body)
    KIND.run(settings(papers, "/a"), outlet)
    assert [why.code for _, _, why, _ in outlet.refused] == [code]


def test_an_answer_that_never_ends_or_unpacks_without_end_is_bounded(papers, outlet, monkeypatch) -> None:
    monkeypatch.setattr(fetch, "MOST_BYTES", 10_000)
    monkeypatch.setattr("feeds.intake.formats.rss.MOST_BYTES", 9_000)
    papers.answers["/a"] = Said(b" " * 5_000_000, zipped=True)
    papers.answers["/b"] = Said(b" " * 50_000)
    KIND.run(settings(papers, "/a", "/b"), outlet)
    assert [why.code for _, _, why, _ in outlet.refused] == ["feed_big", "feed_big"]
    assert all(len(raw) <= 65_536 for _, raw, _, _ in outlet.refused)


def test_an_answer_in_drops_or_cut_short_is_no_answer(papers, outlet, monkeypatch) -> None:
    papers.answers["/a"] = Said(feed(item(FLOOD, "1")))
    monkeypatch.setattr(fetch, "PIECE", 100)
    monkeypatch.setattr(fetch, "WHOLE_S", -1.0)
    with pytest.raises(BadSource, match="not whole"):
        KIND.run(settings(papers, "/a"), outlet)
    monkeypatch.setattr(fetch, "WHOLE_S", 60.0)
    papers.answers["/a"] = Said(b"<rss>", headers={"Content-Length": "5000"})
    with pytest.raises(BadSource, match="does not answer"):
        KIND.run(settings(papers, "/a"), outlet)
    assert posts(outlet) == []


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "/etc/hostname", "http://127.0.0.1:1/"])
def test_an_address_that_is_none_is_a_sentence(outlet, url) -> None:
    with pytest.raises(BadSource, match=r"web address|does not answer"):
        KIND.run(RssSettings(papers=[Paper(url=url, name="X")]), outlet)


def test_a_redirect_leads_to_the_web_and_nowhere_else(papers, outlet) -> None:
    papers.answers["/a"] = Said(status=302, headers={"Location": "file:///etc/hostname"})
    with pytest.raises(BadSource):
        KIND.run(settings(papers, "/a"), outlet)


def test_without_a_secret_nothing_of_an_author_is_kept(papers, outlet) -> None:
    papers.answers["/a"] = Said(feed(item(FLOOD, "1", author="Nguyễn Văn A")))
    KIND.run(settings(papers, "/a"), outlet)
    assert "author_hash" not in posts(outlet)[0]
    with pytest.raises(BadSource, match="IOC_TEST_ABSENT"):
        KIND.run(settings(papers, "/a", authors="IOC_TEST_ABSENT"), outlet)
