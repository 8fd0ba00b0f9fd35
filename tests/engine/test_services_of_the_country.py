"""What the simulated offices and lives send becomes every figure of the new domains, of honest age, calm but for its
stories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path

import msgspec
import pytest

from feeds.catalogue.clock import HOUR_MS, TZ
from feeds.catalogue.loader import load
from feeds.intake.event import Event
from feeds.intake.simulator import services
from feeds.intake.simulator.cast import Cast
from feeds.intake.simulator.envelope import Envelopes
from feeds.intake.simulator.lifetimes import Lives
from feeds.intake.simulator.offices import Offices
from feeds.intake.simulator.papers import Papers
from feeds.intake.simulator.readings import Readings
from feeds.intake.simulator.script import Script
from feeds.intake.simulator.systems import Systems
from feeds.intake.simulator.telling import Told
from feeds.intake.simulator.timemap import TimeMap
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from tests.engine.rig import Rig, settle

NOW = round(datetime(2026, 11, 20, 15, 0, tzinfo=TZ).timestamp() * 1000)  # a Friday afternoon
FIVE_MINUTES = 300_000
UNITS = ("01", "11", "52", "92")  # among them those of the stories, and one without tourism
NEW = ("petitions", "economy", "health", "education", "tourism", "land", "tasks", "digital")
STORIES = {"hlt_dengue_week", "hlt_outbreaks", "tsk_ontime_rate", "tsk_overdue", "tsk_report_late", "dx_egdi_rank"}
STORIES |= {"dx_dti"}  # half of all lie below a mean
AXIS = {
    "nat_axis_sent_day": "edoc_sent_day",
    "nat_axis_received_day": "edoc_received_day",
    "nat_axis_signed_share": "edoc_signed_share",
}
ALONE = {"dx_egdi_rank", "dx_productivity", "soc_trade_deficit_share", "soc_indicators_supplied"}  # the nation's own
OTHERS = {"lnd_open", "lnd_dossier_overdue"}  # of dossiers, told by another part of the story


def told(cast: Cast) -> Iterator[Told]:
    """The last word of each, three hours of those that speak often, six hours of lives with what stood open, and twenty
    minutes of documents with what the axis says of them."""
    country = services.load()
    for speaker in country.speakers:
        office = Offices(7, speaker, services.speaking(country, speaker, cast.desks, cast.places))
        yield from office.standing(NOW) if not speaker.every_ms else office.tell(NOW - 3 * HOUR_MS, NOW)
    papers, script = Papers(7, cast), Script(NOW)
    agencies = [actor for actor in cast.actors["systems"] if actor.type == "agency"]
    axis = Readings("systems", agencies, FIVE_MINUTES, FIVE_MINUTES, Systems(7, papers), script)
    yield from chain(papers.tell(NOW - 4 * FIVE_MINUTES, NOW), axis.tell(NOW - 3 * FIVE_MINUTES, NOW))
    for life in country.lives:
        small = msgspec.structs.replace(life, a_day=life.a_day / 20)
        lives = Lives(7, small, cast.desks, cast.places, ())
        yield from chain(lives.standing(NOW - 6 * HOUR_MS), lives.tell(NOW - 6 * HOUR_MS, NOW))


@pytest.fixture
def country(rig: Rig) -> Rig:
    """The rig with the real catalogue, after four units have spoken through the real door."""
    rig.catalogue, rig.clock.ms = load(Path(__file__).parents[2] / "data/catalogue"), NOW
    cast = Cast.load(places=rig.places)
    cast = replace(cast, desks=tuple(desk for desk in cast.desks if desk.code in UNITS))
    validator = Validator(rig.catalogue, rig.places, rig.clock, Listening.load(rig.places))
    for feed, body in Envelopes({}).batches(told(cast), TimeMap.opened(NOW, 1)):
        found = [validator.check(feed, bytes(raw)) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
        events = [event for event in found if isinstance(event, Event)]
        assert len(events) == len(found), next(event for event in found if not isinstance(event, Event))
        rig.post(*events)
    engine = rig.engine()
    settle(rig, engine, 60)
    while engine.figures.behind:
        engine.tick()
    rig.clock.tick(1)
    settle(rig, engine, 60)
    return rig


def test_every_figure_of_the_new_domains_comes_alive(country: Rig) -> None:
    nation, here = (country.snapshot(scope)["indicators"] for scope in ("vn", "01"))
    domains = [country.catalogue.domains[code] for code in NEW]
    codes = {i.code for domain in domains for i in domain.indicators} - OTHERS
    silent = {code for code in codes if here.get(code, {}).get("v") is None and nation.get(code, {}).get("v") is None}
    assert sorted(silent) == []
    states = {code: (nation.get(code) or here[code])["state"] for code in codes if code in nation or code in here}
    assert {code for code, state in states.items() if state not in ("live", "late")} == set()
    assert nation["dx_egdi_rank"]["age"] > 700 * 86_400, "two years old and live: it comes every second year"
    assert here["hlt_beds_10k"]["age"] > 300 * 86_400
    abnormal = {
        (scope, code)
        for scope in ("vn", "01", "11")
        for code, said in country.snapshot(scope)["indicators"].items()
        if said["severity"] and code in codes - STORIES
    }
    assert abnormal == set()
    for code in codes & set(here):
        low, high = country.catalogue.indicators[code].range_p or (None, None)
        assert here[code]["v"] is None or low is None or low <= here[code]["v"] <= high * 2, (code, here[code]["v"])

    for own, second in AXIS.items():  # two tellings of one figure
        assert nation[own]["v"] == pytest.approx(nation[second]["v"], rel=0.35) and nation[own]["v"] > 50, own
        assert nation[own]["state"] == "live"

    alone = [i.code for i in country.catalogue.indicators.values() if i.domain == "national"]
    assert alone and not {*alone, *ALONE} & {*here, *country.snapshot("01")["missing"]}, "the nation's own"
    lacking = country.snapshot("11")  # Điện Biên has no tourism: nothing of it is shown, nothing of it is missing
    assert not [code for code in (*lacking["indicators"], *lacking["missing"]) if code.startswith("tou_")]
    assert country.snapshot("92")["indicators"]["hlt_dengue_week"]["severity"] == 3
    assert country.snapshot("52")["indicators"]["tsk_overdue"]["severity"] in (2, 3)
