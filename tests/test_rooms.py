"""The house rules of docs/architecture.md, held over every file: who may import whom, what stands in no room."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

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
TYPED = tuple(f"{prefix}:" for prefix in PREFIX.values())
MAX_FILE, MAX_FUNCTION = 400, 60
HOST = re.compile(r"(?:https?:|wss?:|[\"'(])//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
NAMESPACES = {"www.w3.org"}  # names of XML vocabularies: nobody fetches them
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplemented(?:Error)?)\b")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


class Facts(NamedTuple):
    """What the rules ask of a file; its tree is read once and let go, for all of them together fill a gigabyte."""

    imports: list[tuple[int, str]]  # of every module that is named, within functions and for types alone too
    relative: list[int]  # lines that import by counting rooms upward
    clocks: list[int]
    keys: list[tuple[int, str]]
    functions: list[tuple[int, str, int]]  # line, name, length


@cache
def facts(path: Path) -> Facts:
    found = Facts([], [], [], [], [])
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.imports.extend((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.imports.extend((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
            found.relative.extend([node.lineno] if node.level else [])
        elif isinstance(node, ast.Call):
            read = isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
            found.clocks.extend([node.lineno] if read else [])
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and node.value.startswith(TYPED):
                found.keys.append((node.lineno, node.value))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.functions.append((node.lineno, node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
    return found


def module(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def inside(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def holds(rule: Callable[[Path], Iterable[str]], paths: Iterable[Path]) -> None:
    """Fails with every place where a rule is broken: one test for all files, since thousands of tests take minutes."""
    broken = [f"{ids(path)}:{said}" for path in paths for said in rule(path)]
    assert not broken, "\n".join(["", *broken])


def imports_upward(path: Path) -> Iterator[str]:
    name = module(path)
    if name == "feeds":
        return
    parts = name.split(".")
    room = ".".join(parts[:2]) if parts[0] == "feeds" else parts[0]
    if room not in MAY_IMPORT:
        yield f" {room}: a new room belongs into the table of this test and into docs/architecture.md"
        return
    for line in facts(path).relative:
        yield f"{line}: say where from, not how many rooms up"
    for line, imported in facts(path).imports:
        ours = inside(imported, (*ROOMS, "app", "tests"))
        if (ours and not inside(imported, (room, *MAY_IMPORT[room]))) or inside(imported, NEVER.get(parts[0], ())):
            yield f"{line} imports {imported}"


def test_imports_run_one_way() -> None:
    holds(imports_upward, PRODUCT)


def test_layouts_read_no_clock() -> None:
    layouts = [path for path in PRODUCT if module(path).startswith("layouts")]
    assert layouts
    holds(lambda path: (f"{line}: a layout is given its time" for line in facts(path).clocks), layouts)


def test_nobody_but_keys_types_a_key() -> None:
    others = [path for path in PRODUCT if module(path) != "feeds.catalogue.keys"]
    assert len(others) == len(PRODUCT) - 1
    holds(lambda path: (f"{line}: {key!r}: ask feeds.catalogue.keys.Keys" for line, key in facts(path).keys), others)


def too_long(path: Path) -> Iterator[str]:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > MAX_FILE:
        yield f" {lines} lines"
    for line, name, length in facts(path).functions if path.suffix == ".py" else ():
        if length > MAX_FUNCTION:
            yield f"{line}: {name} has {length} lines"


def test_files_and_functions_can_be_read_at_once() -> None:
    holds(too_long, [*PRODUCT, *TESTS, *SCRIPTS])


def shown() -> list[Path]:
    """Everything that reaches a browser, or makes what does."""
    kinds = {".py", ".js", ".css", ".svg", ".html", ".json", ".webmanifest"}
    rooms = (ROOT / room for room in ("assets", "layouts", "callbacks"))
    return sorted(path for room in rooms for path in room.rglob("*") if path.suffix in kinds)


def test_no_other_host_is_named() -> None:
    def hosts(path: Path) -> Iterator[str]:
        for name in sorted(set(HOST.findall(path.read_text(encoding="utf-8"))) - NAMESPACES):
            yield f" names {name}: the browser talks to us alone"

    holds(hosts, shown())


def test_nothing_is_left_for_later() -> None:
    def left(path: Path) -> Iterator[str]:
        found = UNFINISHED.search(path.read_text(encoding="utf-8"))
        yield from [found.group()] if found else []

    holds(left, [*PRODUCT, *SCRIPTS])


def test_app_names_no_domain() -> None:
    codes = {path.stem for path in (ROOT / "data" / "catalogue").glob("*.yaml")}
    words = {node.value for node in ast.walk(tree(ROOT / "app.py")) if isinstance(node, ast.Constant)}
    assert not words & codes


def test_every_test_file_has_its_own_name() -> None:
    names = [path.name for path in TESTS if path.name.startswith("test_")]
    assert len(names) == len(set(names))
