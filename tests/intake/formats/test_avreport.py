"""Reports of central anti-virus: numbers of machines by commune, and no machine's name."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.places import Places
from feeds.intake.formats.avreport import read
from feeds.intake.formats.networks import Networks
from feeds.intake.reasons import Refused
from tests.intake.formats.edxml_samples import keys, sign
from tests.intake.formats.mutate import mutated
from tests.intake.formats.soc_samples import MACHINES, STALE, guarded, malware, report

AGENCIES = AgencyCodes.load(Places.load())
UNIT = AGENCIES.place("dinhdanh", "000.00.00.H57")
COMMUNE = f"{UNIT}/{AGENCIES.places.communes_of(str(UNIT)[5:])[0].partition('/')[2]}"
NETWORKS = Networks({"10.46.12.0/24": COMMUNE})


def values(raw: bytes, networks: Networks | None = None) -> dict[str, dict[str, int]]:
    return {event["entity"]: event["values"] for _, event in read(raw, AGENCIES, networks)}


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.rejection.code


def test_a_report_counts_different_machines_and_names_none() -> None:
    ((feed, event),) = read(report(), AGENCIES)
    assert (feed, event["source"], event["place"]) == ("antivirus", "000.00.00.H57", UNIT)
    assert event["at"] == "2026-11-21T03:31:00+00:00"
    assert event["values"] == {"hosts_infected": 2, "hosts_protected": 2, "hosts": 3, "hosts_stale": 1}
    assert not any(word in str(event) for pair in MACHINES for word in pair)


def test_machines_of_a_province_stand_in_the_communes_of_their_networks() -> None:
    commune = f"AV-000.00.00.H57-{COMMUNE.rpartition('/')[2]}"
    assert values(report(), NETWORKS) == {
        "AV-000.00.00.H57": {"hosts_infected": 1, "hosts_protected": 0, "hosts": 1, "hosts_stale": 1},
        commune: {"hosts_infected": 1, "hosts_protected": 2, "hosts": 2},
    }
    assert values(report("<Malware/>"), NETWORKS) == {
        "AV-000.00.00.H57": {"hosts_infected": 0},
        commune: {"hosts_infected": 0},
    }


def test_what_a_report_does_not_hold_is_not_zero() -> None:
    assert values(report(malware())) == {"AV-000.00.00.H57": {"hosts_infected": 0}}
    assert values(report(guarded("off"))) == {"AV-000.00.00.H57": {"hosts_protected": 0, "hosts": 3}}
    assert values(report(STALE)) == {"AV-000.00.00.H57": {"hosts_stale": 1}}
    assert refusal(lambda: read(report("<Connection/>"), AGENCIES)) == "values_empty"


def test_an_office_of_a_commune_reports_for_its_commune() -> None:
    name = AGENCIES.places.name(COMMUNE[5:])
    ((_, event),) = read(report(office=f"UBND {name}"), AGENCIES)
    assert event["place"] == COMMUNE


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (report(code="H99"), "sync_unit"), (report(at="soon"), "stamp_bad"), (report(at=""), "field_missing"),
        (report().replace(b"AVReport", b"Other"), "field_missing"), (b"<a/>", "edxml_root"), (b"<", "xml_broken"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + report(), "xml_doctype"),
        (report(STALE.replace(">1<", ">-1<")), "number_bad"),
        (report("<Malware><Machine><MalwareInfo/></Machine></Malware>"), "field_missing"),
        (report(f"{'<a>' * 80}{'</a>' * 80}"), "xml_much"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(raw: bytes, code: str) -> None:
    assert refusal(lambda: read(raw, AGENCIES)) == code


def test_of_an_agency_with_a_certificate_only_what_it_signed_is_taken() -> None:
    key, certificate = keys("UBND tinh")
    known = {"H57": certificate}
    signed = sign(report(), key, certificate)
    assert len(read(signed, AGENCIES, None, known)) == 1
    assert refusal(lambda: read(report(), AGENCIES, None, known)) == "signature_bad"
    assert refusal(lambda: read(signed.replace(b"SV-MAIL", b"SV-MALL"), AGENCIES, None, known)) == "signature_bad"


def test_an_address_lies_in_the_narrowest_network() -> None:
    nets = Networks({"10.0.0.0/8": "46", "10.46.12.0/24": COMMUNE, "2001:db8::/32": "01"})
    found = [nets.place(a) for a in ("10.1.1.1", "10.46.12.9", "::ffff:10.46.12.9", "2001:db8::1", "8.8.8.8", "x")]
    assert found == ["2025:46", COMMUNE, COMMUNE, "2025:01", None, None]
    with pytest.raises(ValueError, match=r"10\.0\.0"):
        Networks({"10.0.0": "46"})


def test_ten_thousand_hostile_reports_are_read_or_refused() -> None:
    chance = random.Random(5)
    raw, reasons = report(), set()
    for _ in range(10_000):
        try:
            read(mutated(chance, raw), AGENCIES, NETWORKS)
        except Refused as refused:
            assert refused.rejection.vi and refused.rejection.en
            reasons.add(refused.rejection.code)
    assert {"xml_broken", "sync_unit", "stamp_bad", "number_bad"} <= reasons
