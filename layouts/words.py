"""Every word on screen, by key and language; no panel carries a sentence of its own.

`data/words/<lang>.yaml` is a flat table key -> text. `{n}` in a text is filled by name. A key that is missing in
one of the languages stops start-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

import yaml

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
CLIENT = "js."  # keys the browser needs as well


class MissingWords(ValueError):
    """The tables of words do not match; `str()` says which key is missing where."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    lang: Lang
    table: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its places filled; raises MissingWords for a key nobody wrote."""
        try:
            text = self.table[key]
        except KeyError:
            raise MissingWords(f"data/words/{self.lang}.yaml has no {key!r}") from None
        return text.format(**values) if values else text

    def of(self, thing: object, what: str = "") -> str:
        """The name of a catalogue entry in this language: `vi`/`en`, or `<what>_vi`/`<what>_en`."""
        name = f"{what}_{self.lang}" if what else self.lang
        return cast(str, getattr(thing, name))

    def short(self, thing: object) -> str:
        """The short name where there is one, else the name."""
        return cast(str, getattr(thing, f"short_{self.lang}", "")) or self.of(thing)

    def for_browser(self) -> dict[str, str]:
        """What the live client says, keys without their `js.`."""
        return {key.removeprefix(CLIENT): text for key, text in self.table.items() if key.startswith(CLIENT)}


def load(folder: Path) -> dict[Lang, Words]:
    """Both languages; raises MissingWords when a key stands in only one of them."""
    tables = {lang: _read(folder / f"{lang}.yaml") for lang in LANGS}
    every = {key for table in tables.values() for key in table}
    for lang, table in tables.items():
        if missing := sorted(every - set(table)):
            raise MissingWords(f"data/words/{lang}.yaml lacks {', '.join(missing)}")
    return {lang: Words(lang, table) for lang, table in tables.items()}


def _read(path: Path) -> dict[str, str]:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    wrong = [key for key, text in table.items() if not isinstance(key, str) or not isinstance(text, str)]
    if wrong:
        raise MissingWords(f"{path.name}: {wrong[0]!r} must be a text")
    return cast(dict[str, str], table)
