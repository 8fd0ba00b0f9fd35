"""Sources under supervision: one that fails, hangs or is stopped touches no other."""

import logging
import threading

import pytest
from sqlalchemy.exc import OperationalError

from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION, Scope
from feeds.intake.door import Door
from feeds.intake.sources.process import Connectors
from feeds.intake.sources.seam import BadSource
from feeds.intake.sources.spool import Sent
from feeds.store.quarantine import Quarantine
from feeds.store.sources import SourceBook
from tests.intake.sources.conftest import FILE
from tests.intake.sources.test_source_outlet import reading, stored

PATIENCE_S = 10


@pytest.fixture
def make_connectors(declare, validator, source_database, book, durable, volatile, tmp_path):
    door = Door(validator, Keys("sim"), durable, volatile, Quarantine(source_database))
    made = []

    def make(*ids, text=FILE):
        made.append(Connectors([declare(i, text) for i in ids], door, book, tmp_path / "spool"))
        return made[-1]

    yield make
    for connectors in made:
        for runner in connectors.runners:
            runner.stop()
            assert runner.join(PATIENCE_S), f"the thread of {runner.id} never ended"


def sends(seq):
    return lambda _settings, outlet: outlet.send("air", [reading(seq)])


def fails(error):
    def run(_settings, _outlet):
        raise error

    return run


def listens(heard, said):
    """A run that goes on until it is told to stop."""

    def run(_settings, outlet):
        said.set()
        while not outlet.wait(0.01):
            pass
        heard.set()

    return run


def test_a_run_is_good_then_fails_then_recovers(make_connectors, invented, durable, caplog):
    (runner,) = make_connectors("hn-khi").runners
    caplog.set_level(logging.WARNING, "ioc.sources")
    invented += [sends(1), fails(BadSource("the folder is not there")), fails(BadSource("still not")), sends(2)]
    assert 290 < runner.step() < 310
    assert (runner.state, runner.failures) == ("well", 0)
    assert runner.step() < 2
    assert (runner.state, runner.problem) == ("failing", "the folder is not there")
    assert 1 < runner.step() < 3
    assert (runner.failures, runner.problem) == (2, "still not")
    runner.step()
    assert (runner.state, runner.failures, runner.problem) == ("well", 0, "")
    assert [e.seq for e in stored(durable)] == [1, 2]
    assert [r.message for r in caplog.records if "hn-khi" in r.message] == [
        "source hn-khi fails: the folder is not there",
        "source hn-khi works again",
    ], "a change of health is told once"


def test_a_fault_of_ours_is_told_with_its_way_and_touches_no_other(make_connectors, invented, caplog):
    connectors = make_connectors("hn-khi", "hn-nuoc")
    invented += [fails(KeyError("oops")), sends(1)]
    first, second = connectors.runners
    first.step()
    second.step()
    assert (first.state, second.state) == ("failing", "well")
    assert "KeyError" in first.problem
    assert any(record.exc_info for record in caplog.records)


def test_an_operator_stops_and_starts_a_source(make_connectors, invented, book):
    connectors = make_connectors("hn-khi", "hn-nuoc")
    ended, began, other_began = threading.Event(), threading.Event(), threading.Event()
    again = threading.Event()
    invented += [listens(ended, began), listens(threading.Event(), other_began)]
    connectors.tend()
    assert began.wait(PATIENCE_S) and other_began.wait(PATIENCE_S)
    khi, _nuoc = connectors.runners
    row = next(row for row in book.all(NATION) if row.id == "hn-khi")
    book.want(row, False)
    connectors.tend()
    stopped = next(r for r in connectors.runners if r.state == "stopped")
    assert stopped.id == "hn-khi" and khi.join(PATIENCE_S)
    told = {row.id: (row.wanted, row.state) for row in book.all(NATION)}
    assert told == {"hn-khi": (False, "stopped"), "hn-nuoc": (True, "new")}
    invented.append(listens(threading.Event(), again))
    book.want(row, True)
    connectors.tend()
    assert again.wait(PATIENCE_S)
    assert {row.id: row.wanted for row in book.all(NATION)} == {"hn-khi": True, "hn-nuoc": True}


def test_health_is_seen_by_those_whose_province_it_is(make_connectors, book):
    make_connectors("hn-khi")._note(changed_only=False)
    make_connectors("vn-tin", text=FILE.replace('["01"]', "[vn]"))._note(changed_only=False)
    assert [row.id for row in book.all(NATION)] == ["hn-khi", "vn-tin"]
    assert [row.id for row in book.all(Scope(frozenset({"01"})))] == ["hn-khi"]
    assert book.all(Scope(frozenset({"79"}))) == []


def test_health_that_does_not_change_is_written_now_and_then(make_connectors, book, clock, monkeypatch):
    connectors, written = make_connectors("hn-khi"), []
    monkeypatch.setattr(SourceBook, "tell", lambda _book, rows: written.append([row.id for row in rows]))
    for _ in range(8):
        connectors._note(changed_only=True)
        clock.tick(1)
    assert written == [["hn-khi"], [], [], [], [], ["hn-khi"], [], []]


def test_sources_go_on_while_sql_is_away(make_connectors, invented, monkeypatch, caplog):
    connectors, began = make_connectors("hn-khi"), threading.Event()
    invented.append(listens(threading.Event(), began))
    connectors.tend()
    assert began.wait(PATIENCE_S)

    def away(*_):
        raise OperationalError("select", {}, Exception("away"))

    with monkeypatch.context() as patch:
        patch.setattr(SourceBook, "unwanted", away)
        connectors.tend()
        connectors.tend()
        assert connectors.runners[0].runs
    assert caplog.text.count("nothing is written down") == 1
    connectors.tend()
    assert connectors._well


def test_a_door_that_hangs_is_asked_once_a_round_and_every_source_has_its_turn(make_connectors, monkeypatch):
    connectors = make_connectors("hn-a", "hn-b", "hn-c")
    for runner in connectors.runners:
        runner.outlet.spool.add(Sent("air", 1, [b"{}"]))
    asked = []
    for runner in connectors.runners:
        monkeypatch.setattr(runner.outlet, "drain", lambda runner=runner: asked.append(runner.id))
    for _ in range(4):
        connectors._drain()
    assert asked == ["hn-a", "hn-b", "hn-c", "hn-a"]


def test_stopping_the_process_ends_every_thread_and_says_so(make_connectors, invented, book):
    connectors, ended, began = make_connectors("hn-khi"), threading.Event(), threading.Event()
    invented.append(listens(ended, began))
    stop = threading.Event()
    thread = threading.Thread(target=connectors.run, args=(stop,))
    thread.start()
    assert began.wait(PATIENCE_S)
    stop.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive() and ended.is_set()
    assert [row.state for row in book.all(NATION)] == ["stopped"]
    assert not any(thread.name.startswith("source ") for thread in threading.enumerate())


def test_what_waits_for_a_source_no_longer_declared_is_told(make_connectors, tmp_path, caplog):
    (tmp_path / "spool" / "gone").mkdir(parents=True)
    (tmp_path / "spool" / "gone" / "0000000000000001.entry").write_bytes(b"x")
    make_connectors("hn-khi")
    assert "not declared" in caplog.text and (tmp_path / "spool" / "gone" / "0000000000000001.entry").exists()
