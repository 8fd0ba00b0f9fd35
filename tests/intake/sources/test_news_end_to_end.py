"""The examples of the documentation, declared as an operator would, through the frame into real Redis and SQL."""

from __future__ import annotations

import re
import threading

import msgspec
import pytest

from feeds.catalogue.keys import Keys
from feeds.catalogue.loader import load
from feeds.catalogue.scope import NATION
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.intake.sources import declared
from feeds.intake.sources.outlet import DoorOutlet
from feeds.intake.sources.spool import Spool
from feeds.intake.validate import Validator
from feeds.store.quarantine import Quarantine
from tests.conftest import ROOT
from tests.intake.sources.standin import Said, StandIn

KEYS = Keys("sim")
CATALOGUE = load(ROOT / "data/catalogue")
RSS = """<rss version="2.0"><channel><title>B</title>
<item><title>Ngập nặng ở Thừa Thiên Huế sau mưa lớn</title><link>https://b.example/1</link></item>
<item><title>Ket xe o thanh pho Can Tho sang nay</title><link>https://b.example/2</link></item>
<item><title>Heavy rain floods the old imperial city again</title><link>https://b.example/3</link></item>
</channel></rss>"""
JSON = {
    "data": {"posts": [{"id_str": "1", "created": "21/11/2026 10:00", "body": {"message": "Mất điện ở Bình Phước"}}]}
}


@pytest.fixture
def example(tmp_path, places, monkeypatch):
    """Declares the example of a page with its addresses on the stand-in."""
    monkeypatch.setenv("IOC_PSEUDONYM_SECRET", "a secret of this test")
    monkeypatch.setenv("IOC_LISTENING_TOKEN", "a token of this test")

    def declare(kind: str, stand: StandIn) -> declared.Declared:
        page = (ROOT / f"docs/sources/{kind}.md").read_text("utf-8")
        text = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1]
        name = re.search(r"`data/sources/(\S+)\.yaml`", page)[1]
        folder = tmp_path / kind
        folder.mkdir()
        (folder / f"{name}.yaml").write_text(re.sub(r"https://[\w.-]+", stand.url, text), "utf-8")
        (found,) = declared.load(folder, CATALOGUE, places)
        return found

    return declare


@pytest.fixture
def run(durable, volatile, source_database, book, places, listening, clock, tmp_path):
    """Reads a declared source once into the servers."""
    quarantine = Quarantine(source_database)
    door = Door(Validator(CATALOGUE, places, clock, listening), KEYS, durable, volatile, quarantine)

    def once(source: declared.Declared) -> DoorOutlet:
        outlet = DoorOutlet(source, door, book, Spool(tmp_path / source.id, 1_000_000), threading.Event())
        source.kind.run(source.settings, outlet)
        return outlet

    return once


@pytest.fixture
def stand():
    stand = StandIn()
    server = stand.start()
    yield stand
    server.shutdown()
    server.server_close()


def stored(durable) -> list[tuple[str, str]]:
    """Place and text of every post in the streams."""
    keys = [key for key in durable.scan_iter(KEYS.stream("social", "*").replace("{", "[{]").replace("}", "[}]"))]
    events = [event for key in keys for _, entry in durable.xrange(key) for event in decode_batch(entry[b"b"])]
    return sorted((event.place, event.fields["text"]) for event in events if "text" in event.fields)


def test_newspapers_as_the_page_says(stand, example, run, durable, source_database, clock) -> None:
    stand.answers = {"/rss/thoi-su.rss": Said(RSS.encode()), "/atom.xml": Said(RSS.encode())}
    source = example("rss", stand)
    outlet = run(source)
    assert stored(durable) == [
        ("2025:46", "Ngập nặng ở Thừa Thiên Huế sau mưa lớn"),
        ("2025:92", "Ket xe o thanh pho Can Tho sang nay"),
    ]
    assert (outlet.tally.accepted, outlet.tally.duplicates) == (6, 0), "two posts, two speakers, two reports"
    rows = [(row.code, row.source, row.bytes) for row in Quarantine(source_database).page(NATION)]
    assert [(code, who) for code, who, _ in rows] == [("language_other", "newspapers")]
    assert b"Heavy rain" in rows[0][2]
    clock.tick(600)
    again = run(source)
    assert len(stored(durable)) == 2 and again.tally.accepted == 2, "only how many items there were"


def test_posts_as_the_page_says(stand, example, run, durable) -> None:
    stand.answers = {"/api/posts?since=1h": Said(msgspec.json.encode(JSON))}
    run(example("posts", stand))
    assert stored(durable) == [("2025:75", "Mất điện ở Bình Phước")]
    assert stand.asked[0][1]["authorization"] == "Bearer a token of this test"
