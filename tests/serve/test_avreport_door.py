"""Reports of anti-virus over HTTP: counted before the answer, once, and refused with a reason."""

from __future__ import annotations

import time

import httpx
import redis

from feeds.catalogue.keys import Keys
from feeds.intake.event import decode_batch
from tests.intake.formats.soc_samples import report
from tests.serve.running import Site

KEYS = Keys("sim")


def test_a_report_over_http_is_durable_before_the_answer_and_counts_once(site: Site, durable: redis.Redis) -> None:
    door = httpx.Client(base_url=f"{site.url}/api/v1", headers={"Content-Type": "text/xml"}, timeout=60)
    body = report(at=str(int(time.time()) - 60))
    first, again = (door.post("/avreport", content=body) for _ in range(2))
    assert (first.status_code, first.json()["accepted"], again.json()["duplicates"]) == (202, 1, 1)
    (_, entry), *_ = durable.xrange(KEYS.stream("antivirus", "46"))
    (event,) = decode_batch(entry[b"b"])
    assert (event.source, event.connector, event.values["hosts_infected"]) == ("000.00.00.H57", "avreport", 2)
    bad = door.post("/avreport", content=report(code="H99"))
    assert (bad.status_code, bad.json()["rejected"][0]["code"]) == (422, "sync_unit")
    late = door.post("/avreport", content=report(at="1000000000"))
    assert (late.status_code, late.json()["rejected"][0]["code"]) == (422, "time_late")
    hostile = door.post("/avreport", content=b'<!DOCTYPE a [<!ENTITY b "c">]>' + body)
    assert hostile.json()["rejected"][0]["code"] == "xml_doctype"
    rows = door.get("/quarantine", params={"feed": "antivirus"}).json()["rows"]
    assert sorted(row["code"] for row in rows) == ["sync_unit", "time_late", "xml_doctype"]
    assert not any("PC-KETOAN-03" in str(row) or "10.46.12.7" in str(row) for row in rows)
    assert door.get("/avreport").status_code == 405
