"""Domains that a running system has taken in: one truth for every process, whatever lies in a folder somewhere."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping

import msgspec
from sqlalchemy import delete, select, update

from feeds.catalogue import loader
from feeds.catalogue.loader import module_file
from feeds.catalogue.model import Catalogue
from feeds.catalogue.said import Said, plain
from feeds.catalogue.scope import OutOfScope, Scope
from feeds.catalogue.settings import Settings
from feeds.store.database import Database
from feeds.store.module_tables import modules
from feeds.store.upsert import insert_into

log = logging.getLogger("ioc.modules")


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One module: when what is in force was taken in, and why what lies in the folder was refused. Times in ms, UTC."""

    name: str
    digest: str | None = None  # of the text in force; None: never taken in
    taken: int | None = None
    refused: str | None = None
    refused_at: int | None = None
    line: int = 0
    problem: str = ""  # the sentence with what fills it, as JSON: it is said in the reader's language
    seen: bool = True

    @property
    def state(self) -> str:
        """`live`, `kept` (an earlier text is in force), `refused` (none ever was), `gone` (its file is no more)."""
        if self.refused is not None:
            return "kept" if self.digest else "refused"
        return "live" if self.seen else "gone"

    @property
    def said(self) -> Said | None:
        """Why it was refused; None where nothing stands against it."""
        try:
            return msgspec.json.decode(self.problem, type=Said) if self.problem else None
        except msgspec.DecodeError:
            return plain(self.problem)  # by an older program, in English


def digest(text: str) -> str:
    """What tells one text from another."""
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


class Modules:
    """The table of modules."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self, scope: Scope) -> list[Module]:
        """Every module by name; OutOfScope for who does not see the whole country."""
        if scope.units is not None:
            raise OutOfScope("modules belong to the whole country")
        columns = [column for column in modules.columns if column.name != "text"]
        with self._db.read() as connection:
            rows = connection.execute(select(*columns).order_by(modules.c.name))
            return [Module(**row._mapping) for row in rows]

    def all_seen(self) -> list[str]:
        """Names of those whose files were in their folder at the last look."""
        with self._db.read() as connection:
            return list(connection.scalars(select(modules.c.name).where(modules.c.seen)))

    def all_refused(self) -> list[str]:
        """Names of those whose files are refused."""
        with self._db.read() as connection:
            return list(connection.scalars(select(modules.c.name).where(modules.c.refused.is_not(None))))

    def refused_as(self, name: str) -> str | None:
        """The digest of the text that was refused under a name; None when nothing stands against it."""
        with self._db.read() as connection:
            return connection.scalar(select(modules.c.refused).where(modules.c.name == name))

    def texts(self) -> dict[str, str]:
        """The texts in force by name."""
        chosen = select(modules.c.name, modules.c.text).where(modules.c.text.is_not(None)).order_by(modules.c.name)
        with self._db.read() as connection:
            return {row.name: row.text for row in connection.execute(chosen)}

    def version(self) -> str:
        """Changes whenever what is in force changes; empty while there is none."""
        chosen = select(modules.c.name, modules.c.digest).where(modules.c.digest.is_not(None)).order_by(modules.c.name)
        with self._db.read() as connection:
            return ";".join(f"{row.name}={row.digest}" for row in connection.execute(chosen))

    def accept(self, name: str, text: str, now: int) -> None:
        """From now on `text` is in force under `name`."""
        row = {"text": text, "digest": digest(text), "taken": now, "refused": None, "refused_at": None, "line": 0,
               "problem": "", "seen": True}  # fmt: skip
        self._put(name, row)

    def refuse(self, name: str, what: str, line: int, problem: Said, now: int) -> None:
        """What lies in the folder (its digest is `what`) cannot be used; what was in force stays."""
        written = msgspec.json.encode(problem).decode()
        self._put(name, {"refused": what, "refused_at": now, "line": line, "problem": written, "seen": True})

    def found(self, name: str) -> None:
        """The file is there again, or again as it was taken in: nothing stands against it."""
        self._put(name, {"refused": None, "refused_at": None, "line": 0, "problem": "", "seen": True})

    def lost(self, name: str) -> bool:
        """The file is no longer in its folder: what was in force stays (True), what never was is forgotten."""
        with self._db.write() as connection:
            connection.execute(delete(modules).where(modules.c.name == name, modules.c.text.is_(None)))
            gone = {"seen": False, "refused": None, "refused_at": None, "line": 0, "problem": ""}
            return bool(connection.execute(update(modules).where(modules.c.name == name).values(**gone)).rowcount)

    def withdraw(self, name: str) -> bool:
        """An operator takes a module out of force; False when there is none. A file still in its folder comes back."""
        with self._db.write() as connection:
            return bool(connection.execute(delete(modules).where(modules.c.name == name)).rowcount)

    def _put(self, name: str, values: Mapping[str, object]) -> None:
        statement = insert_into(self._db, modules).values(name=name, **values)
        with self._db.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=dict(values)))


def load_catalogue(settings: Settings, database: Database) -> tuple[Catalogue, str]:
    """The product's catalogue with the modules in force, and their version.

    CatalogueError when the product's own files are wrong. A module that this program cannot use is left out and logged:
    a newer or an older program must be able to start.
    """
    table = Modules(database)
    version, texts = table.version(), table.texts()
    try:
        return loader.load(settings.catalogue, texts), version
    except Exception:  # also what no check foresaw: the product's own files are read again without modules
        kept: dict[str, str] = {}
        catalogue = loader.load(settings.catalogue)
        for name, text in texts.items():
            try:
                catalogue = loader.load(settings.catalogue, {**kept, name: text})
                kept[name] = text
            except Exception as wrong:
                log.error("a module is left out: %s", loader.refusal(module_file(name), wrong))
        return catalogue, version
