"""What no check foresaw, and what lies in the folder beside modules: told, and nobody is held up by it."""
# ruff: noqa: F811 the fixtures are those of test_modules

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

import pytest

from feeds.catalogue import loader
from feeds.catalogue.clock import TickClock
from feeds.catalogue.loader import module_file
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import Settings
from feeds.engine import modules
from feeds.engine.modules import Keeper
from feeds.serve import modules as serve
from feeds.store.database import Database
from feeds.store.modules import Modules, load_catalogue
from tests.conftest import wait_until
from tests.engine.conftest import small_catalogue
from tests.engine.test_modules import (  # noqa: F401
    SNOW,
    audit,
    database,
    drop,
    keeper,
    looked,
    settings,
    table,
)


def break_checks(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """From now on a check of a file of the name `odd` fails as nobody foresaw."""
    known = loader.load

    def load_or_fail(folder: Path, modules: dict[str, str] | None = None) -> object:
        if "odd" in (modules or {}):
            raise error
        return known(folder, modules or {})

    monkeypatch.setattr(loader, "load", load_or_fail)


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RecursionError(), MemoryError(), AttributeError()])
def test_what_no_check_foresaw_is_refused_and_the_next_file_is_looked_at(
    keeper: Keeper, settings: Settings, table: Modules, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    break_checks(monkeypatch, error)
    drop(settings, "odd", SNOW.replace("code: snow", "code: odd"))
    drop(settings, "snow", SNOW)
    assert looked(keeper) and set(table.texts()) == {"snow"}
    problem = next(row.said for row in table.all(NATION) if row.name == "odd")
    assert type(error).__name__ in str(problem) and "could not be checked" in str(problem)


def test_a_start_leaves_out_a_module_that_no_check_foresaw(
    settings: Settings, database: Database, table: Modules, clock: TickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_checks(monkeypatch, ValueError("x"))
    table.accept("odd", "code: odd", clock.now_ms())
    table.accept("snow", SNOW, clock.now_ms())
    assert set(load_catalogue(settings, database)[0].domains) == {"demo", "snow"}


def test_the_thread_that_looks_goes_on_whatever_happens(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules, "LOOK_S", 0.001)
    looks: list[int] = []

    class Failing:
        def look(self) -> bool:
            looks.append(1)
            if len(looks) < 4:
                raise ValueError("unforeseen")
            return False

    held = small_catalogue()
    with modules.Watch(Failing(), lambda: "new", "old", lambda: (held, "new")) as watch:  # type: ignore[arg-type]
        wait_until(lambda: watch.taken() == (held, "new"), 10, "for a look after the failed ones")
    assert caplog.text.count("ValueError: unforeseen") == 1, "said once, not each second"


def test_files_that_no_look_reaches_are_told_on_the_page(
    keeper: Keeper,
    settings: Settings,
    table: Modules,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(modules, "MOST", 3)
    drop(settings, "zz_snow", SNOW.replace("code: snow", "code: zz_snow"))
    assert looked(keeper)
    for number in range(4):
        (settings.modules_folder / f"a{number}.yaml").write_text("code: x\n", encoding="utf-8")
    looked(keeper)
    rows = {row.name: row for row in table.all(NATION)}
    assert "only 3 files are looked at: move 2 of them" in str(rows["a3"].said) and "a3.yaml: only 3" in caplog.text
    assert rows["zz_snow"].state == "live", "what was taken in stays, and its file is there"
    assert set(rows) == {"a0", "a1", "a2", "a3", "zz_snow"}
    (settings.modules_folder / "a0.yaml").unlink()
    (settings.modules_folder / "a1.yaml").unlink()
    looked(keeper)
    assert "write `code: a3`" in str({row.name: row.said for row in table.all(NATION)}["a3"])


def test_a_file_with_the_short_ending_is_told_its_name(keeper: Keeper, settings: Settings, table: Modules) -> None:
    (settings.modules_folder / "snow.yml").write_text(SNOW, encoding="utf-8")
    looked(keeper)
    (row,) = table.all(NATION)
    assert (row.name, row.state) == ("snow.yml", "refused") and "name it `snow.yaml`" in str(row.said)
    told: list[str] = []
    assert serve.list(settings, Namespace(), told.append) == 1
    assert told == ["snow.yml\trefused\t-\tmodules/snow.yml: a module's file ends in .yaml: name it `snow.yaml`"]
    assert module_file(row.name).name == "snow.yml"
    (settings.modules_folder / "snow.yml").rename(settings.modules_folder / "snow.yaml")
    assert looked(keeper) and [row.name for row in table.all(NATION)] == ["snow"]


def test_a_name_of_any_bytes_holds_nobody_up(keeper: Keeper, settings: Settings, table: Modules) -> None:
    for name in (b"\xff\xfe.yaml", b"a\n\xe2\x80\xaeb.yaml"):
        with open(os.path.join(os.fsencode(settings.modules_folder), name), "wb") as file:
            file.write(SNOW.encode())
    drop(settings, "snow", SNOW)
    assert looked(keeper) and set(table.texts()) == {"snow"}
    assert all(row.name.isprintable() for row in table.all(NATION)) and len(table.all(NATION)) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [(SNOW, "what was taken in stays in force"), ("code: snow\n", "nothing of it was in force")],
    ids=["taken in", "refused"],
)
def test_a_file_taken_away_is_told_by_what_it_was(
    keeper: Keeper, settings: Settings, caplog: pytest.LogCaptureFixture, text: str, said: str
) -> None:
    path = drop(settings, "snow", text)
    looked(keeper)
    path.unlink()
    looked(keeper)
    assert f"snow is no longer in its folder; {said}" in caplog.text
