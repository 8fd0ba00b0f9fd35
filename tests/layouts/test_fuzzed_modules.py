"""A module that was written badly is refused with its line and a sentence, or it holds: its pages can be laid out and
an event of each of its feeds can be evaluated at once. There is no third."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.loader import CatalogueError, load
from feeds.catalogue.model import Catalogue, Feed
from feeds.catalogue.settings import ROOT
from feeds.catalogue.source import SafeLoader
from feeds.compute.figure import Figure
from feeds.compute.standing import Standing
from feeds.engine.evaluate import FeedFigures
from feeds.engine.feed import FeedState
from feeds.engine.judge import Judge
from feeds.engine.take import take
from feeds.engine.where import Where
from feeds.intake.event import Event
from layouts import address, page
from layouts.site import Page, Site

NOW = 1_795_231_800_000
SECONDS = 10  # of the processor, for what takes some hundredths: a figure that never ends would take for ever
GOOD = (Path(__file__).parent / "good_module.yaml").read_text(encoding="utf-8")
PLAIN = yaml.load(GOOD, SafeLoader)
Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
NAMES = (
    "orc_beds orc_pests orchards plots notes pests mean sum own ratio_of quotient records_open median past stations "
    "score tone breakdown count desk state kind band worst none population vn 99"
)
HOSTILE: list[Any] = [
    None, True, 0, -1, 1, 7, 10**9, 10**18, 16**3000, 1e308, -0.5, date(2026, 1, 1),
    "", "x", "\u202e", "\x07", "x" * 301, "9" * 300 + "d", "3661d", "0s", "1h",
    [], {}, [[]], [None], {"x": []}, {"vi": 1}, [1, "x"],
    *NAMES.split(),
]  # fmt: skip


@pytest.fixture(scope="module")
def where(site: Site) -> Where:
    return Where(site.places)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzzed")
    (folder / "parameters.yaml").write_bytes((ROOT / "data" / "catalogue" / "parameters.yaml").read_bytes())
    return folder


def ways(data: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*way, key)
        yield from ways(value, (*way, key))


def at(data: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        data = data[key]
    return data


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The good module with one to three values exchanged, taken away, put elsewhere or given another key."""
    data = copy.deepcopy(PLAIN)
    for _ in range(draw(st.integers(1, 3))):
        all_ways = list(ways(data))
        if not all_ways:
            break
        way = draw(st.sampled_from(all_ways))
        holder, key = at(data, way[:-1]), way[-1]
        act = draw(st.sampled_from(("exchange", "exchange", "drop", "move", "rename")))
        if act == "exchange":
            holder[key] = draw(st.sampled_from(HOSTILE))
        elif act == "drop":
            del holder[key]
        elif act == "move":
            holder[key] = copy.deepcopy(at(data, draw(st.sampled_from(all_ways))))
        elif isinstance(holder, dict):
            holder[str(draw(st.sampled_from(HOSTILE)))[:400]] = holder.pop(key)
    return yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False)


def laid_out(site: Site, catalogue: Catalogue) -> None:
    """Every page of its domains, for the nation and a unit, in both languages."""
    fresh = replace(site, catalogue=catalogue, systems={})
    for code in catalogue.domains:
        for path, lang in ((f"/d/{code}", "vi"), (f"/p/01/{code}", "en")):
            view = address.read(path, {"lang": lang}, catalogue, site.places)
            assert page.content(Page(fresh, view, date(2026, 11, 21))).text()


def evaluated(catalogue: Catalogue, feed: Feed, where: Where) -> None:
    """One event of a feed, with every parameter, and all figures that follow from it, judged."""
    state = FeedState(catalogue, feed, where, NOW)
    put: dict[tuple[str, str], Figure] = {}
    figures = FeedFigures(
        catalogue, state, Standing(where.above) if state.in_sql else None,
        lambda place, code, figure: put.__setitem__((place, code), figure), lambda place, code: put.get((place, code)),
    )  # fmt: skip
    part = state.partition("01")
    at_ms = NOW - HOUR_MS // 2
    values = {name: catalogue.parameters[name].low or 1.0 for name in feed.parameters}
    fields = dict.fromkeys(feed.fields, "x")
    take(state, part, [Event(feed.code, "src", 1, "2025:01/00004", "E1", at_ms, NOW, values, fields=fields)])
    for leaf in state.roll_up(part):
        for place in (leaf, *where.above(leaf)):
            figures.place(place, NOW)
    for station in state.stations():
        station.fields.update(dict.fromkeys(feed.entity_fields, 5))
        figures.station(station, NOW)
        figures.pool([station.leaf])
    judge = Judge(lambda place, code: None, lambda place, code, name: None, lambda feed, code: {})
    for (place, code), figure in put.items():
        indicator = catalogue.indicators[code]
        judge.level(indicator, figure, "live", judge.limits(place, indicator, figure, NOW))


def tried(folder: Path, text: str, site: Site, where: Where) -> bool:
    """True when the module holds; refused with its line otherwise. Whatever else happens is the mistake looked for."""
    begun = time.process_time()
    try:
        catalogue = load(folder, {"orchards": text})
    except CatalogueError as wrong:
        assert (
            wrong.file.name in ("orchards.yaml", "parameters.yaml") and wrong.line > 0 and len(str(wrong.problem)) > 15
        )
        assert site.words["vi"].sentence(wrong.problem).isprintable() and len(str(wrong)) < 2_000
        return False
    laid_out(site, catalogue)
    for feed in catalogue.feeds.values():
        evaluated(catalogue, feed, where)
    assert time.process_time() - begun < SECONDS
    return True


def test_the_good_module_holds(folder: Path, site: Site, where: Where) -> None:
    assert tried(folder, GOOD, site, where)


@settings(
    max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None,
    print_blob=False,
)  # fmt: skip
@given(text=mutated())
def test_a_module_written_badly_is_refused_or_holds(folder: Path, site: Site, where: Where, text: str) -> None:
    tried(folder, text, site, where)
