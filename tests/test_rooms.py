"""The house rules of docs/architecture.md, held over every file: who may import whom, what stands in no room."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from feeds.catalogue.keys import PREFIX

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("feeds", "layouts", "callbacks")
PRODUCT = [*sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "app.py"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SCRIPTS = sorted((ROOT / "assets").rglob("*.js"))

# wing of feeds/ -> what it may import of ours (its own wing besides); no arrow runs back up
WINGS: dict[str, tuple[str, ...]] = {
    "catalogue": (),
    "store": ("feeds.catalogue",),
    "intake": ("feeds.catalogue", "feeds.store"),
    "compute": ("feeds.catalogue",),
    "engine": (
        "feeds.catalogue",
        "feeds.store",
        "feeds.compute",
        "feeds.intake.event",  # of intake only what an event is, and when two are the same
        "feeds.intake.identity",
        "feeds.intake.ranges",
    ),
    "access": ("feeds.catalogue", "feeds.store"),
    "serve": ("feeds.access", "feeds.catalogue", "feeds.store", "feeds.intake", "feeds.compute"),
    "host": ("feeds",),
    "__main__": ("feeds",),
}
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    **{f"feeds.{wing}": allowed for wing, allowed in WINGS.items()},
    "layouts": ("feeds.catalogue",),
    "callbacks": ("layouts", "feeds.serve", "feeds.access", "feeds.catalogue"),
    "app": ("feeds", "layouts", "callbacks"),
}
NEVER: dict[str, tuple[str, ...]] = {
    "feeds": ("dash", "plotly"),
    "layouts": ("redis", "sqlalchemy", "time", "requests", "httpx"),
    "callbacks": ("redis", "sqlalchemy"),
}
CLOCKS = {"now", "now_ms", "utcnow", "today", "time_ns", "monotonic", "perf_counter"}
MAX_FILE, MAX_FUNCTION = 400, 60
HOST = re.compile(r"(?:https?:|wss?:|[\"'(])//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
NAMESPACES = {"www.w3.org"}  # names of XML vocabularies: nobody fetches them
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplemented(?:Error)?)\b")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file names, those inside functions and for types alone too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno}: say where from, not how many rooms up"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def inside(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PRODUCT, ids=ids)
def test_imports_run_one_way(path: Path) -> None:
    name = module(path)
    if name == "feeds":
        return
    parts = name.split(".")
    room = ".".join(parts[:2]) if parts[0] == "feeds" else parts[0]
    assert room in MAY_IMPORT, f"{room}: a new room belongs into this table and into docs/architecture.md"
    for line, imported in imports(path):
        if inside(imported, (*ROOMS, "app", "tests")):
            assert inside(imported, (room, *MAY_IMPORT[room])), f"{ids(path)}:{line} imports {imported}"
        assert not inside(imported, NEVER.get(parts[0], ())), f"{ids(path)}:{line} imports {imported}"


@pytest.mark.parametrize("path", [path for path in PRODUCT if module(path).startswith("layouts")], ids=ids)
def test_layouts_read_no_clock(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"{ids(path)}:{node.lineno}: a layout is given its time"


@pytest.mark.parametrize("path", PRODUCT, ids=ids)
def test_nobody_but_keys_types_a_key(path: Path) -> None:
    if module(path) == "feeds.catalogue.keys":
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            typed = node.value.startswith(tuple(f"{prefix}:" for prefix in PREFIX.values()))
            assert not typed, f"{ids(path)}:{node.lineno}: {node.value!r}: ask feeds.catalogue.keys.Keys for it"


@pytest.mark.parametrize("path", [*PRODUCT, *TESTS, *SCRIPTS], ids=ids)
def test_files_and_functions_can_be_read_at_once(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE, f"{ids(path)} has {lines} lines"
    if path.suffix != ".py":
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION, f"{ids(path)}:{node.lineno}: {node.name} has {length} lines"


def shown() -> list[Path]:
    """Everything that reaches a browser, or makes what does."""
    kinds = {".py", ".js", ".css", ".svg", ".html", ".json", ".webmanifest"}
    rooms = (ROOT / room for room in ("assets", "layouts", "callbacks"))
    return sorted(path for room in rooms for path in room.rglob("*") if path.suffix in kinds)


@pytest.mark.parametrize("path", shown(), ids=ids)
def test_no_other_host_is_named(path: Path) -> None:
    hosts = set(HOST.findall(path.read_text(encoding="utf-8"))) - NAMESPACES
    assert not hosts, f"{ids(path)} names {sorted(hosts)}: the browser talks to us alone"


@pytest.mark.parametrize("path", [*PRODUCT, *SCRIPTS], ids=ids)
def test_nothing_is_left_for_later(path: Path) -> None:
    left = UNFINISHED.search(path.read_text(encoding="utf-8"))
    assert left is None, f"{ids(path)}: {left and left.group()}"


def test_app_names_no_domain() -> None:
    codes = {path.stem for path in (ROOT / "data" / "catalogue").glob("*.yaml")}
    words = {node.value for node in ast.walk(tree(ROOT / "app.py")) if isinstance(node, ast.Constant)}
    assert not words & codes


def test_every_test_file_has_its_own_name() -> None:
    names = [path.name for path in TESTS if path.name.startswith("test_")]
    assert len(names) == len(set(names))
