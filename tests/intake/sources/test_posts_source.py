"""Posts as JSON through a declared mapping, from a stand-in on loopback."""

from __future__ import annotations

import msgspec
import pytest

from feeds.intake.formats.posts import Mapping
from feeds.intake.social.article import author_hash
from feeds.intake.sources.kinds.posts import KIND, Page, PostsSettings
from feeds.intake.sources.seam import BadSource
from tests.intake.sources.listed import Listed
from tests.intake.sources.standin import Said, StandIn

POST = {
    "id_str": "77", "body": {"message": "Kẹt xe kéo dài ở cầu Sài Gòn sáng nay, gọi @nguoi_dan.79 hay 0903.111.222"},
    "created": 1763692200, "permalink": "https://mxh.example/77", "from": [{"name": "Trần Thị B"}],
}  # fmt: skip
MAPPING = Mapping(
    items="data.posts", text="body.message", at="created", id="id_str", url="permalink", author="from.0.name"
)


@pytest.fixture
def page():
    stand = StandIn()
    server = stand.start()
    yield stand
    server.shutdown()
    server.server_close()


def run(stand: StandIn, answer: object, **more: object) -> Listed:
    stand.answers["/p"] = Said(answer if isinstance(answer, bytes) else msgspec.json.encode(answer))
    outlet = Listed(rest=lambda _seconds: False, secrets={"T": "token-of-the-test", "A": "pseudonyms"})
    one = Page(url=f"{stand.url}/p", name="Trang Giao thông", mapping=MAPPING, token="T", place="2025:79")
    KIND.run(PostsSettings(pages=[one], **more), outlet)
    return outlet


def test_a_mapped_post_becomes_an_event_without_its_author(page) -> None:
    outlet = run(page, {"data": {"posts": [POST]}}, authors="A")
    (event,) = [event for event in outlet.events if "social" in event]
    said = event["social"]
    assert (event["place"], event["at"]) == ("2025:79", "2025-11-21T09:30:00+07:00")
    assert said["text"] == "Kẹt xe kéo dài ở cầu Sài Gòn sáng nay, gọi […] hay […]"
    assert (said["topic"], said["tone"]) == ("traffic", "negative")
    assert "Trần" not in msgspec.json.encode(outlet.events).decode()
    assert page.asked[0][1]["authorization"] == "Bearer token-of-the-test"


def test_one_author_has_one_pseudonym_and_another_secret_gives_another(page) -> None:
    first = run(
        page,
        {"data": {"posts": [POST, POST | {"id_str": "78", "body": {"message": "Mất điện cả phố từ trưa"}}]}},
        authors="A",
    )
    hashes = {event["social"]["author_hash"] for event in first.events if "social" in event}
    assert len(hashes) == 1
    assert author_hash("Trần Thị B", "pseudonyms") in hashes
    assert author_hash("Trần Thị B", "other") not in hashes


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"{", "json_truncated"),
        ({"data": {"posts": {}}}, "posts_path"),
        ({}, "posts_path"),
        ({"data": {"posts": [{"id_str": "1"}]}}, "item_empty"),
        ({"data": {"posts": [7]}}, "item_empty"),
        ({"data": {"posts": [POST] * 1001}}, "feed_many"),
    ],
)
def test_what_the_mapping_does_not_find_is_refused_with_a_reason(page, answer, code) -> None:
    assert [why.code for _, _, why, _ in run(page, answer).refused] == [code]


def test_a_neighbour_passes(page) -> None:
    outlet = run(page, {"data": {"posts": [{"id_str": "1"}, POST]}})
    assert sum("social" in event for event in outlet.events) == 1


def test_a_secret_that_is_not_set_is_a_sentence_without_it(page) -> None:
    one = Page(url=f"{page.url}/p", name="X", token="ABSENT")
    with pytest.raises(BadSource, match="ABSENT"):
        KIND.run(PostsSettings(pages=[one]), Listed(rest=lambda _seconds: False))
