"""The national public service portal's published statistics, asked for politely: one pass an hour, one question at a
time, and a rest between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from feeds.catalogue.agencies import PORTAL, AgencyCodes
from feeds.catalogue.clock import HOUR_MS, TZ, iso
from feeds.catalogue.places import Places
from feeds.intake.formats.portal_statistics import RANKED, SUMMED, Read, read
from feeds.intake.reasons import Refused, rejection
from feeds.intake.sources.fetch import post
from feeds.intake.sources.seam import BadSource, Kind, Outlet

FEED = "portal"
RANKING, SUMMARY = "report_tinh_766_service", "report_by_month_sum_service"
LEAST_REST_S = 1.0
PASS_MS = HOUR_MS - 60_000  # a cadence of an hour may come a little early, never twice
KEPT = 32_000  # characters of an answer kept as provenance
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "X-Requested-With": "XMLHttpRequest",
    "Accept": "application/json",
}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`agencies`: the portal's ids asked about, with their places; without it those of the table."""

    url: str = "https://dichvucong.gov.vn/jsp/rest.jsp"
    agencies: dict[str, str] = {}
    summaries: bool = True  # False: only the ranking, which is one question for all agencies
    rest: float = 5.0  # seconds between two questions
    page_size: int = 200


def run(settings: Settings, outlet: Outlet) -> None:
    """One pass, unless the last one was less than an hour ago."""
    now = outlet.clock.now_ms()
    last = outlet.recall("pass")
    if last is not None and 0 <= now - int(last) < PASS_MS:
        outlet.alive()
        return
    agencies = _agencies(settings)
    at = iso(now // HOUR_MS * HOUR_MS)
    outlet.remember("pass", str(now))  # also of a pass that fails: back-off must not ask more often than promised
    for service, agency in _questions(settings, agencies):
        _take(outlet, settings, service, agency, agencies, at)
        if outlet.wait(max(LEAST_REST_S, settings.rest)):
            return


def question(settings: Settings, service: str, agency: str, when: datetime) -> dict[str, str]:
    """The form of one question: the figures of the month of `when`."""
    asked = {
        "type": "ref", "p_nam": str(when.year), "p_6thang": 0, "p_quy": 0, "p_thang": when.month,
        "p_tinh_id": agency, "p_huyen_id": "0", "p_xa_id": "0", "p_loaidonvi": 1, "loaichitieu": 0,
        "pageIndex": 1, "pageSize": settings.page_size, "p_default": 0, "service": service,
    }  # fmt: skip
    return {"params": msgspec.json.encode(asked).decode()}


def _agencies(settings: Settings) -> Mapping[str, str]:
    """The portal's ids with the places they stand for."""
    places = Places.load()
    if settings.agencies:
        for place in settings.agencies.values():
            places.parse(place)
        return settings.agencies
    codes = AgencyCodes.load(places).codes
    return {code: place for (system, code), place in codes.items() if system == PORTAL}


def _questions(settings: Settings, agencies: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield RANKING, "0"
    if settings.summaries:
        yield from ((SUMMARY, agency) for agency in agencies)


def _take(outlet: Outlet, settings: Settings, service: str, agency: str, agencies: Mapping[str, str], at: str) -> None:
    when = datetime.fromisoformat(at).astimezone(TZ)
    body = post(settings.url, question(settings, service, agency, when), HEADERS)
    outlet.alive()
    fields = RANKED if service == RANKING else SUMMED
    try:
        rows = list(read(body, fields, "" if service == RANKING else agency))
    except Refused as refused:
        outlet.refuse(FEED, body, refused.rejection, f"{service}:{agency}")
        raise BadSource(f"the portal's answer to {service} is no list of rows") from None
    events = list(_events(outlet, rows, agencies, at, f"{service}:{agency}"))
    if events:
        outlet.send(FEED, events)
    outlet.remember(f"answer:{service}:{agency}", body[:KEPT].decode("utf-8", "replace"))


def _events(
    outlet: Outlet, rows: list[Read], agencies: Mapping[str, str], at: str, asked: str
) -> Iterator[dict[str, Any]]:
    """What the rows say of agencies we know; what cannot be read is refused with its row."""
    for number, row in enumerate(rows):
        for why in row.bad:
            outlet.refuse(FEED, row.raw, why, f"{asked}[{number}]")
        place = agencies.get(row.agency)
        if place is None and row.agency and not asked.startswith(RANKING):
            outlet.refuse(FEED, row.raw, rejection("agency_unmapped", agency=row.agency), f"{asked}[{number}]")
        if place is not None and row.values:
            yield {"place": place, "entity": f"DVCQG-{row.agency}", "at": at, "values": dict(row.values)}


KIND = Kind(Settings, run)
