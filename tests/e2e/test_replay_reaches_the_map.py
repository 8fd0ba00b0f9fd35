"""Recorded input, played by the command of the README, reaches the figures of the nation and its provinces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.catalogue.clock import TZ
from feeds.catalogue.settings import ROOT
from tests.conftest import System, is_ready, start_system, stop_system, wait_until

pytestmark = pytest.mark.browser

COLUMNS = "timestamp,city,aqi,weather_icon,wind_speed,humidity,temperature,pm25,pm10,o3,no2,so2,co"
FIRST = datetime(2025, 4, 1, 0, 5, 8, 766681, TZ)
HOURS = 30
NEWS = [
    ("Tuổi Trẻ", "Cần Thơ: bệnh viện quá tải vì sốt xuất huyết", "2026-08-18T09:00:00+07:00"),
    ("VnExpress - Thế Giới", "Barca đạt thỏa thuận mua Rodri", "2026-08-18T09:10:00+07:00"),
    ("Thanh Niên", "Kẹt xe ở TP.HCM sau mưa lớn", "2026-08-18T09:20:00+07:00"),
]


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A replay world that nobody has played anything into yet."""
    system = start_system(tmp_path_factory.mktemp("play"), IOC_WORLD="play")
    try:
        wait_until(lambda: is_ready(system.url) or system.process.poll() is not None, 90, system.said())
        yield system
    finally:
        stop_system(system)


def replay(system: System, *words: object) -> str:
    """What `python -m feeds replay ... --url` says."""
    command = [sys.executable, "-m", "feeds", "replay", *map(str, words), "--url", system.url]
    done = subprocess.run(command, cwd=ROOT, env=system.env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stderr


def snapshot(system: System, scope: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"{system.url}/api/v1/snapshot/{scope}", timeout=30) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError:
        return {}


def figure(system: System, scope: str, indicator: str) -> Any:
    return snapshot(system, scope).get("indicators", {}).get(indicator, {}).get("v")


def recorded_air(folder: Path) -> Path:
    """Two cities with one steady value each, an hour of gaps, text for units: VN_AQI is known beforehand."""
    folder.mkdir()
    for city, pm25, co in (("Hà Nội", 50.0, "0.8"), ("Cần Thơ", 25.0, "N/A")):
        rows = [COLUMNS]
        for hour in range(HOURS):
            at = (FIRST + timedelta(hours=hour)).isoformat()
            value = "N/A" if hour == 7 else pm25
            rows.append(f"{at},{city},99,/x.svg,6.4 km/h,61%,16.1°C,{value},N/A,N/A,N/A,N/A,{co}")
        (folder / f"{pm25}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_air_is_hourly_vn_aqi_of_each_station_and_news_are_mentions(playing: System, tmp_path: Path) -> None:
    air = recorded_air(tmp_path / "air")
    said = replay(playing, "air", air, "--keep-times", "--fault", "duplicates=0.2,late=0.2", "--seed", 7)
    assert "duplicates" in said
    wait_until(lambda: figure(playing, "01", "air_aqi_hour") == 100, 30, "for Hà Nội")
    wait_until(lambda: figure(playing, "92", "air_aqi_hour") == 50, 30, "for Cần Thơ")

    def stations() -> dict[str, Any]:
        entities = snapshot(playing, "vn:air").get("entities", ())
        return {entity["code"]: entity["values"].get("air_aqi_hour") for entity in entities}

    wait_until(lambda: stations() == {"IQ-HA-NOI": 100, "IQ-CAN-THO": 50}, 30, "for both stations")
    nation = snapshot(playing, "vn:air")
    assert nation["world"] == "play"
    assert nation["at"].startswith("2025-04-02T05:")  # the world's clock follows the recording
    wait_until(lambda: snapshot(playing, "vn:air")["feeds"]["air"]["gaps"] == 0, 30, "for what came late")

    news = tmp_path / "news.json"
    items = [
        {"id": str(n), "title": title, "link": f"https://b.vn/{n}", "summary": "", "source": source, "published": at}
        for n, (source, title, at) in enumerate(NEWS)
    ]
    news.write_text(json.dumps(items))
    replay(playing, "news", news, "--keep-times")
    wait_until(lambda: figure(playing, "vn", "sml_mentions") == 3, 30, "for the nation's mentions")
    for unit in ("92", "79"):
        wait_until(lambda unit=unit: figure(playing, unit, "sml_mentions") == 1, 30, unit)  # type: ignore[misc]

    def papers() -> str:
        return json.dumps(snapshot(playing, "vn:social"), ensure_ascii=False)

    wait_until(lambda: "Tuổi Trẻ" in papers() and "Thanh Niên" in papers(), 30, "for both papers")


def test_the_recordings_beside_the_project_reach_the_map(playing: System) -> None:
    shared = ROOT.parent / "shared" / "data" / "air"
    if not shared.is_dir():
        pytest.skip("the recordings beside the project are not here")
    replay(playing, "air", shared, "--keep-times", "--until", "2025-04-04T00:00:00+07:00")
    cities = {"01", "31", "46", "48", "79", "92"}
    wait_until(lambda: all(figure(playing, code, "air_aqi_hour") for code in cities), 30, "for six cities")
    assert os.path.isdir(shared)
