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

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: ten times faster
TEXT = "tag:yaml.org,2002:str"
MAX_BYTES = 5_000_000
MAX_DEPTH = 20
MAX_VALUES = 100_000  # a catalogue file has a few thousand; each value costs a hundred times its bytes once it is read
Where = tuple[str | int, ...]  # the way to a value: ("indicators", "air_aqi_hour", "thresholds", 0)


class CatalogueError(ValueError):
    """A catalogue that cannot be used: the file, the line (0 = the whole file) and what to write instead."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}" if line else f"{file}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


@dataclass(slots=True)
class Source:
    """The plain data of one YAML file and the line of each of its values."""

    file: Path
    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)

    def error(self, where: Where, problem: str) -> CatalogueError:
        """An error at the line of `where`, or of the nearest value around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return CatalogueError(self.file, self.lines.get(where, 0), problem)

    def unknown(self, where: Where, what: str, word: Any, known: Iterable[str], remedy: str = "") -> CatalogueError:
        """`word` is none of the `known` names: say the nearest one, or all when there are few."""
        names = sorted(known)
        close = difflib.get_close_matches(str(word), names, n=1)
        hint = f"did you mean `{close[0]}`?" if close else remedy
        if not hint:
            hint = f"write one of: {', '.join(names[:30])}" if names else "none is declared"
        return self.error(where, f"unknown {what} `{word}`: {hint}")


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
        raise _syntax(file, error) from None
    source = Source(file)
    if not isinstance(node, yaml.MappingNode):
        raise CatalogueError(file, 1, "the file must be a mapping: start with `code: ...`")
    source.data = _plain(source, node, ())
    return source


def text_of(file: Path) -> str:
    """The whole text of a file; CatalogueError when it is too large or not UTF-8, Unsettled when somebody wrote to it
    meanwhile."""
    try:
        return _whole(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CatalogueError(file, 0, "the file is not UTF-8: save it as UTF-8") from None
    except Unsettled:
        raise
    except OSError as error:
        raise CatalogueError(file, 0, f"the file cannot be read: {error.strerror}") from None


def _whole(file: Path) -> bytes:
    before = file.stat()
    if not S_ISREG(before.st_mode):
        raise CatalogueError(file, 0, "this is not a file: write a plain YAML file here")
    if before.st_size > MAX_BYTES:
        raise CatalogueError(
            file, 0, f"the file is over {MAX_BYTES // 1_000_000} MB: split the domain into smaller files"
        )
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
            raise CatalogueError(file, line, f"the alias `*{event.anchor}` is not allowed: write the value out")
        values += isinstance(event, yaml.NodeEvent)
        if values > MAX_VALUES:
            problem = f"more than {MAX_VALUES:,} values: split the domain into smaller files"
            raise CatalogueError(file, line, problem)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise CatalogueError(file, line, f"nested deeper than {MAX_DEPTH}: write it flatter")


def _syntax(file: Path, error: yaml.YAMLError) -> CatalogueError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return CatalogueError(file, mark.line + 1 if mark else 0, f"not YAML: {problem}; check indentation and quotes here")


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
            raise CatalogueError(source.file, line, f'the key `{key}` is not text: write "{key}" in quotes')
        if key in data:
            raise CatalogueError(source.file, line, f"`{key}` stands twice here: keep one of them")
        source.lines[(*where, key)] = line
        data[key] = _plain(source, value_node, (*where, key))
    return data


def _scalar(source: Source, node: yaml.Node, where: Where) -> Any:
    if node.tag == TEXT:  # most are, and nothing about them can be wrong
        return node.value
    try:
        value = yaml.constructor.SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        reason = getattr(error, "problem", None) or error
        raise source.error(where, f"`{node.value}` cannot be read: {reason}; put it in quotes if it is text") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise source.error(where, f"`{node.value}` is not a number a figure can have: write a finite number")
    return value
