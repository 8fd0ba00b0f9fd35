"""News as it comes over the wire: every dialect that papers write, and whatever breaks on the way."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.intake.formats import posts, rss
from feeds.intake.formats.posts import Mapping
from feeds.intake.reasons import REASONS
from feeds.intake.social.article import Article
from tests.intake.formats.mutate import mutated

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Báo</title><item><title><![CDATA[Ngập ở Huế]]></title><link>https://bao.example/1</link><guid>g1</guid>
<description><![CDATA[<img src="a"/>Mưa &amp; lũ]]></description><pubDate>Sat, 21 Nov 2026 09:00:00 +0700</pubDate>
</item><item><title>Tin hai</title><link>https://bao.example/2</link><content:encoded>Nội dung</content:encoded></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><entry><title>Bão số 5</title>
<id>urn:1</id><link href="https://bao.example/a"/><updated>2026-11-21T09:00:00+07:00</updated>
<author><name>An</name></author>
<content type="html">&lt;p&gt;Gió mạnh&lt;/p&gt;</content></entry></feed>"""
JSON = b'{"data":{"posts":[{"text":"K\xe1\xba\xb9t xe","url":"https://m.example/1","at":1763692200,"id":"1"},{"text":"M\xc6\xb0a"}]}}'
MAPPING = Mapping(items="data.posts")


def test_rss_of_a_paper():
    found = rss.read(RSS.encode())
    assert [(a.title, a.url, a.id, a.text) for a in found.articles] == [
        ("Ngập ở Huế", "https://bao.example/1", "g1", "Ngập ở Huế. Mưa & lũ"),
        ("Tin hai", "https://bao.example/2", "", "Tin hai. Nội dung"),
    ]
    assert found.articles[0].at == 1_795_226_400_000 and found.articles[1].at is None


def test_atom():
    (article,) = rss.read(ATOM.encode()).articles
    assert (article.id, article.url, article.author, article.text) == (
        "urn:1", "https://bao.example/a", "An", "Bão số 5. Gió mạnh",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_encodings(encoding):
    document = RSS.replace(' encoding="UTF-8"', "")
    assert rss.read(document.encode(encoding)).articles[0].title == "Ngập ở Huế"


def test_a_declared_encoding_holds_and_a_strange_one_is_refused():
    latin = (
        '<?xml version="1.0" encoding="windows-1252"?><rss><channel><item><title>Café</title></item></channel></rss>'
    )
    assert rss.read(latin.encode("cp1252")).articles[0].title == "Café"
    hidden = '<?xml version="1.0" encoding="utf-7"?><rss/>'
    assert [refused.why.code for refused in rss.read(hidden.encode()).refused] == ["feed_encoding"]


def test_a_document_cut_short_gives_what_it_has():
    cut = RSS[: RSS.index("</item>") + 20].encode()
    assert rss.read(cut).articles[0].id == "g1"


LAUGH = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>&b;</title></item>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&x;</title></item>'


@pytest.mark.parametrize("document", [LAUGH.encode(), OUTSIDE.encode(), LAUGH.encode("utf-16"), LAUGH.lower().encode()])
def test_entities_are_refused(document):
    found = rss.read(document)
    assert [refused.why.code for refused in found.refused] == ["feed_entities"] and not found.articles


@pytest.mark.parametrize("raw", [b"/etc/hostname", b"http://127.0.0.1:9/x", b"file:///etc/hostname", b"", b"\x00" * 50])
def test_bytes_are_never_taken_for_a_name_or_an_address(raw):
    found = rss.read(raw)
    assert [refused.why.code for refused in found.refused] == ["feed_broken"] and not found.articles


@pytest.mark.parametrize(
    "raw",
    [
        b"<rss><channel>" + b"<item><title>t</title>" * 20_000,
        b"<" * 500_000,
        b"<rss><channel>" + b"<a>" * 100_000,
    ],
)
def test_what_would_cost_too_much_is_refused_at_once(raw):
    assert [refused.why.code for refused in rss.read(raw).refused] == ["feed_many"]


def test_posts_by_their_paths():
    found = posts.read(JSON, MAPPING)
    assert [(a.text, a.id, a.published) for a in found.articles] == [("Kẹt xe", "1", "1763692200"), ("Mưa", "", "")]
    assert posts.at({"a": [{"b": 1}]}, "a.0.b") == 1
    assert posts.at({"a": [{"b": 1}]}, "a.7.b") is posts.at({"a": 1}, "a.b") is None


def whole(found) -> None:
    """Whatever came in: articles with text, refusals with a reason, nothing else."""
    for article in found.articles:
        assert isinstance(article, Article) and article.text and len(article.text) <= 500
        assert article.at is None or isinstance(article.at, int)
    for refused in found.refused:
        assert refused.why.code in REASONS and refused.why.vi and isinstance(refused.raw, bytes)


@given(st.binary(max_size=300))
def test_any_bytes(raw):
    whole(rss.read(raw))
    whole(posts.read(raw, MAPPING))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["data", "posts", "text", "url", "at", "id"]), inner)
        ),
        max_leaves=20,
    )
)
def test_any_json(value):
    try:
        raw = msgspec.json.encode(value)
    except UnicodeEncodeError:
        return
    whole(posts.read(raw, MAPPING))


READERS = {
    "rss": (RSS, rss.read),
    "atom": (ATOM, rss.read),
    "json": (JSON.decode(), lambda raw: posts.read(raw, MAPPING)),
}


def survives(name: str, times: int) -> None:
    chance = random.Random(766)
    sample, read = READERS[name]
    for _ in range(times):
        whole(read(mutated(chance, sample.encode())))


@pytest.mark.parametrize(("name", "times"), [("rss", 600), ("atom", 600), ("json", 8800)])
def test_ten_thousand_mutated_samples(name, times):
    survives(name, times)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["rss", "atom"])
def test_ten_thousand_more_of_each_feed(name):
    survives(name, 10_000)
