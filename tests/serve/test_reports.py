"""Reports of the content policy: anybody may send them, so they are counted, bounded and never believed."""

from __future__ import annotations

import json
import logging

import httpx
import pytest

from feeds.catalogue.clock import TickClock
from feeds.serve.counters import Counters
from feeds.serve.reports import LOGGED, Reports, _reports
from tests.serve.running import Site

KIND = {"Content-Type": "application/csp-report"}
REPORT = {"csp-report": {"document-uri": "http://x/p/01", "effective-directive": "script-src", "blocked-uri": "inline"}}


def test_a_report_has_an_address(site: Site) -> None:
    policy = httpx.get(f"{site.url}/healthz").headers["content-security-policy"]
    address = policy.split("report-uri ")[1].split(";")[0].strip()
    assert httpx.post(site.url + address, json=REPORT, headers=KIND).status_code == 204
    assert httpx.post(site.url + address, content=b"{broken", headers=KIND).status_code == 204
    assert httpx.post(
        site.url + address, json=[REPORT] * 3, headers={"Content-Type": "application/reports+json"}
    ).is_success
    assert httpx.post(site.url + address, json=REPORT, headers={"Content-Type": "text/plain"}).status_code == 415
    assert httpx.post(site.url + address, content=b"x" * 20_000, headers=KIND).status_code == 413
    assert httpx.get(site.url + address).status_code == 405
    elsewhere = KIND | {"Origin": "http://evil.example"}
    assert httpx.post(site.url + address, json=REPORT, headers=elsewhere).status_code == 403


def test_a_flood_of_reports_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    clock = TickClock(0)
    reports = Reports(Counters(), clock)
    with caplog.at_level(logging.WARNING, logger="ioc.csp"):
        for _ in range(200):
            reports._log("script-src", "x" * 9_000, "y")
        assert len(caplog.records) == LOGGED
        clock.tick(60_000)
        reports._log("img-src", "x", "y")
    assert len(caplog.records) == LOGGED + 1


@pytest.mark.parametrize("body", [b"", b"[]", b"[[]]", b"1", b'{"csp-report": [1]}', b'[{"body": {"blockedURL": 7}}]'])
def test_what_is_no_report_does_no_harm(body: bytes) -> None:
    assert all(isinstance(one, dict) for one in _reports(body))
    assert len(_reports(json.dumps([{}] * 500).encode())) == LOGGED
