"""What a collector makes of messages: where they belong, what becomes an alert, and that nobody's name leaves."""

from __future__ import annotations

import json

import pytest

from feeds.intake.formats.networks import Networks
from feeds.intake.sources import soc
from feeds.intake.sources.soc import Batch, Collector, Stamps, Where, events, unnamed

NOW = 1_795_231_920_000  # 2026-11-21 10:32 +07:00
NETWORKS = Networks({"10.46.0.0/16": "46/19753", "10.46.12.0/24": "46/19774"})


def heard(*messages: str, secret: str = "s", peer: str = "192.0.2.1") -> Batch:
    where = Where("soc", "46", NETWORKS, {"fw-phu-xuan": "46/19777"})
    collector = Collector(where, frozenset(["closed"]), secret)
    for message in messages:
        collector.hear(message.encode(), peer, NOW)
    return collector.batch


def cef(extension: str = "", severity: str = "8", host: str = "fw") -> str:
    return f"<134>1 2026-11-21T10:31:30+07:00 {host} a - - - CEF:0|V|P|1|7|Mã độc ở 10.46.12.7|{severity}|{extension}"


@pytest.mark.parametrize(
    ("message", "peer", "place"),
    [
        (cef("dst=10.46.12.7 src=10.46.1.1"), "192.0.2.1", "46/19774"),
        (cef("dst=8.8.8.8 src=10.46.1.1"), "", "46/19753"),
        (cef(host="10.46.12.1"), "", "46/19774"), (cef(host="FW-Phu-Xuan"), "", "46/19777"),
        (cef(), "10.46.12.9", "46/19774"), (cef("dst=8.8.8.8"), "192.0.2.1", "46"), ("<11>tin", "192.0.2.1", "46"),
    ],
)  # fmt: skip
def test_an_event_belongs_where_its_addresses_lie(message: str, peer: str, place: str) -> None:
    assert [where for where, _ in heard(message, peer=peer).counts] == [f"2025:{place}"]


def test_severity_is_that_of_the_device_or_of_syslog() -> None:
    found = heard(cef(severity="10"), cef(severity="7"), cef(severity="3"), "<8>tin", "<11>tin", "<14>tin")
    counts = [dict(one) for one in found.counts.values()]
    assert [sum(one.get(name, 0) for one in counts) for name in ("sec_events", "sec_high", "sec_critical")] == [6, 2, 2]


def test_an_alert_opens_and_ends_and_what_ends_it_is_no_event() -> None:
    opened, closed = cef("externalId=7 start=1795231800000"), cef("externalId=7 act=Closed", "1")
    found = heard(opened, closed, cef(), cef("externalId=8", "3"))
    assert [alert["record"]["state"] for alert in found.alerts] == ["open", "closed"]
    assert found.alerts[0]["record"]["times"] == {
        "detected": "2026-11-21T10:31:30.000+07:00", "started": "2026-11-21T03:30:00+00:00",
    }  # fmt: skip
    assert found.alerts[1]["record"]["fields"] == {} and found.alerts[1]["record"]["id"] == "soc:7"
    assert sum(one["sec_events"] for one in found.counts.values()) == 3


def test_no_name_address_or_account_leaves() -> None:
    said = cef("externalId=10.46.12.7 dhost=PC-AN suser=nguyen.van.a shost=PC-BINH src=10.46.12.7 msg=Nguyễn Văn A")
    found = json.dumps(heard(said).alerts, ensure_ascii=False)
    for word in ("PC-AN", "PC-BINH", "nguyen.van.a", "10.46.12.7", "Nguyễn Văn A"):
        assert word not in found
    first, again, other = (heard(cef(f"externalId=1 dhost={name}")).alerts for name in ("PC-AN", "pc-an", "PC-BINH"))
    hosts = [alerts[0]["record"]["fields"]["host"] for alerts in (first, again, other)]
    assert hosts[0] == hosts[1] != hosts[2]
    assert "host" not in heard(cef("externalId=1 dhost=PC-AN"), secret="").alerts[0]["record"]["fields"]
    assert unnamed("tại 10.1.2.3, fe80::1:2 và an@example.vn", 80) == "tại […], […] và […]"


def test_floods_of_alerts_and_of_nonsense_are_counted_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soc, "MOST_ALERTS", 5)
    monkeypatch.setattr(soc, "MOST_REFUSED", 3)
    found = heard(*(cef(f"externalId={n}") for n in range(12)), *["nonsense"] * 10)
    assert (len(found.alerts), found.dropped, len(found.unread), found.unkept) == (5, 7, 3, 7)
    assert sum(one["sec_events"] for one in found.counts.values()) == 12


def test_late_events_are_counted_in_their_own_minutes_and_those_that_cannot_be_are_refused() -> None:
    found = heard(cef("rt=1795200000000"), cef("rt=1794000000000"), cef("rt=1795331920000"), cef("rt=5"))
    assert [minute for _, minute in found.counts] == [1795200000000 // 60_000]
    assert [unread.why.code for unread in found.unread] == ["time_late", "time_future", "time_ancient"]


def test_two_readings_of_one_minute_are_two_events() -> None:
    stamps, told = Stamps(), []
    for later in (0, 1, 60_000, 120_000):
        batch = heard(cef("rt=1795200000000"))
        told += events(batch, "soc", NOW + later, stamps)
    assert len({event["at"] for event in told}) == 4
    assert {event["at"][:16] for event in told} == {"2026-11-21T01:40"}
    (now,) = events(heard("<134>tin"), "soc", NOW, stamps)
    assert now["at"] == "2026-11-21T10:32:00.000+07:00", "what happens now is of now"
