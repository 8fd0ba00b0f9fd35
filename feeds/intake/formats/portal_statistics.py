"""Statistics that the national public service portal publishes: rows of JSON whose numbers are text.

The meaning of its fields is second-hand (public programs that read them); TTTT and CLGQ, which readers interpret
differently, are kept under the portal's own names. A row may lack any field, and a period without data answers `[]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from feeds.intake.posted import UNREADABLE, refusal
from feeds.intake.reasons import Refused, Rejection

RANKED = {
    "TONG_SCORE": "portal_score", "ROW_STT": "portal_rank", "CKMB": "portal_openness", "TDGQ": "portal_progress",
    "TTTT": "portal_tttt", "CLGQ": "portal_clgq", "MDHL": "portal_satisfaction", "MDSH": "portal_digitised",
}  # fmt: skip
SUMMED = {
    "HS_TOTAL": "portal_dossiers", "DB_TOTAL": "portal_synced", "TNTK_TOTAL": "portal_procedures",
    "HTN_TRUCTIEP_TOTAL": "portal_counter", "HTN_BUUCHINH_TOTAL": "portal_post", "HTN_TRUCTUYEN_TOTAL": "portal_online",
    "HTDH_TOTAL": "portal_ontime", "HTQH_TOTAL": "portal_late", "DXLTH_TOTAL": "portal_open_ontime",
    "DXLQH_TOTAL": "portal_open_late", "GDTT_TOTAL": "portal_payments", "GDTTQG_TOTAL": "portal_payments_national",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """One row: the agency's id on the portal, its values by our parameters, and what of it could not be read."""

    agency: str
    values: Mapping[str, float]
    raw: bytes
    bad: tuple[Rejection, ...] = ()


def read(body: bytes, fields: Mapping[str, str], agency: str = "") -> Iterator[Read]:
    """The rows of an answer; `agency` is whom they are about where they do not say. Refused when it is no list."""
    try:
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
    except UNREADABLE as error:
        raise refusal(error, body) from None
    for raw in map(bytes, rows):
        try:
            said = msgspec.json.decode(raw, type=dict[str, Any])
        except UNREADABLE as error:
            yield Read(agency, {}, raw, (refusal(error, raw).rejection,))
            continue
        yield _row(said, fields, agency, raw)


def number(said: Any) -> float | None:
    """A number as text, also with a decimal comma and a percent sign; None where nothing is said; else ValueError."""
    if said is None or isinstance(said, bool):
        return None
    text = str(said).strip().removesuffix("%").strip()
    if not text:
        return None
    found = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    if found != found or abs(found) == float("inf"):
        raise ValueError(text)
    return found


def _row(said: Mapping[str, Any], fields: Mapping[str, str], agency: str, raw: bytes) -> Read:
    values: dict[str, float] = {}
    bad: list[Rejection] = []
    for name, parameter in fields.items():
        try:
            value = number(said.get(name))
        except ValueError:
            bad.append(Refused("number_bad", field=name, text=said[name]).rejection)
            continue
        if value is not None:
            values[parameter] = value
    found = said.get("ID", agency)
    return Read(str(found).strip() if isinstance(found, str | int) else agency, values, raw, tuple(bad))
