"""What an operator sees: list, test, start, stop."""

import argparse
import os
import signal
from dataclasses import replace
from functools import cache

import pytest

import feeds.__main__
from feeds.catalogue import loader
from feeds.catalogue.clock import SystemClock, iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.places import Places
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import ROOT, BadSetting
from feeds.host.supervisor import programs
from feeds.intake.event import decode_batch
from feeds.intake.reasons import rejection
from feeds.intake.sources import process, words
from feeds.intake.sources.trial import try_out
from feeds.serve.link import PROCESSES
from layouts.words import LANGS
from layouts.words import load as language_tables
from tests.intake.feed_samples import AT, EVENTS
from tests.intake.sources.conftest import FILE
from tests.intake.sources.test_source_outlet import reading

STATION = EVENTS["entities"]


@pytest.fixture(scope="module", autouse=True)
def catalogue_read_once():
    """Each word reads the whole catalogue; here once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(loader.load)
        patch.setattr(loader, "load", lambda folder, _modules=None: once(folder))
        patch.setattr(Places, "load", cache(Places.load))
        yield


@pytest.fixture
def with_source(declare, settings, tmp_path):
    """Settings whose folder of sources holds `hn-khi`."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "hn-khi.yaml").write_text(FILE.replace("{id}", "hn-khi"))
    return replace(settings, sources=folder)


def told(word, settings, source_id="hn-khi"):
    lines = []
    code = getattr(words, word)(settings, argparse.Namespace(id=source_id, seconds=0.2), lines.append)
    return code, lines


def event(**changes):
    at = iso(SystemClock().now_ms() - 60_000)
    return {"place": "2025:01/00004", "entity": "HN-KHI-001", "at": at, "values": {"pm25": 61.2}, **changes}


def test_list_shows_a_source_that_nobody_reads_yet(with_source):
    code, lines = told("list", with_source)
    assert code == 0
    assert lines == ["hn-khi\tinvented\tnot running\t0 accepted, 0 duplicates, 0 rejected\tno event yet"]


def test_stop_and_start_are_kept(with_source, book):
    assert told("stop", with_source)[0] == 0
    assert [(row.id, row.wanted) for row in book.all(NATION)] == [("hn-khi", False)]
    assert told("list", with_source)[1][0].split("\t")[2] == "stopped"
    assert told("start", with_source)[0] == 0
    assert book.unwanted() == frozenset()


def test_an_unknown_source_is_a_sentence(with_source):
    with pytest.raises(BadSetting, match=r"There is no source 'nope'.*hn-khi"):
        told("stop", with_source, "nope")


def test_a_trial_shows_what_would_be_sent_and_remembers_nothing(with_source, invented, book):
    def run(settings, outlet):
        outlet.send("air", [event(), event(place="2025:79")])
        outlet.refuse("air", b"\xff", rejection("not_utf8"), "7")
        outlet.remember("offset", "9")
        raise AssertionError("a trial ends where something would be remembered")

    invented.append(run)
    code, lines = told("test", with_source)
    assert code == 1
    assert lines[0].startswith('air\t{"source":"hn-khi","place":"2025:01/00004"')
    assert "refused: Nguồn gửi không được báo" in lines[1]
    assert "refused at 7" in lines[2]
    assert lines[3] == "hn-khi: 1 events would be accepted, 2 refused"
    assert book.recall("hn-khi", "offset") is None


def test_a_good_trial_and_one_that_cannot_be_read(with_source, invented):
    def broken(_settings, outlet):
        outlet.secret("NOT_SET_ANYWHERE")

    invented += [lambda _settings, outlet: outlet.send("air", [event()]), broken]
    assert told("test", with_source)[0] == 0
    code, lines = told("test", with_source)
    assert (code, len(lines)) == (1, 1)
    assert "NOT_SET_ANYWHERE is not set" in lines[0]


def test_the_trial_of_a_listener_acknowledges_nothing(with_source, invented, declare, validator):
    acknowledged, lines = [], []

    def listen(_settings, outlet):
        outlet.send("entities", [STATION])
        while not outlet.wait(0.01):
            outlet.send("air", [{**reading(1), "at": AT}, {**reading(2), "at": AT}])
            acknowledged.append(1)

    invented.append(listen)
    source = declare()
    source = replace(source, kind=replace(source.kind, listens=True))
    assert try_out(source, validator, lines.append, 5)
    assert (acknowledged, lines[-1]) == ([], "hn-khi: 3 events would be accepted, 0 refused")


def test_a_trial_goes_on_after_the_stations_were_told_and_ends_before_anything_is_tidied_up(
    declare, invented, validator
):
    tidied, lines = [], []

    def run(_settings, outlet):
        outlet.send("entities", [STATION])
        outlet.remember("told", "stations")
        assert outlet.recall("told") == "stations"
        outlet.send("air", [{**reading(1), "at": AT}])
        outlet.remember("file", "a.txt")
        tidied.append("a.txt")

    invented.append(run)
    assert try_out(declare(), validator, lines.append, 5)
    assert (tidied, lines[-1]) == ([], "hn-khi: 2 events would be accepted, 0 refused")


def test_the_program_knows_the_words():
    parsed = feeds.__main__._parser().parse_args(["sources", "test", "hn-khi", "--seconds", "3"])
    assert (parsed.id, parsed.seconds) == ("hn-khi", 3.0)


def test_the_whole_process_reads_sends_tells_and_ends(with_source, invented, book, durable, volatile):
    """From the file to the stream: everything that `python -m feeds connect` does, ended as the supervisor ends it."""

    def run(_settings, outlet):
        outlet.send("air", [event(seq=1), event(seq=2)])
        outlet.remember("offset", "2")
        os.kill(os.getpid(), signal.SIGTERM)

    invented.append(run)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        process.main(with_source)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    stream = durable.xrange(Keys("sim").stream("air", "01"))
    assert [e.seq for _, entry in stream for e in decode_batch(entry[b"b"])] == [1, 2]
    (row,) = book.all(NATION)
    assert (row.id, row.state, row.accepted, row.waiting) == ("hn-khi", "stopped", 2, 0)
    assert book.recall("hn-khi", "offset") == "2"


def test_the_process_runs_only_where_sources_are_declared_and_nothing_is_invented(with_source):
    empty = replace(with_source, sources=with_source.var)
    assert "connectors" not in programs(empty)
    assert "connectors" not in programs(with_source), "real sources are not mixed into a simulated country"
    assert "connectors" in programs(replace(with_source, sim_speed=0.0))
    assert "connectors" in programs(replace(with_source, world="real", demo=False))
    assert "connectors" not in programs(replace(with_source, world="play"))


def test_screens_are_told_of_every_program_that_is_watched_and_can_name_it(with_source):
    real = replace(with_source, world="real", demo=False, redis_door=True)
    watched = {*programs(replace(real, world="sim", sim_speed=1.0)), *programs(real), "redis-durable", "redis-volatile"}
    assert watched == set(PROCESSES)
    tables = language_tables(ROOT / "data" / "translations")
    assert [name for name in PROCESSES for lang in LANGS if f"js.process.{name}" not in tables[lang].table] == []
