import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.places import Places
from feeds.intake.formats.dossier_sync import MOST_DOSSIERS, Sync, read
from feeds.intake.reasons import REASONS, Refused
from tests.intake.formats.dossier_samples import AGENCY, FULL, NOW, NUMBER, STEP, dossier, request

AGENCIES = AgencyCodes.load(Places.load())


def one(body: bytes, **address: str) -> dict:
    (piece,) = read(body, AGENCIES, NOW, **address).pieces
    assert piece.why is None, piece.why
    return piece.event


def why(body: bytes) -> str:
    (piece,) = read(body, AGENCIES, NOW).pieces
    assert piece.event is None and piece.why is not None
    return piece.why.code


def test_sync_a_dossier_becomes_a_record_of_its_commune():
    event = one(request(FULL))
    assert event["source"] == AGENCY
    assert event["place"] == "2025:01/00004"
    assert event["record"] == {
        "id": NUMBER,
        "type": "dossier",
        "state": "finished",
        "times": {
            "received": "2026-11-16T09:00:00+07:00",
            "due": "2026-11-19T09:00:00+07:00",
            "finished": "2026-11-18T16:00:00+07:00",
        },
        "fields": {
            "channel": "online",
            "procedure": "1.001193.000.00.00.H26",
            "field": "Hộ tịch",
            "paid": "national",
            "eresult": True,
            "digitised": True,
            "reused": True,
            "synced": True,
            "supplements": 0,
        },
    }


def test_sync_nobodys_name_or_number_is_taken_over():
    told = json.dumps(one(request(FULL)), ensure_ascii=False) + json.dumps(
        one(request(STEP, service="CapNhatTienDoHoSoMC")), ensure_ascii=False
    )
    for secret in ("Thử", "001099000001", "example.vn", "0900000001", "Lê Thị Mẫu"):
        assert secret not in told


def test_sync_the_same_request_on_the_same_day_is_the_same_event():
    later = NOW.replace(hour=18)
    assert one(request(FULL)) == read(request(FULL), AGENCIES, later).pieces[0].event
    assert one(request(FULL))["at"] == "2026-11-21T00:00:00.000+07:00"
    now_done = one(request(dossier(NgayKetThucXuLy="20261121100000")))
    assert now_done["at"] == "2026-11-21T10:00:00.000+07:00"


def test_sync_a_number_that_comes_twice_keeps_its_order():
    first, second = read(request(dossier(TrangThaiHoSo="4"), FULL), AGENCIES, NOW).pieces
    assert first.event["at"] < second.event["at"]


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"KenhThucHien": None}, "channel", "counter"),
        ({"MucDo": "4"}, "service_level", "full"),
        ({"MucDo": "Một phần"}, "service_level", "partial"),
        ({"KenhThucHien": 1}, "channel", "counter"),
        ({"KenhThucHien": "3"}, "channel", "post"),
        ({"DuocThanhToanTrucTuyen": "2"}, "paid", "local"),
        ({"DuocThanhToanTrucTuyen": ""}, "paid", "fee"),
        ({"DuocThanhToanTrucTuyen": "", "DanhSachLePhi": []}, "paid", "none"),
        ({"DanhSachLePhi": [{"Gia": "0"}]}, "paid", "none"),
        ({"DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": ""}]}, "eresult", False),
        ({"DanhSachGiayToKetQua": []}, "digitised", False),
        ({"TaiLieuNop": [], "HoSoCoThanhPhanSoHoa": "0"}, "digitised", False),
        ({"TaiLieuNop": [{"DuongDanTaiTepTin": "x", "DuocSoHoa": "0"}]}, "reused", False),
        ({"TaiLieuNop": [{"DuocSoHoa": "1", "IsDeleted": "True"}]}, "reused", False),
        ({"TaiLieuNop": None}, "reused", False),
    ],
)
def test_sync_what_the_indices_ask(changes, field, value):
    assert one(request(dossier(**changes)))["record"]["fields"][field] == value


@pytest.mark.parametrize(
    ("state", "name", "times"),
    [
        ("1", "registered", {}),
        ("2", "received", {}),
        ("4", "processing", {}),
        ("6", "fee", {}),
        ("3", "refused", {"refused": "2026-11-18T16:00:00+07:00"}),
        ("7", "withdrawn", {"withdrawn": "2026-11-18T16:00:00+07:00"}),
        ("8", "stopped", {"stopped": "2026-11-18T16:00:00+07:00"}),
        ("10", "returned", {"finished": "2026-11-18T16:00:00+07:00", "returned": "2026-11-20T08:00:00+07:00"}),
    ],
)
def test_sync_states_with_their_times(state, name, times):
    record = one(request(dossier(TrangThaiHoSo=state, NgayTra="20261120080000")))["record"]
    assert record["state"] == name
    assert {k: v for k, v in record["times"].items() if k not in ("received", "due")} == times


def test_sync_a_returned_dossier_without_its_end_was_handled_when_it_was_returned():
    times = one(request(dossier(TrangThaiHoSo=10, NgayKetThucXuLy=None, NgayTra="20261120080000")))["record"]["times"]
    assert times["finished"] == times["returned"] == "2026-11-20T08:00:00+07:00"


ASKED = {"NoiDungBoSung": "x", "NgayBoSung": "20261117080000", "NgayTiepNhanBoSung": "20261118080000"}


def test_sync_the_due_day_is_the_one_first_promised():
    moved = {**ASKED, "NgayHenTraTruoc": "20261119090000", "NgayHenTraMoi": "20261120090000"}
    told = one(request(dossier(NgayHenTra="20261120090000", DanhSachHoSoBoSung=[moved])))["record"]
    assert told["times"]["due"] == "2026-11-19T09:00:00+07:00"
    assert told["times"]["supplement_from"] == "2026-11-17T08:00:00+07:00"
    assert told["times"]["supplement_to"] == "2026-11-18T08:00:00+07:00"
    assert told["fields"]["supplements"] == 1


def test_sync_a_due_day_moved_without_the_old_one_has_the_waiting_taken_off():
    moved = {**ASKED, "NgayHenTraMoi": "20261120090000"}
    told = one(request(dossier(NgayHenTra="20261120090000", DanhSachHoSoBoSung=[moved])))["record"]
    assert told["times"]["due"] == "2026-11-19T09:00:00+07:00"


def test_sync_a_day_without_an_hour_is_promised_to_its_end():
    assert one(request(dossier(NgayHenTra="20261119")))["record"]["times"]["due"] == "2026-11-19T23:59:59+07:00"


def test_sync_a_second_supplement_is_counted():
    again = {"NgayBoSung": "20261118100000"}
    told = one(request(dossier(TrangThaiHoSo="5", DanhSachHoSoBoSung=[ASKED, again])))["record"]
    assert told["fields"]["supplements"] == 2
    assert told["times"]["supplement_from"] == "2026-11-18T10:00:00+07:00"
    assert "supplement_to" not in told["times"]


def test_sync_a_step_moves_the_state_and_ends_the_dossier():
    event = one(request(STEP, service="CapNhatTienDoHoSoMC"))
    assert event["at"] == "2026-11-18T16:00:00.000+07:00"
    assert event["record"]["state"] == "finished"
    assert event["record"]["times"] == {"finished": "2026-11-18T16:00:00+07:00"}
    assert "fields" not in event["record"]


def test_sync_the_address_may_name_service_and_caller():
    bare = json.dumps([FULL]).encode()
    assert one(bare, service="DongBoHoSoMC", agency=AGENCY) == one(request(FULL))


def test_sync_the_number_names_the_province_when_nobody_else_does():
    event = one(request(FULL, agency=""))
    assert (event["source"], event["place"]) == ("H26", "2025:01/00004")


def test_sync_an_old_province_is_the_unit_it_went_into():
    event = one(request(dossier(DonViXuLy="Sở Tư pháp"), agency="000.00.01.H22"))
    assert event["place"] == "2025:08"  # Hà Giang went into Tuyên Quang


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (request(dossier(MaHoSo="")), "field_missing"),
        (request(FULL, agency="H99"), "sync_unit"),
        (request(dossier(MaHoSo="HS-1"), agency=""), "field_missing"),
        (request(dossier(TrangThaiHoSo="11")), "sync_state"),
        (request(dossier(TrangThaiHoSo=None)), "sync_state"),
        (request(dossier(NgayHenTra="20261340")), "stamp_bad"),
        (request(dossier(NgayTiepNhan="hôm qua")), "stamp_bad"),
        (request({**STEP, "ThoiDiemXuLy": ""}, service="CapNhatTienDoHoSoMC"), "field_missing"),
        (request([1, 2]), "not_object"),
        (request("x"), "not_object"),
    ],
)
def test_sync_a_dossier_that_cannot_be_read_says_why(body, code):
    assert why(body) == code


def test_sync_a_bad_dossier_does_not_take_its_neighbours():
    pieces = read(request(FULL, dossier(TrangThaiHoSo="x"), FULL), AGENCIES, NOW).pieces
    assert [piece.event is None for piece in pieces] == [False, True, False]
    assert json.loads(pieces[1].raw)["TrangThaiHoSo"] == "x"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json_truncated"),
        (b"{", "json_truncated"),
        (b"[" * 5000, "json_deep"),
        (request(FULL, service="XoaHoSo"), "sync_service"),
        (request(*[{}] * (MOST_DOSSIERS + 1)), "events_many"),
        (b'{"service":"DongBoHoSoMC","data": [' + b"{}," * 200_000 + b"{}]}", "events_many"),
        (b" [" + b"{}," * 200_000 + b"{}]", "events_many"),
    ],
)
def test_sync_a_request_that_cannot_be_read_says_why(body, code):
    with pytest.raises(Refused) as refused:
        read(body, AGENCIES, NOW)
    assert refused.value.rejection.code == code


def whole(body: bytes) -> Sync | None:
    """Reads a hostile body: it is refused with a reason, or every piece of it is an event or has one."""
    try:
        sync = read(body, AGENCIES, NOW)
    except Refused as refused:
        assert refused.rejection.vi and refused.rejection.code in REASONS
        return None
    for piece in sync.pieces:
        assert (piece.event is None) != (piece.why is None)
        assert piece.why is None or piece.why.vi
    return sync


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(FULL)), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted({**FULL, **STEP})), VALUES),
    st.sampled_from(["DongBoHoSoMC", "CapNhatTienDoHoSoMC"]),
)
def test_sync_any_values_are_read_or_refused(changes, service):
    assert whole(request({**FULL, **STEP, **changes}, service=service)) is not None


def test_sync_ten_thousand_mutations_are_read_or_refused():
    rng = random.Random(4)
    good = request(FULL, agency=AGENCY)
    for _ in range(10_000):
        body = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(body))
            body[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        whole(bytes(body))
