"""A domain is data: one YAML file and a recorded sample give a new one, with no Python."""

import json
import shutil
import subprocess
import sys
import urllib.error
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from feeds.catalogue.clock import TZ, TickClock
from feeds.catalogue.loader import CatalogueError, load
from feeds.catalogue.places import Places
from feeds.intake.event import Event
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from tests.conftest import clear_of_the_hour, wait_until
from tests.faults.ledger import Shown
from tests.faults.readings import JSON, NDJSON, now, post
from tests.faults.system import pids, running

ROOT = Path(__file__).parents[2]
INVENTED = Path(__file__).parent / "invented"
NOW = round(datetime(2026, 11, 20, 10, 35, tzinfo=TZ).timestamp() * 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The real catalogue with two files more."""
    folder = tmp_path_factory.mktemp("catalogue")
    for file in (*(ROOT / "data/catalogue").glob("*.yaml"), *INVENTED.glob("*.yaml")):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
def catalogue(folder):
    return load(folder)


def test_it_stands_in_its_place_among_the_real_ones(catalogue):
    codes = list(catalogue.domains)
    assert codes.index("traffic") < codes.index("parking") < codes.index("cameras")
    assert [i.code for i in catalogue.of_feed("parking")] == ["prk_free_share", "prk_full", "prk_entries_day"]
    assert catalogue.indicators["prk_free_share"].domain == "parking"


def test_its_words_join_the_one_vocabulary(catalogue):
    assert catalogue.parameter("CHO_TRONG").code == "places_free"
    assert catalogue.units["chỗ"] == "places"


def test_the_door_takes_its_sample(catalogue):
    places = Places.load()
    validator = Validator(catalogue, places, TickClock(NOW), Listening.load(places))
    rows = (INVENTED / "parking.ndjson").read_bytes().splitlines()
    found = [validator.check("parking", row) for row in rows]
    assert [isinstance(one, Event) for one in found] == [True, True, True, False, False]
    assert found[1].values == {"places_free": 0, "places_all": 50}
    assert found[2].values == {"places_free": 70, "places_all": 100, "entries": 9}


def test_a_word_that_is_taken_is_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "parking.yaml").read_text(encoding="utf-8")
    (tmp_path / "parking.yaml").write_text(text.replace("aliases: [free,", "aliases: [pm25,"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"parking\.yaml:\d+: `pm25` already means"):
        load(tmp_path)
    (tmp_path / "parking.yaml").write_text(text.replace("  chỗ: {en", "  hồ sơ: {en"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"already stands in parameters\.yaml"):
        load(tmp_path)


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """The whole system as it is delivered; the invented domain is dropped into it while it runs."""
    with running(tmp_path_factory.mktemp("invented")) as system:
        yield system


def reading(at):
    return json.dumps({"source": "hn-donre", "seq": 1, "place": "2025:01", "entity": "HN-KHI-001", "at": at,
                       "values": {"pm25": 61.2}}).encode()  # fmt: skip


@pytest.fixture(scope="module")
def taken_in(system):
    """The file dropped: doors, pages and figures know it without a restart; when one event was sent before."""
    clear_of_the_hour(60)
    at = now()
    assert post(system, "air", reading(at), **{"Content-Type": JSON}).json()["accepted"] == 1
    before = pids(system)
    assert httpx.get(f"{system.url}/d/parking").status_code == 404
    assert (system.var / "modules").is_dir(), "made at the start, so that a file can be dropped into it"
    for name in ("parking", "libraries"):
        shutil.copy(INVENTED / f"{name}.yaml", system.var / "modules")
    for name in ("parking", "libraries"):
        wait_until(lambda name=name: httpx.get(f"{system.url}/d/{name}").status_code == 200, 60, "for its page")
    yield at
    assert pids(system) == before, "no process was restarted"


def modules(system):
    """What the operator's command says, a line each."""
    words = [sys.executable, "-m", "feeds", "module", "list"]
    said = subprocess.run(words, cwd=ROOT, env=system.env, capture_output=True, text=True, timeout=60, check=False)
    return said.stdout.splitlines()


def snapshot(shown, scope):
    """What stands of a scope; nothing before its first figures."""
    try:
        return shown.get(f"/api/v1/snapshot/{scope}")
    except urllib.error.HTTPError:
        return {}


def test_its_sample_becomes_figures_of_places_and_of_the_nation(taken_in, system):
    rows = [json.loads(row) | {"at": now()} for row in (INVENTED / "parking.ndjson").read_bytes().splitlines()]
    body = b"\n".join(json.dumps(row).encode() for row in rows)
    told = post(system, "parking", body, **{"Content-Type": NDJSON}).json()
    assert (told["accepted"], len(told["rejected"])) == (3, 2)
    shown = Shown(system.url)

    def figures(scope):
        said = shown.get(f"/api/v1/snapshot/{scope}")["indicators"]
        return {code: said[code]["v"] for code in ("prk_free_share", "prk_full", "prk_entries_day") if code in said}

    expected = {"prk_free_share": 12, "prk_full": 1, "prk_entries_day": 4}
    other = {"prk_free_share": 70, "prk_full": 0, "prk_entries_day": 9}

    def column():
        columns = snapshot(shown, "vn:parking").get("units", {"order": [], "columns": {"prk_entries_day": []}})
        return dict(zip(columns["order"], columns["columns"]["prk_entries_day"], strict=True))

    def parks():
        return {one["code"] for one in snapshot(shown, "01:parking").get("entities", ())}

    # each place is told as soon as it is ready
    wait_until(lambda: figures("01") == expected, 15, "for the figures of Hà Nội")
    wait_until(lambda: figures("48") == other, 15, "for those of Đà Nẵng")
    wait_until(lambda: figures("vn").get("prk_entries_day") == 13, 15, "for the nation's")
    wait_until(lambda: column().get("48") == 9, 15, "for the units of the nation")
    wait_until(lambda: parks() == {"HN-P-01", "HN-P-02"}, 15, "for the parks")
    wait_until(lambda: shown.get("/api/v1/snapshot/vn")["feeds"]["parking"]["accepted"] == 3, 15, "for the counts")


def test_records_quotients_and_figures_of_their_own_come_by_yaml_alone(taken_in, system):
    shown = Shown(system.url)
    for line in (INVENTED / "libraries.ndjson").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        event = row["event"] | {"at": now()}
        if "record" in event:
            times = {name: hours_ago(said) for name, said in event["record"]["times"].items()}
            event["record"] = event["record"] | {"times": times}
        told = post(system, row["feed"], json.dumps(event).encode(), **{"Content-Type": JSON}).json()
        assert told["accepted"] == 1, told

    def figures(scope):
        said = shown.get(f"/api/v1/snapshot/{scope}")["indicators"]
        return {code: (said[code]["v"], said[code]["severity"]) for code in said if code.startswith("lib_")}

    mine = {"lib_taken": (60, None), "lib_returned": (50, None), "lib_loans": (1, None)}
    wait_until(lambda: figures("01") == mine | {"lib_reading": (40, None)}, 15, "for the libraries of Hà Nội")
    wait_until(lambda: figures("vn") == mine | {"lib_reading": (45, 3)}, 15, "for those of the nation")
    lacking = shown.get("/api/v1/snapshot/96")["missing"]
    assert not [code for code in lacking if code.startswith("lib_")]
    assert "Tỉnh chưa kết nối thư viện" in httpx.get(f"{system.url}/p/96/libraries").text
    assert 'data-domain="libraries"' in httpx.get(f"{system.url}/services").text


def hours_ago(said):
    """`-30h` before now, as sources write times."""
    at = datetime.now(TZ) + timedelta(hours=int(said.removesuffix("h")))
    return at.isoformat(timespec="seconds")


@pytest.mark.parametrize("address", ["/d/parking", "/p/01/parking", "/", "/p/01", "/wall"])
def test_it_has_its_pages(taken_in, system, address):
    page = httpx.get(system.url + address)
    assert page.status_code == 200
    assert 'data-indicator="prk_free_share"' in page.text and "Bãi đỗ" in page.text
    assert "prk_entries_day" in httpx.get(f"{system.url}/definitions/vi").json()


@pytest.mark.parametrize("address", ["/services", "/p/01/services", "/catalogue", "/catalogue?lang=en"])
def test_it_stands_in_every_list(taken_in, system, address):
    page = httpx.get(system.url + address).text
    codes = ("prk_free_share", "prk_full", "prk_entries_day")
    if "services" in address:
        assert f'data-domain="parking" data-codes="{" ".join(codes)}"' in page
    else:
        assert all(f'id="i-{code}"' in page for code in codes)
        assert ("Car parks" if "en" in address else "Bãi đỗ xe") in page


def test_what_was_held_before_it_came_is_held_still(taken_in, system):
    def of_air():
        return Shown(system.url).get("/api/v1/snapshot/01")["feeds"]["air"]

    wait_until(lambda: of_air()["accepted"] == 1, 20, "for what was accepted before")
    told = post(system, "air", reading(taken_in), **{"Content-Type": JSON}).json()
    assert told["duplicates"] == 1, "its number is known still"


def test_a_broken_change_is_refused_and_the_running_one_stays(taken_in, system):
    file = system.var / "modules" / "parking.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("unit: lượt/ngày", "unit: furlong"), encoding="utf-8")
    wait_until(lambda: any("unknown unit `furlong`" in line for line in modules(system)), 60, "for the refusal")
    assert any("modules/parking.yaml:" in line and "\tkept\t" in line for line in modules(system))
    page = httpx.get(f"{system.url}/d/parking")
    assert page.status_code == 200 and "lượt/ngày" in page.text
    file.write_text(text.replace("below: 20", "below: 25"), encoding="utf-8")

    def limits():
        return httpx.get(f"{system.url}/definitions/vi").json()["prk_free_share"]["limits"]

    wait_until(lambda: any("25" in limit["limit"] for limit in limits()), 60, "for the change")
