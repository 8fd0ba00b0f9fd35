"""Draws and writes what papers and stylesheet take from the program: `python -m docs.build`; a test holds it was run.

Between `<!-- name -->` and `<!-- /name -->` a paper carries a table made from the code, so that it cannot go stale.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

from docs import indicators
from docs.drawing import draw
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import VARIABLES
from feeds.serve.counters import HELP
from feeds.store.tables import metadata
from layouts.theme import written

DOCS = Path(__file__).parent
VOLATILE_FROM = "snapshot"  # in keys.py the keys of the volatile Redis begin here


def keys_table() -> str:
    """Every key of Redis, as keys.py makes and explains it."""
    makers = [(name, maker) for name, maker in vars(Keys).items() if callable(maker) and not name.startswith("_")]
    volatile = [name for name, _ in makers].index(VOLATILE_FROM)
    rows = []
    for at, (name, maker) in enumerate(makers):
        words = list(inspect.signature(maker).parameters)[1:]
        key = maker(Keys("real"), *(f"<{word}>" for word in words))
        rows.append((f"`{key}`", "volatile" if at >= volatile else "durable", f"`{name}`", inspect.getdoc(maker) or ""))
    return _table(("key (real world)", "Redis", "made by", "what it holds"), rows)


def sql_table() -> str:
    """Every SQL table, as tables.py declares and explains it."""
    rows = []
    for table in metadata.tables.values():
        key = [column.name for column in table.primary_key]
        rest = [column.name for column in table.columns if not column.primary_key]
        rows.append((f"`{table.name}`", ", ".join(key), ", ".join(rest), table.comment or ""))
    return _table(("table", "key", "columns", "what it holds"), rows)


def settings_table() -> str:
    """Every variable of the environment."""
    rows = [(f"`{name}`", variable.default, variable.says) for name, variable in VARIABLES.items()]
    return _table(("variable", "default", "what it decides"), rows)


def metrics_table() -> str:
    """Every metric of a web process."""
    return _table(("metric", "what it counts"), [(f"`{name}`", says) for name, says in HELP.items()])


TABLES: dict[str, Callable[[], str]] = {
    "keys": keys_table,
    "sql": sql_table,
    "settings": settings_table,
    "metrics": metrics_table,
}


def built() -> dict[Path, str]:
    """Every file this program writes, as it should be."""
    files = {DOCS / "architecture.svg": draw((DOCS / "architecture.drawing").read_text(encoding="utf-8"))}
    for name in ("architecture.md", "contract.md"):
        files[DOCS / name] = _filled((DOCS / name).read_text(encoding="utf-8"))
    files[DOCS / "indicators.md"] = indicators.paper()
    look = DOCS.parent / "assets" / "css" / "look.css"
    files[look] = written(look.read_text(encoding="utf-8"))
    return files


def _filled(paper: str) -> str:
    def fill(found: re.Match[str]) -> str:
        return f"<!-- {found[1]} -->\n{TABLES[found[1]]()}<!-- /{found[1]} -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", fill, paper, flags=re.DOTALL)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    for path, text in built().items():
        path.write_text(text, encoding="utf-8")
