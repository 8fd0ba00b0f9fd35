"""Domains dropped into a folder: taken in when they hold, else refused with file, line and remedy; what runs stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy.exc import OperationalError

from feeds.catalogue import source
from feeds.catalogue.clock import TickClock
from feeds.catalogue.loader import CatalogueError, load
from feeds.catalogue.said import Said
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.catalogue.settings import Settings
from feeds.engine.modules import Keeper
from feeds.store.audit import Audit
from feeds.store.database import Database, open_database
from feeds.store.modules import Modules, load_catalogue
from tests.catalogue.test_loader import DOMAIN, VOCABULARY

SNOW = DOMAIN.replace("code: demo", "code: snow").replace("gauges", "snow_gauges").replace("rain_", "snow_")
SECOND = SNOW.replace("code: snow", "code: second").replace("snow_", "second_")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "parameters.yaml").write_text(VOCABULARY, encoding="utf-8")
    (folder / "demo.yaml").write_text(DOMAIN, encoding="utf-8")
    settings = Settings(var=tmp_path, catalogue=folder)
    settings.modules_folder.mkdir()
    return settings


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    yield database
    database.close()


@pytest.fixture
def table(database: Database) -> Modules:
    return Modules(database)


@pytest.fixture
def keeper(settings: Settings, table: Modules, clock: TickClock, audit: Audit) -> Keeper:
    return Keeper(settings, table, clock, audit)


@pytest.fixture
def audit(settings: Settings, database: Database) -> Audit:
    return Audit.open(settings, database)


def drop(settings: Settings, name: str, text: str | bytes) -> Path:
    """Write a file as editors do: another one takes its place."""
    path = settings.modules_folder / f"{name}.yaml"
    new = path.with_suffix(".new")
    new.write_bytes(text.encode() if isinstance(text, str) else text)
    os.replace(new, path)
    return path


def looked(keeper: Keeper) -> bool:
    """Two looks: what is seen the same twice is read."""
    return keeper.look() or keeper.look()


def test_a_dropped_domain_is_in_force_for_everyone(keeper: Keeper, settings: Settings, database: Database) -> None:
    assert not keeper.look() and load_catalogue(settings, database)[1] == ""
    drop(settings, "snow", SNOW)
    assert looked(keeper)
    catalogue, version = load_catalogue(settings, database)
    assert {"demo", "snow"} == set(catalogue.domains) and "snow_1h" in catalogue.indicators and version
    assert not looked(keeper), "nothing has changed since"


def test_a_changed_domain_takes_the_place_of_what_it_was(
    keeper: Keeper, settings: Settings, database: Database, table: Modules
) -> None:
    drop(settings, "snow", SNOW)
    looked(keeper)
    before = table.version()
    drop(settings, "snow", SNOW.replace("above: 50", "above: 75"))
    assert looked(keeper) and table.version() != before
    assert load_catalogue(settings, database)[0].indicators["snow_1h"].thresholds[0].above == 75


def test_a_domain_of_the_products_own_name_stands_in_its_place(
    keeper: Keeper, settings: Settings, database: Database
) -> None:
    drop(settings, "demo", DOMAIN.replace("above: 50", "above: 20"))
    assert looked(keeper)
    assert load_catalogue(settings, database)[0].indicators["rain_1h"].thresholds[0].above == 20


BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\ncode: snow\n"
CIRCLE = SNOW.replace("kind: absolute", "kind: percent_of, of: snow_2").replace(
    "    rollup: max\npanels", "    rollup: max\n    thresholds:\n"
    "      - {kind: percent_of, of: snow_1h, level: 3, above: 1, source: thiết kế}\npanels",
)  # fmt: skip
MEAN = SNOW.replace("compute: {fn: sum, param: rain, hours: 1}\n    rollup: max\n    thr",
                    "compute: {fn: count, measure: wet, window: day}\n    rollup: mean\n    thr")  # fmt: skip
BROKEN = [
    ("a circle", CIRCLE, "circle", True),
    ("an unknown unit", SNOW.replace("unit: mm", "unit: furlong"), "unknown unit `furlong`: add it to `units`", True),
    ("a threshold without source", SNOW.replace(", source: thiết kế", ""), "write `source: ...`", True),
    ("two of one code", SNOW.replace("snow_1h", "rain_1h"), "already stands in demo.yaml: choose another code", True),
    ("a mean of counts", MEAN, "cannot roll up by `mean`: write one of sum", True),
    ("aliases", BOMB, "write the value out", True),
    ("five megabytes", b"#" * 5_000_001, "split the domain into smaller files", False),
    ("a million values", "code: snow\nx:\n" + "- 1\n" * 1_000_000, "more than 100,000 values", True),
    ("no YAML", "code: [snow\n", "not YAML", True),
    ("not text", b"\xff\xfe\x00", "save it as UTF-8", False),
    ("an unknown panel", SNOW.replace("kind: map", "kind: mpa"), "did you mean `map`", True),
    ("another name", SNOW.replace("code: snow", "code: sonw"), "write `code: snow`", True),
    ("endless hours", SNOW.replace("hours: 1", "hours: 1000000000"), "from 1 to 2400", True),
    ("an endless cadence", SNOW.replace("cadence: 5m", f"cadence: {'9' * 5000}d"), "5001 characters", True),
    ("a name of 4.9 MB", SNOW.replace("vi: Thử", f"vi: {'x' * 4_900_000}"), "write at most 300", True),
]


@pytest.mark.parametrize(("what", "text", "said", "at_line"), BROKEN, ids=[each[0] for each in BROKEN])
def test_what_is_broken_is_refused_and_changes_nothing(
    keeper: Keeper,
    settings: Settings,
    table: Modules,
    database: Database,
    what: str,
    text: str,
    said: str,
    at_line: bool,
) -> None:
    drop(settings, "snow", SNOW)
    looked(keeper)
    before = table.version(), table.texts()
    drop(settings, "snow", text)
    assert not looked(keeper)
    (row,) = table.all(NATION)
    assert said in str(row.said) and (row.line > 0) == at_line and row.state == "kept" and row.refused_at
    assert (table.version(), table.texts()) == before and "snow_1h" in load_catalogue(settings, database)[0].indicators
    drop(settings, "snow", SNOW)
    looked(keeper)
    assert table.all(NATION)[0].state == "live", "put right: nothing stands against it"


def test_what_never_held_is_refused_and_forgotten_with_its_file(
    keeper: Keeper, settings: Settings, table: Modules
) -> None:
    path = drop(settings, "snow", "code: snow\n")
    looked(keeper)
    assert [row.state for row in table.all(NATION)] == ["refused"] and not table.version()
    path.unlink()
    looked(keeper)
    assert table.all(NATION) == []


def test_the_vocabulary_and_odd_names_are_no_modules(keeper: Keeper, settings: Settings, table: Modules) -> None:
    drop(settings, "parameters", VOCABULARY)
    drop(settings, "Của tôi", SNOW.replace("code: snow", "code: Của tôi"))
    looked(keeper)
    said = {row.name: str(row.said) for row in table.all(NATION)}
    assert "product's own" in said["parameters"] and "is not a code" in said["Của tôi"] and not table.version()


def test_a_missing_file_or_folder_takes_nothing_away(keeper: Keeper, settings: Settings, table: Modules) -> None:
    path = drop(settings, "snow", SNOW)
    looked(keeper)
    version = table.version()
    settings.modules_folder.rename(settings.var / "elsewhere")
    looked(keeper)
    assert table.all(NATION)[0].state == "live", "a folder that is away says nothing"
    (settings.var / "elsewhere").rename(settings.modules_folder)
    path.unlink()
    looked(keeper)
    assert table.all(NATION)[0].state == "gone" and table.version() == version
    drop(settings, "snow", SNOW)
    looked(keeper)
    assert table.all(NATION)[0].state == "live"
    assert table.withdraw("snow") and not table.withdraw("snow") and not table.version()


def test_a_file_that_is_still_being_written_is_not_read(
    keeper: Keeper, settings: Settings, table: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settings.modules_folder / "snow.yaml"
    for end in (100, 400, len(SNOW)):
        path.write_text(SNOW[:end], encoding="utf-8")
        os.utime(path, ns=(end, end))
        assert not keeper.look(), "it was another file at the last look"
    assert table.all(NATION) == [] and keeper.look()


def test_a_file_changed_while_it_is_read_is_read_again(
    keeper: Keeper, settings: Settings, table: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(settings, "snow", SNOW[:200])
    keeper.look()
    whole, opened = SNOW.encode(), Path.open

    def open_and_lose(self: Path, *words: str) -> object:
        with open(path, "wb") as file:
            file.write(whole)
        return opened(self, *words)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", open_and_lose)
        with pytest.raises(source.Unsettled):
            source.text_of(path)
    path.write_bytes(whole[:200])
    assert not keeper.look() and table.all(NATION) == [], "half a file is no mistake"
    path.write_bytes(whole)
    assert looked(keeper) and table.version()


def test_two_that_need_each_other_come_in_whatever_their_order(
    keeper: Keeper, settings: Settings, table: Modules
) -> None:
    checked = SECOND.replace(
        "    rollup: max\n    thr", "    rollup: max\n    crosscheck: {indicator: snow_1h, tolerance: 1}\n    thr"
    )
    drop(settings, "second", checked)
    looked(keeper)
    assert {row.name: row.state for row in table.all(NATION)} == {"second": "refused"}
    drop(settings, "snow", SNOW)
    assert looked(keeper)
    keeper.look()
    assert {row.name: row.state for row in table.all(NATION)} == {"second": "live", "snow": "live"}


def test_a_start_with_a_module_that_no_longer_holds_leaves_it_out(
    settings: Settings, database: Database, table: Modules, clock: TickClock
) -> None:
    table.accept("snow", SNOW, clock.now_ms())
    table.accept("second", SECOND.replace("fn: sum", "fn: gone"), clock.now_ms())
    assert {"demo", "snow"} == set(load_catalogue(settings, database)[0].domains)
    (settings.catalogue / "demo.yaml").write_text("code: other\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"demo\.yaml"):
        load_catalogue(settings, database)


def test_a_pipe_in_the_folder_holds_nobody_up(keeper: Keeper, settings: Settings, table: Modules) -> None:
    os.mkfifo(settings.modules_folder / "pipe.yaml")
    looked(keeper)
    assert "this is not a file" in str(table.all(NATION)[0].said)


def test_who_sees_one_province_sees_no_modules(table: Modules) -> None:
    with pytest.raises(OutOfScope):
        table.all(Scope(frozenset({"01"})))


def test_the_text_of_a_module_is_told_by_its_own_name(settings: Settings) -> None:
    with pytest.raises(CatalogueError, match=r"^modules/snow\.yaml:\d+: unknown unit"):
        load(settings.catalogue, {"snow": SNOW.replace("unit: mm", "unit: furlong")})


def test_what_is_taken_in_or_refused_stands_in_the_audit_log_once(
    keeper: Keeper, settings: Settings, table: Modules, clock: TickClock, audit: Audit
) -> None:
    drop(settings, "snow", SNOW)
    drop(settings, "wrong", "code: wrong\n")
    assert looked(keeper)
    looked(keeper)
    again = Keeper(settings, table, clock, audit)  # as after a start
    looked(again)
    rows = audit.page(NATION, act="configure")
    assert sorted((row.what, row.outcome) for row in rows) == [("module snow", "done"), ("module wrong", "refused")]
    refused = next(row for row in rows if row.outcome == "refused")
    assert refused.why and (refused.who, refused.seat) == ("modules", "folder")
    apart = msgspec.convert(msgspec.json.decode(refused.facts)["said"], Said)
    assert str(apart) == refused.why and apart.args, "a page can tell it in its own language"
    drop(settings, "wrong", "code: wrong\nname: still\n")
    looked(again)
    assert len(audit.page(NATION, act="configure")) == 3, "another text is another refusal"


def test_a_module_that_cannot_be_written_down_is_not_in_force_and_is_tried_again(
    keeper: Keeper, settings: Settings, table: Modules, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("x", {}, Exception())

    drop(settings, "snow", SNOW)
    with monkeypatch.context() as patch:
        patch.setattr(Audit, "record", away)
        with pytest.raises(OperationalError):
            looked(keeper)
    assert table.texts() == {}
    assert looked(keeper) and set(table.texts()) == {"snow"}
