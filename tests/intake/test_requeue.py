import pytest

from feeds.__main__ import main as cli
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION, Scope
from feeds.catalogue.settings import Settings
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.intake.requeue import requeue
from feeds.intake.validate import Validator
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from tests.intake.feed_samples import AIR_EVENT, CATALOGUE, as_json

KEYS = Keys("sim")
JSON = "application/json"


@pytest.fixture
def door(validator, durable, volatile, settings):
    database = open_database(settings)
    yield Door(validator, KEYS, durable, volatile, Quarantine(database))
    database.close()


def numbers(durable):
    entries = durable.xrange(KEYS.stream("air", "01"))
    return [event for _, entry in entries for event in decode_batch(entry[b"b"])]


def widened(door, places, listening, clock):
    """A catalogue that was put right: PM2.5 may be higher."""
    import msgspec

    pm25 = msgspec.structs.replace(CATALOGUE.parameters["pm25"], high=9000)
    catalogue = msgspec.structs.replace(CATALOGUE, parameters={**CATALOGUE.parameters, "pm25": pm25})
    door.validator = Validator(catalogue, places, clock, listening)
    return door


def test_a_message_put_right_passes_as_if_it_came_when_it_came(door, durable, places, listening, clock):
    door.accept("air", as_json(AIR_EVENT, values={"pm25": 5000}), JSON)
    (row,) = door.quarantine.page(NATION)
    still = requeue(door, NATION, row.id, by="an", why="")
    assert (still.done, "2000" in still.why) == (False, True)
    assert len(door.quarantine.page(NATION)) == 1  # trying again adds no row
    clock.tick(400 * 3600)  # far beyond the late window, but it was in time when it came
    assert requeue(widened(door, places, listening, clock), NATION, row.id, by="an", why="nới ngưỡng").done
    (event,) = numbers(durable)
    assert (event.received, event.connector) == (row.received, "replay:http")
    (closed,) = door.quarantine.page(NATION, state="replayed")
    assert (closed.replayed_by, closed.replayed_why) == ("an", "nới ngưỡng")
    assert not requeue(door, NATION, row.id, by="an", why="").done
    assert len(numbers(durable)) == 1


def test_lines_sent_as_an_array_by_mistake_can_be_saved(door, durable):
    lines = b"\n".join([as_json(AIR_EVENT, seq=1), as_json(AIR_EVENT, seq=2)])
    door.accept("air", b"[" + lines, JSON)  # one unreadable piece
    (row,) = door.quarantine.page(NATION)
    assert row.bytes == lines
    assert requeue(door, NATION, row.id, by="an", why="").done
    assert [event.seq for event in numbers(durable)] == [1, 2]


def test_nobody_replays_what_they_may_not_see(door):
    door.accept("air", as_json(AIR_EVENT, seq=-1), JSON)
    (row,) = door.quarantine.page(NATION)
    assert not requeue(door, Scope(frozenset({"48"})), row.id, by="an", why="").done
    assert not requeue(door, NATION, row.id + 1, by="an", why="").done


def test_a_message_that_was_never_json_says_so(door):
    door.accept("air", b"", JSON)
    door.accept("air", b"\x00", JSON)
    (row,) = door.quarantine.page(NATION)
    assert requeue(door, NATION, row.id, by="an", why="").why


def test_command_line(door, make_settings, monkeypatch, capsys):
    settings = make_settings()
    monkeypatch.setattr(Settings, "from_env", classmethod(lambda _cls: settings))
    database = open_database(settings)
    door.quarantine = Quarantine(database)
    door.accept("air", as_json(AIR_EVENT, values={"pm25": 1e9}), JSON)
    door.accept("air", as_json(AIR_EVENT, source="khác", place="2025:99"), JSON)
    assert cli(["quarantine", "list", "--source", "khác"]) == 0
    assert "province_unknown" in capsys.readouterr().out
    assert cli(["quarantine", "reasons"]) == 0
    assert capsys.readouterr().out.splitlines() == ["1\tprovince_unknown", "1\tvalue_high"]
    assert cli(["quarantine", "replay", "--code", "value_high"]) == 1
    assert "2000" in capsys.readouterr().out
    database.close()


def test_command_line_knows_its_words(capsys):
    with pytest.raises(SystemExit):
        cli(["nonsense"])
    with pytest.raises(SystemExit):
        cli(["--help"])
    said = capsys.readouterr().out
    assert all(word in said for word in ("aggregate", "simulate", "door", "replay", "quarantine"))
