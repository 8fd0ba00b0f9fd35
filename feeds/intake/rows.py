"""The record inside a posted event: its words are the feed's, its times can be, its texts are clean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from feeds.catalogue.model import Feed
from feeds.intake.event import Record
from feeds.intake.posted import PostedRow, Scalar
from feeds.intake.reasons import Refused, hint, nearest
from feeds.intake.text import clean_text
from feeds.intake.times import record_times

HIGHEST = 2**63 - 1
MOST_FIELDS = 64
TEXT_LENGTH = 500
WORD_LENGTH = 40  # what is shorter is remembered when it was cleaned
LONGEST_NAME = 64
_NAME = re.compile(r"[^\W_][\w.\-/:]{0,63}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a record of one feed may say; only words that are well formed, so that none need be looked at again."""

    feed: Feed
    states: frozenset[str]
    types: frozenset[str]
    times: frozenset[str]
    fields: frozenset[str]

    @classmethod
    def of(cls, feed: Feed) -> Words:
        """The declared words of `feed`."""
        times, fields = (frozenset(filter(_is_field, names[:MOST_FIELDS])) for names in (feed.times, feed.fields))
        types = frozenset(filter(_NAME.fullmatch, feed.types))
        return cls(feed, frozenset(feed.states), types, times, fields)

    def read(self, row: PostedRow, now: int) -> Record:
        """The record that `row` means at `now`; Refused with what would have been right."""
        if not self._knows(row):
            feed = self.feed
            check_known("state", [row.state], feed.states, feed.code)
            check_known("type", [row.type], feed.types, feed.code)
            check_known("times", row.times, feed.times, feed.code)
            check_known("fields", row.fields, feed.fields, feed.code)
            return read_row(row, now)
        _check_name("record.id", row.id)
        return Record(row.id, row.type, row.state, record_times(row.times, now), _plain_fields(row.fields))

    def _knows(self, row: PostedRow) -> bool:
        """True for the ordinary record: every word of it is declared."""
        return (
            row.state in self.states
            and row.type in self.types
            and row.times.keys() <= self.times
            and row.fields.keys() <= self.fields
        )


def read_row(row: PostedRow, now: int) -> Record:
    """The record that `row` means at `now`, whatever words it uses; Refused for words that are none."""
    _check_name("record.id", row.id)
    _check_name("record.type", row.type)
    for where, part in (("times", row.times), ("fields", row.fields)):
        if len(part) > MOST_FIELDS:
            raise Refused("values_many", where=where, n=len(part), limit=MOST_FIELDS)
    for name in (*row.times, *row.fields):
        if not _is_field(name):
            raise Refused("field_bad", field=name)
    return Record(row.id, row.type, row.state, record_times(row.times, now), _plain_fields(row.fields))


def check_speaker(field: str, name: str) -> None:
    """Refuse a malformed name of one who speaks; those that are well formed are few and remembered."""
    if len(name) > LONGEST_NAME or not _is_name(name):
        raise Refused("name_bad", field=field)


def check_known(what: str, words: Iterable[str], known: list[str], feed: str) -> None:
    """Refuse a word that the feed does not declare; a feed that declares none takes any."""
    if not known:
        return
    for word in words:
        if word not in known:
            code = "state_unknown" if what == "state" else "word_unknown"
            raise Refused(code, what=what, state=word, feed=feed, **hint(nearest(word, known)))


def _check_name(field: str, name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise Refused("name_bad", field=field)


@lru_cache(maxsize=16_384)
def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


@lru_cache(maxsize=4096)  # the vocabulary of the feeds, again and again
def _is_field(name: str) -> bool:
    return _FIELD.fullmatch(name) is not None


@lru_cache(maxsize=8192)
def _clean_word(text: str) -> str:
    return clean_text(text, TEXT_LENGTH)


def _plain_fields(fields: dict[str, Scalar]) -> dict[str, Scalar]:
    """A code is one of few, a sentence is hardly said twice."""
    return {
        name: _clean_word(value) if type(value) is str and len(value) <= WORD_LENGTH else _plain(name, value)
        for name, value in fields.items()
    }


def _plain(name: str, value: Scalar) -> Scalar:
    if type(value) is str:
        return clean_text(value, TEXT_LENGTH)
    if type(value) is int and abs(value) > HIGHEST:
        raise Refused("field_bad", field=name)
    return value
