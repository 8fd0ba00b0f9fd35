"""Nobody reads without a scope: every reader in the store takes one first, by its signature."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import feeds.store

NOT_DATA = {"database", "links", "world_clock"}  # how to reach the stores, not what is in them
WRITERS = {
    "Records.apply": "tells its caller what its own events changed",
    "Quarantine.close_row": "says whether it closed the row",
    "RecordTallies.counted_as": "says by which rules was counted, not what",
    "Screens.exchange": "tells a screen what it itself may see: its token is its scope",
    "Screens.prepare": "says whether the screen still carries the cookie that is to be followed",
    "Archive.position": "says where a stream was left, not what was in it",
    "IngestKeys.revoke": "says whether the key was there to be revoked",
    "Accounts.find": "tells the sign-in about the account that somebody claims to be",
    "Accounts.outside": "tells the sign-in about the account of an identity that was just proven",
    "Accounts.has_admin": "says whether a first link must be made",
    "Accounts.change": "says whether the account was there",
    "Accounts.take_step": "says whether the code was fresh",
    "Accounts.decide": "says what its caller, who found the grant within a scope, has decided",
    "Accounts.invited": "tells the holder of a link whose it is: the link is the scope",
    "Accounts.accept": "says whether the link was still good",
    "Audit.record": "gives back the line it was told to write",
    "Audit.anchor": "gives the seal of the newest line, not what it says",
    "Audit.check": "says whether the chain is whole",
    "Modules.all_seen": "names the files of a folder to who watches that folder",
    "Modules.all_refused": "names the files of a folder to who watches that folder",
    "Modules.texts": "definitions of domains, which are no data of any place",
    "Modules.version": "definitions of domains, which are no data of any place",
    "Modules.refused_as": "says as what a file of the folder was refused, to who watches that folder",
    "Modules.lost": "says whether the module stays in force",
    "Modules.withdraw": "says whether the module was there",
    "SourceBook.unwanted": "tells the connectors which of themselves the operator stopped",
    "SourceBook.recall": "gives a source back its own marks of what it has sent",
}


def _public_methods() -> Iterator[tuple[str, FunctionType]]:
    for path in sorted(Path(feeds.store.__path__[0]).glob("*.py")):
        if path.stem in NOT_DATA:
            continue
        module = importlib.import_module(f"feeds.store.{path.stem}")
        for cls_name, cls in vars(module).items():
            if inspect.isclass(cls) and cls.__module__ == module.__name__ and _is_repository(cls):
                for name, method in vars(cls).items():
                    if isinstance(method, FunctionType) and not name.startswith("_"):
                        yield f"{cls_name}.{name}", method


def _is_repository(cls: type) -> bool:
    return "database" in getattr(cls.__init__, "__annotations__", {})


def test_every_reader_takes_a_scope_first() -> None:
    methods = dict(_public_methods())
    assert len(methods) > 20
    assert set(WRITERS) <= set(methods)
    for name, method in methods.items():
        signature = inspect.signature(method)
        reads = signature.return_annotation not in ("None", "int") and name not in WRITERS
        first = [parameter.annotation for parameter in list(signature.parameters.values())[1:2]]
        assert not reads or first == ["Scope"], f"{name} reads data without a Scope as its first argument"
