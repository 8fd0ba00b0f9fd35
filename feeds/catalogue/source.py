"""A catalogue file as data that remembers its lines, so that every mistake is told with file, line and remedy."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import stat_result
from pathlib import Path
from stat import S_ISREG
from typing import Any

import yaml

from feeds.catalogue.said import LONGEST, Said, plain, say

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: ten times faster
TEXT = "tag:yaml.org,2002:str"
MAX_BYTES = 5_000_000
MAX_DEPTH = 20
MAX_VALUES = 100_000  # a catalogue file has a few thousand; each value costs a hundred times its bytes once it is read
REASONS: dict[str, Said] = {  # what the YAML library and the system say most, so that it is said in Vietnamese too
    str(said): said
    for said in (
        say("did not find expected key"),
        say("did not find expected ',' or ']'"),
        say("did not find expected ',' or '}}'"),
        say("did not find expected '-' indicator"),
        say("did not find expected node content"),
        say("did not find expected <document start>"),
        say("mapping values are not allowed in this context"),
        say("block sequence entries are not allowed in this context"),
        say("could not find expected ':'"),
        say("found character that cannot start any token"),
        say("found unexpected end of stream"),
        say("found unknown escape character"),
        say("control characters are not allowed"),
        say("No such file or directory"),
        say("Permission denied"),
    )
}
Where = tuple[str | int, ...]  # the way to a value: ("indicators", "air_aqi_hour", "thresholds", 0)


class CatalogueError(ValueError):
    """A catalogue that cannot be used: the file, the line (0 = the whole file) and what to write instead."""

    def __init__(self, file: Path, line: int, problem: Said | str) -> None:
        super().__init__(f"{file}:{line}: {problem}" if line else f"{file}: {problem}")
        self.file = file
        self.line = line
        self.problem = plain(problem) if isinstance(problem, str) else problem

    def elsewhere(self) -> Said:
        """The problem with its place, for who looks at another file: one mistake may show in two."""
        place = f"{self.file.name}:{self.line}" if self.line else self.file.name
        return say("{place}: {problem}", place=place, problem=self.problem)


@dataclass(slots=True)
class Source:
    """The plain data of one YAML file and the line of each of its values."""

    file: Path
    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)

    def error(self, where: Where, problem: Said | str) -> CatalogueError:
        """An error at the line of `where`, or of the nearest value around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return CatalogueError(self.file, self.lines.get(where, 0), problem)

    def unknown(
        self, where: Where, what: Said | str, word: Any, known: Iterable[str], remedy: Said | str = ""
    ) -> CatalogueError:
        """`word` is none of the `known` names: say the nearest one, or all when there are few."""
        names = sorted(known)
        close = difflib.get_close_matches(str(word)[:LONGEST], names, n=1)
        hint = say("did you mean `{name}`?", name=close[0]) if close else remedy
        if not hint:
            listed = plain(", ".join(names[:30]))
            hint = say("write one of: {names}", names=listed) if names else say("none is declared")
        return self.error(where, say("unknown {what} `{word}`: {hint}", what=what, word=word, hint=hint))


class Unsettled(OSError):
    """The file was written to while it was read: it has to be read again."""


def read(file: Path, text: str | None = None) -> Source:
    """The file's data, or that of its `text` when it is at hand; raises CatalogueError for anything that is not plain,
    bounded YAML with text keys."""
    if text is None:
        text = text_of(file)
    try:
        _refuse_tricks(file, text)
        node = yaml.compose(text, SafeLoader)
    except yaml.YAMLError as error:
        raise _syntax(file, text, error) from None
    source = Source(file)
    if not isinstance(node, yaml.MappingNode):
        raise CatalogueError(file, 1, say("the file must be a mapping: start with `code: ...`"))
    source.data = _plain(source, node, ())
    return source


def text_of(file: Path) -> str:
    """The whole text of a file; CatalogueError when it is too large or not UTF-8, Unsettled when somebody wrote to it
    meanwhile."""
    try:
        return _whole(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CatalogueError(file, 0, say("the file is not UTF-8: save it as UTF-8")) from None
    except Unsettled:
        raise
    except OSError as error:
        reason = REASONS.get(error.strerror or "", error.strerror)
        raise CatalogueError(file, 0, say("the file cannot be read: {reason}", reason=reason)) from None


def _whole(file: Path) -> bytes:
    before = file.stat()
    if not S_ISREG(before.st_mode):
        raise CatalogueError(file, 0, say("this is not a file: write a plain YAML file here"))
    if before.st_size > MAX_BYTES:
        problem = say("the file is over {n} MB: split the domain into smaller files", n=MAX_BYTES // 1_000_000)
        raise CatalogueError(file, 0, problem)
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if mark(file.stat()) != mark(before) or len(data) != before.st_size:
        raise Unsettled(0, "the file was written to while it was read")
    return data


def mark(found: stat_result) -> tuple[int, int, int]:
    """What changes when a file is written to or another takes its place."""
    return found.st_mtime_ns, found.st_size, found.st_ino


def _refuse_tricks(file: Path, text: str) -> None:
    """Aliases can blow a small file up to gigabytes, so can millions of values; deep nesting ends the stack: none has a
    place here."""
    depth = values = 0
    for event in yaml.parse(text, SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            problem = say("the alias `*{name}` is not allowed: write the value out", name=event.anchor)
            raise CatalogueError(file, line, problem)
        values += isinstance(event, yaml.NodeEvent)
        if values > MAX_VALUES:
            problem = say("more than {n} values: split the domain into smaller files", n=f"{MAX_VALUES:,}")
            raise CatalogueError(file, line, problem)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise CatalogueError(file, line, say("nested deeper than {n}: write it flatter", n=MAX_DEPTH))


def _syntax(file: Path, text: str, error: yaml.YAMLError) -> CatalogueError:
    mark = getattr(error, "problem_mark", None)
    problem, line = getattr(error, "problem", None) or str(error), mark.line + 1 if mark else 0
    if isinstance(error, yaml.reader.ReaderError):  # it counts bytes or characters, as it was built
        problem, found = error.reason, yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
    said = say("not YAML: {reason}; check indentation and quotes here", reason=REASONS.get(problem, problem))
    return CatalogueError(file, line, said)


def _plain(source: Source, node: yaml.Node, where: Where) -> Any:
    source.lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(source, node, where)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(source, child, (*where, i)) for i, child in enumerate(node.value)]
    return _scalar(source, node, where)


def _mapping(source: Source, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        if key_node.tag != TEXT:
            raise CatalogueError(
                source.file, line, say('the key `{key}` is not text: write "{key}" in quotes', key=key)
            )
        if key in data:
            raise CatalogueError(source.file, line, say("`{key}` stands twice here: keep one of them", key=key))
        source.lines[(*where, key)] = line
        data[key] = _plain(source, value_node, (*where, key))
    return data


def _scalar(source: Source, node: yaml.Node, where: Where) -> Any:
    if node.tag == TEXT:  # most are, and nothing about them can be wrong
        return node.value
    try:
        value = yaml.constructor.SafeConstructor().construct_object(node)
    except Exception as error:  # a tag makes the library read any text as anything: `!!timestamp soon`
        reason = getattr(error, "problem", None) or type(error).__name__
        said = say("`{text}` cannot be read: {reason}; put it in quotes if it is text", text=node.value, reason=reason)
        raise source.error(where, said) from None
    if isinstance(value, float) and not math.isfinite(value):
        said = say("`{text}` is not a number a figure can have: write a finite number", text=node.value)
        raise source.error(where, said)
    return value
