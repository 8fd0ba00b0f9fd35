"""Every word on screen, by key and language; no panel carries a sentence of its own.

`data/translations/<lang>.po` are gettext catalogues whose msgid is a key; `{n}` in a text is filled by name, and a text
with plural forms takes the one that fits `n`. A catalogue that is not whole stops start-up with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from feeds.catalogue.said import Said

Lang = Literal["vi", "en"]
Text = str | tuple[str, ...]  # one text, or its plural forms: the form of one first
LANGS: tuple[Lang, ...] = get_args(Lang)
PLURALS: Mapping[Lang, str] = {"vi": "0", "en": "(n != 1)"}  # what `form` and say() of assets/js/format.js promise
CLIENT = "js."  # keys the browser needs as well
REFUSALS = "refusals.po"  # what checks of the catalogue say: their sentences are the msgids
PLACE = re.compile(r"\{(\w+)\}")
MSGID = re.compile(r'^msgid "(.+)"$')


class MissingWords(ValueError):
    """A catalogue of words is not whole; `str()` says which key is wrong in which file and line."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    lang: Lang
    table: Mapping[str, Text]
    sentences: Mapping[str, str] = field(default_factory=dict)  # by their English templates; English needs none

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its places filled; raises MissingWords for a key nobody wrote."""
        try:
            text = self.table[key]
        except KeyError:
            raise MissingWords(f"data/translations/{self.lang}.po has no {key!r}") from None
        text = text if isinstance(text, str) else form(text, values.get("n"))
        return text.format(**values) if values else text

    def of(self, thing: object, what: str = "") -> str:
        """The name of a catalogue entry in this language: `vi`/`en`, or `<what>_vi`/`<what>_en`."""
        name = f"{what}_{self.lang}" if what else self.lang
        return cast(str, getattr(thing, name))

    def sentence(self, said: Said) -> str:
        """What a check said, in this language; in English where nobody wrote it."""
        return said.told(lambda text: self.sentences.get(text, text))

    def short(self, thing: object) -> str:
        """The short name where there is one, else the name."""
        return cast(str, getattr(thing, f"short_{self.lang}", "")) or self.of(thing)

    def for_browser(self, without: tuple[str, ...] = ()) -> dict[str, Text]:
        """What the live client says, keys without their `js.`; those that then begin with one of `without` are not
        told."""
        told = {key.removeprefix(CLIENT): text for key, text in self.table.items() if key.startswith(CLIENT)}
        return {key: text for key, text in told.items() if not key.startswith(without)}


def form(forms: tuple[str, ...], n: object) -> str:
    """The plural form for `n`, which may already be written out as a text."""
    return forms[0] if len(forms) == 1 or str(n) == "1" else forms[1]


@dataclass(frozen=True, slots=True)
class _Entry:
    text: Text
    line: int

    @property
    def places(self) -> set[str]:
        return set(PLACE.findall(self.text if isinstance(self.text, str) else self.text[-1]))


def load(folder: Path) -> dict[Lang, Words]:
    """Every language; raises MissingWords when one lacks a key, leaves a text empty or fills other places."""
    tables = {lang: _read(folder / f"{lang}.po", lang) for lang in LANGS}
    first, *others = LANGS
    for other in others:
        _same(first, tables[first], other, tables[other])
        _same(other, tables[other], first, tables[first])
    texts = {lang: {key: entry.text for key, entry in table.items()} for lang, table in tables.items()}
    return {"vi": Words("vi", texts["vi"], sentences(folder / REFUSALS)), "en": Words("en", texts["en"])}


def sentences(path: Path) -> dict[str, str]:
    """The Vietnamese of what checks say, by English templates; raises MissingWords where one fills other places."""
    table = _read(path, "vi") if path.exists() else {}
    for template, entry in table.items():
        if entry.places != set(PLACE.findall(template)):
            raise MissingWords(f"{path.name}:{entry.line}: the text does not fill the same places as its template")
    return {template: str(entry.text) for template, entry in table.items()}


def _read(path: Path, lang: Lang) -> dict[str, _Entry]:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=lang, abort_invalid=True)
    except PoFileError as error:
        raise MissingWords(f"{path.name}:{error.lineno}: {error}") from None
    _twice(path)
    if catalogue.plural_expr != PLURALS[lang]:
        raise MissingWords(f"{path.name}: write Plural-Forms with plural={PLURALS[lang]}; the pages know no other rule")
    return dict(_entry(path, message) for message in catalogue if message.id)


def _entry(path: Path, message: Message) -> tuple[str, _Entry]:
    key = message.id if isinstance(message.id, str) else message.id[0]
    line = message.lineno or 0
    if message.fuzzy:
        raise MissingWords(f"{path.name}:{line}: {key} is marked fuzzy; check its text and take the mark away")
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not forms or not all(forms):
        raise MissingWords(f"{path.name}:{line}: {key} has no text")
    return key, _Entry(forms[0] if isinstance(message.string, str) else tuple(forms), line)


def _same(lang: Lang, table: Mapping[str, _Entry], other: Lang, theirs: Mapping[str, _Entry]) -> None:
    for key, entry in table.items():
        if key not in theirs:
            raise MissingWords(f"{other}.po lacks {key}, which stands at {lang}.po:{entry.line}")
        if entry.places != theirs[key].places:
            place = f"{other}.po:{theirs[key].line}"
            raise MissingWords(f"{place}: {key} does not fill the same places as {lang}.po:{entry.line}")


def _twice(path: Path) -> None:
    """A key written twice would silently mean its second text."""
    seen: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := MSGID.match(line):
            key = found[1]
            if key in seen:
                raise MissingWords(f"{path.name}:{number}: {key} stands already at line {seen[key]}")
            seen[key] = number
