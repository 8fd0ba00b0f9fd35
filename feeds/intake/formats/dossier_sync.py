"""Dossiers as one-stop systems sync them to the national portal: `DongBoHoSoMC` and `CapNhatTienDoHoSoMC`.

One request carries many dossiers; each becomes a record event of the feed `dossiers`, or a refusal with its own bytes.
Who the citizen and the clerk are never leaves this file: names, numbers and free text are not taken over.

The protocol numbers nothing and a dossier carries no time of the message, so the event's time is the newest thing that
the dossier says has happened, but not before the day's start: what is told later counts later, and the same request
sent again on the same day is the same event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from feeds.catalogue.agencies import IDENTIFICATION, TOP, AgencyCodes
from feeds.catalogue.clock import TZ
from feeds.intake.body import more_than
from feeds.intake.formats.stamps import moment
from feeds.intake.posted import UNREADABLE, refusal
from feeds.intake.reasons import Refused, Rejection
from feeds.intake.text import clean_text

FEED = "dossiers"
SYNC, PROGRESS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"
SERVICES = (SYNC, PROGRESS)
MOST_DOSSIERS = 5_000
CHANNELS = {"": "counter", "1": "counter", "2": "online", "3": "post"}
PAID = {"1": "national", "2": "local"}
LEVELS = {"2": "none", "3": "partial", "4": "full", "toàn trình": "full", "một phần": "partial"}  # Decree 42/2022
STATES = {
    "1": "registered", "2": "received", "3": "refused", "4": "processing", "5": "supplement", "6": "fee",
    "7": "withdrawn", "8": "stopped", "9": "finished", "10": "returned",
}  # fmt: skip
ENDS = {"refused": "NgayTuChoi", "withdrawn": "", "stopped": "", "finished": "", "returned": "NgayTra"}
TRUE = frozenset(("1", "true"))

Said = Mapping[str, Any]


class Envelope(msgspec.Struct):
    """The request around the dossiers; `service` and `madonvi` may stand in the address instead."""

    session: str = ""
    madonvi: str = ""
    service: str = ""
    data: msgspec.Raw = msgspec.Raw(b"[]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One dossier of a request: its number, its bytes, and either its event or why it is refused."""

    id: str
    raw: bytes
    event: Mapping[str, Any] | None = None
    why: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Sync:
    """One request read: which service, who calls, the session it shows, its dossiers in their order."""

    service: str
    agency: str
    session: str
    pieces: list[Piece] = field(default_factory=list)


def read(body: bytes, agencies: AgencyCodes, now: datetime, service: str = "", agency: str = "") -> Sync:
    """Everything in `body`, said at `now`; raises Refused when the request as a whole cannot be read."""
    envelope, items = _opened(body)
    service, agency = envelope.service or service, envelope.madonvi or agency
    if service not in SERVICES:
        raise Refused("sync_service", service=service)
    if len(items) > MOST_DOSSIERS:
        raise Refused("events_many", n=len(items), limit=MOST_DOSSIERS)
    reader = Reader(agencies, service, agency, now)
    return Sync(service, agency, envelope.session, [reader.piece(bytes(raw)) for raw in items])


def session_of(body: bytes) -> str:
    """The session a request shows; nothing when it shows none or cannot be read."""
    try:
        return msgspec.json.decode(body, type=Envelope).session if body.lstrip()[:1] == b"{" else ""
    except UNREADABLE:
        return ""


class Reader:
    """Reads the dossiers of one request; a number that comes twice keeps its order by a millisecond."""

    def __init__(self, agencies: AgencyCodes, service: str, agency: str, now: datetime) -> None:
        self._agencies = agencies
        self._agency = agency
        self._make = self._dossier if service == SYNC else self._step
        self._today = now.astimezone(TZ).replace(hour=0, minute=0, second=0, microsecond=0)
        self._met: Counter[str] = Counter()

    def piece(self, raw: bytes) -> Piece:
        """One dossier; never raises for anything that was sent."""
        try:
            said = msgspec.json.decode(raw, type=dict[str, Any])
        except UNREADABLE as error:
            return Piece("", raw, why=refusal(error, raw).rejection)
        number = clean_text(text(said, "MaHoSo"), 64)
        try:
            return Piece(number, raw, self._event(number, said))
        except Refused as refused:
            return Piece(number, raw, why=refused.rejection)

    def _event(self, number: str, said: Said) -> dict[str, Any]:
        if not number:
            raise Refused("field_missing", field="MaHoSo")
        source, place = self._origin(number)
        at, record = self._make(said)
        turn, self._met[number] = self._met[number], self._met[number] + 1
        at += timedelta(milliseconds=turn)
        place = self._agencies.office(place, text(said, "DonViXuLy") or text(said, "PhongBanXuLy"))
        row = {"id": number, "type": "dossier", **record}
        return {"source": source, "place": place, "at": at.isoformat(timespec="milliseconds"), "record": row}

    def _origin(self, number: str) -> tuple[str, str]:
        """Who sends, and for which place: its code, otherwise the one inside the dossier's number."""
        top = TOP.search(number.upper())
        source = self._agency or (top[1] if top else "")
        if not source:
            raise Refused("field_missing", field="madonvi")
        place = self._agencies.place(IDENTIFICATION, source)
        if place is None:
            raise Refused("sync_unit", unit=source)
        return source, place

    def _dossier(self, said: Said) -> tuple[datetime, dict[str, Any]]:
        state = _state(said, "TrangThaiHoSo")
        times = dict(_times(said, state))
        happened = [at for name, at in times.items() if name != "due"]
        return max([*happened, self._today]), {"state": state, "times": _written(times), "fields": _fields(said)}

    def _step(self, said: Said) -> tuple[datetime, dict[str, Any]]:
        """One step of handling: it moves the state, and ends the dossier where the state is an end."""
        state = _state(said, "TrangThai")
        at = stamp(said, "ThoiDiemXuLy")
        if at is None:
            raise Refused("field_missing", field="ThoiDiemXuLy")
        return at, {"state": state, "times": _written({state: at} if state in ENDS else {})}


def text(said: Said, name: str) -> str:
    """A value as text: senders write numbers and truths with and without quotes, and nothing as null."""
    found = said.get(name)
    if found is None or isinstance(found, dict | list):
        return ""
    return str(found).strip()


def stamp(said: Said, name: str) -> datetime | None:
    """A time of the dossier; None where it is not said."""
    found = text(said, name)
    return moment(found, name) if found else None


def rows(said: Said, name: str) -> list[Said]:
    """A list of objects; what is not one is no row."""
    found = said.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _opened(body: bytes) -> tuple[Envelope, list[msgspec.Raw]]:
    """The envelope and its items; an array alone is the form in which `madonvi` stands in the address."""
    try:
        bare = body.lstrip()[:1] == b"["
        envelope = Envelope(data=msgspec.Raw(body)) if bare else msgspec.json.decode(body, type=Envelope)
        if bytes(envelope.data)[:1] == b"{":
            return envelope, [envelope.data]
        if more_than(MOST_DOSSIERS, bytes(envelope.data).lstrip()):
            raise Refused("events_many", n=MOST_DOSSIERS + 1, limit=MOST_DOSSIERS)
        return envelope, msgspec.json.decode(envelope.data, type=list[msgspec.Raw])
    except UNREADABLE as error:
        raise refusal(error, body) from None


def _state(said: Said, name: str) -> str:
    number = text(said, name)
    if number not in STATES:
        raise Refused("sync_state", field=name, state=number)
    return STATES[number]


def _times(said: Said, state: str) -> Iterator[tuple[str, datetime]]:
    """The times of a dossier by the names of the feed."""
    found = {"registered": stamp(said, "NgayNopHoSo"), "received": stamp(said, "NgayTiepNhan"), "due": _due(said)}
    if state in ENDS:
        end = stamp(said, ENDS[state]) if ENDS[state] else None
        handled = stamp(said, "NgayKetThucXuLy")
        found[state] = end or handled
        if state == "returned":
            found["finished"] = handled or end
    asked = [row for row in rows(said, "DanhSachHoSoBoSung") if text(row, "NgayBoSung")]
    if asked:
        last = max(asked, key=lambda row: moment(text(row, "NgayBoSung"), "NgayBoSung"))
        found["supplement_from"] = stamp(last, "NgayBoSung")
        found["supplement_to"] = stamp(last, "NgayTiepNhanBoSung")
    yield from ((name, at) for name, at in found.items() if at is not None)


def _due(said: Said) -> datetime | None:
    """The day first promised: what a supplement moved it to would have the waiting subtracted twice.

    Where the source moved it and no longer says from when, the waiting is taken off again.
    """
    due = stamp(said, "NgayHenTra")
    if due is not None and len(text(said, "NgayHenTra")) == len("20261121"):
        due += timedelta(days=1, seconds=-1)  # a day without an hour is promised to its end
    for row in rows(said, "DanhSachHoSoBoSung"):
        before, moved = stamp(row, "NgayHenTraTruoc"), stamp(row, "NgayHenTraMoi")
        if before is not None:
            return before
        asked, given = stamp(row, "NgayBoSung"), stamp(row, "NgayTiepNhanBoSung")
        if due is not None and moved == due and asked is not None and given is not None:
            return due - max(given - asked, timedelta())
    return due


def _fields(said: Said) -> dict[str, Any]:
    """What the indicators of 2.1 ask of a dossier, and nothing about a person."""
    papers = [row for row in rows(said, "TaiLieuNop") if text(row, "IsDeleted").lower() not in TRUE]
    results = any(text(row, "DuongDanTepTinKetQua") for row in rows(said, "DanhSachGiayToKetQua"))
    scanned = text(said, "HoSoCoThanhPhanSoHoa") in TRUE or any(text(row, "DuongDanTaiTepTin") for row in papers)
    reused = any(text(row, name) in TRUE for row in papers for name in ("DuocSoHoa", "DuocLayTuKhoDMQG"))
    fields = {
        "channel": CHANNELS.get(text(said, "KenhThucHien")),
        "service_level": LEVELS.get(text(said, "MucDo").lower()),
        "procedure": text(said, "MaTTHC") or None,
        "field": text(said, "TenLinhVuc") or text(said, "MaLinhVuc") or None,
        "paid": _paid(said),
        "eresult": results,
        "digitised": results and scanned,
        "reused": reused,
        "synced": True,
        "supplements": len([row for row in rows(said, "DanhSachHoSoBoSung") if text(row, "NgayBoSung")]),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _paid(said: Said) -> str:
    fees = rows(said, "DanhSachLePhi")
    due = any(text(row, "Gia").strip("0., ") for row in fees)
    if fees and not due:
        return "none"
    return PAID.get(text(said, "DuocThanhToanTrucTuyen"), "fee" if due else "none")


def _written(times: Mapping[str, datetime]) -> dict[str, str]:
    return {name: at.isoformat() for name, at in times.items()}
