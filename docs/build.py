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
from docs.supply import licences
from feeds.access.roles import ACTS, ROLES
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import VARIABLES
from feeds.serve.counters import HELP
from feeds.serve.rates import CHANGE, EXPORT, LOGIN, READ
from feeds.serve.witnessed import WATCHED
from feeds.store.module_tables import metadata  # with the tables of tables.py
from feeds.store.retention import RETENTION
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


def roles_table() -> str:
    """What each role may do, as roles.py says."""
    roles = [role for role in ROLES if role != "demo"]
    rows = [(f"`{act}`", *("yes" if act in ROLES[role] else "" for role in roles)) for act in ACTS]
    return _table(("act", *roles), [row for row in rows if any(row[1:])])


def retention_table() -> str:
    """How long each class of data is kept."""
    rows = []
    for kept in RETENTION:
        tables = ", ".join(f"`{name}`" for name in kept.tables)
        rows.append((kept.what, tables, f"{kept.days:g} days" if kept.days else "in force", kept.says))
    return _table(("data", "tables", "kept", ""), rows)


def rates_table() -> str:
    """How often one may ask."""
    each = ((LOGIN, "signing in"), (EXPORT, "lists as files"), (CHANGE, "changes and questions"), (READ, "the rest"))
    rows = [(says, f"{rate.session.amount:,}", f"{rate.address.amount:,}") for rate, says in each]
    return _table(("kind", "a minute for a session", "a minute for an address"), rows)


def watched_table() -> str:
    """Which doors the audit log watches at the front."""
    rows = [
        (f"`{door.method} {door.prefix}…`", f"`{door.act}`", "each time" if door.each else "the first, then a count")
        for door in WATCHED
    ]
    return _table(("door", "act", "written"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "keys": keys_table,
    "sql": sql_table,
    "settings": settings_table,
    "metrics": metrics_table,
    "roles": roles_table,
    "retention": retention_table,
    "rates": rates_table,
    "watched": watched_table,
}


def built() -> dict[Path, str]:
    """Every file this program writes, as it should be."""
    files = {DOCS / "architecture.svg": draw((DOCS / "architecture.drawing").read_text(encoding="utf-8"))}
    for name in ("architecture.md", "contract.md", "security.md"):
        files[DOCS / name] = _filled((DOCS / name).read_text(encoding="utf-8"))
    files[DOCS / "licences.md"] = licences()
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
