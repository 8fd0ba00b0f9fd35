"""Every indicator of administrative service that a sync can feed, computed from dossiers as they are sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.clock import TZ
from feeds.catalogue.loader import load
from feeds.intake.formats.dossier_sync import read
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from tests.engine.rig import Rig, settle
from tests.intake.formats.dossier_samples import dossier, request

FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=TZ)


def sent(number: str, state: int, received: str, due: str, ended: str = "", **changes: Any) -> dict[str, Any]:
    """A dossier with neither fee, files nor channel; times are `dHHMM` of November 2026."""
    times = {name: f"202611{at}00" if at else "" for name, at in
             (("NgayTiepNhan", received), ("NgayHenTra", due), ("NgayKetThucXuLy", ended))}  # fmt: skip
    bare = {"KenhThucHien": "1", "DuocThanhToanTrucTuyen": "", "DanhSachLePhi": [], "TaiLieuNop": []}
    bare |= {"DanhSachGiayToKetQua": [], "MaHoSo": f"000.00.04.H26-{number}", "TrangThaiHoSo": str(state)}
    return dossier(**bare, **times) | changes


def asked(start: str, end: str) -> dict[str, str]:
    return {"NgayBoSung": f"202611{start}00", "NgayTiepNhanBoSung": f"202611{end}00"}


DOSSIERS = [
    dossier(MaHoSo="000.00.04.H26-A"),  # online, paid, digitised, used again: in time, 2 7/24 days
    sent("B", 9, "161000", "181000", "191000", DanhSachLePhi=[{"Gia": "8000"}]),  # a day late: 3 days
    sent("C", 9, "161000", "181000", "191000", DanhSachHoSoBoSung=[asked("170800", "182000")]),  # waited 36 h: in time
    sent(
        "D", 9, "160900", "190900", "180900", DanhSachHoSoBoSung=[asked("170900", "171000"), asked("171100", "171200")]
    ),
    sent("E", 3, "160900", "190900", "171000"),  # refused in time
    sent("F", 4, "180900", "250900"),
    sent("G", 4, "170900", "191000"),  # overdue
    sent("H", 2, "200900", "231000"),  # due within one working day: over the week-end
]
EXPECTED = {
    "adm_received_day": 1,
    "adm_open": 3,
    "adm_overdue_open": 1,
    "adm_due_24h": 1,
    "adm_online_share": 12.5,
    "adm_fullprocess_share": None,  # nobody said of what level the services are: unknown is not zero
    "adm_ontime_rate": 62.5,  # (3 ended in time + 2 open and not late) / (5 ended + 3 open)
    "adm_ontime_portal": 62.5,
    "adm_sync_rate": 100,
    "adm_epay_share": 50,
    "adm_eresult_share": 25,
    "adm_digitised_share": 25,
    "adm_reuse_share": 12.5,
    "adm_satisfaction": 50,  # two of four handled ones were late, nobody complained
    "adm_avg_days": (2 + 7 / 24 + 3 + 1.5 + 2 - 1 / 24) / 4,
    "adm_legal_days": (3 + 2 + 2 + 3) / 4,
}


@pytest.fixture
def synced(rig: Rig) -> Rig:
    """An engine that has taken in the dossiers, sent twice."""
    rig.catalogue = load(Path(__file__).parents[2] / "data" / "catalogue")
    rig.clock.ms = round(FRIDAY.timestamp() * 1000)
    validator = Validator(rig.catalogue, rig.places, rig.clock, Listening.load(rig.places))
    engine = rig.engine()
    for late in (0, 5):
        now = FRIDAY + timedelta(minutes=late)
        pieces = read(request(*DOSSIERS), AgencyCodes.load(rig.places), now).pieces
        rig.post(*(validator.check("dossiers", msgspec.json.encode(piece.event), "sync") for piece in pieces))
        settle(rig, engine)
    return rig


def test_the_indicators_of_service_follow_from_synced_dossiers(synced: Rig) -> None:
    for place in ("vn", "01"):
        found = {code: synced.figure(code, place)["v"] for code in EXPECTED}
        assert found.pop("adm_fullprocess_share") is None
        assert found == pytest.approx({code: v for code, v in EXPECTED.items() if v is not None}, abs=0.006)


def test_the_766_score_of_synced_dossiers_is_piecewise(synced: Rig) -> None:
    """Where procedures are not told of, the other indices of their group stand for them."""
    digitised = 25 / 100 * 8 + 25 / 80 * 7 + 12.5 / 80 * 7
    groups = {"openness": 18, "progress": 12.5, "digitised": digitised, "online": 12.5 / 50 * 12, "paid": 5}
    satisfied = 50 / 90 * 18
    assert synced.figure("adm_score_766")["v"] == pytest.approx(sum(groups.values()) + satisfied, abs=0.006)
