"""What a text is about: its topic, its tone and its province, each by declared words. No author, no profile.

A model only tells where words end (feeds.intake.social.segment), and only where it is given.

Every decision can be explained by the phrases that were found, and changed by editing data/lexicon.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from feeds.catalogue.places import Places
from feeds.catalogue.settings import ROOT
from feeds.intake.reasons import Refused, hint, nearest
from feeds.intake.social.phrases import Hit, Phrases, Text
from feeds.intake.social.segment import Segmenter
from feeds.intake.social.whereabouts import PlaceWords, Whereabouts

LEXICON = ROOT / "data" / "lexicon"
Tone = Literal["positive", "neutral", "negative"]
TONES = get_args(Tone)
SILENT = 9  # the weight of a phrase that colours nothing
REMEMBERED = 4_096  # texts


class LexiconError(ValueError):
    """A lexicon file that cannot be used; `str()` names the file and what is wrong."""


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic of public service and the phrases that speak of it."""

    code: str
    vi: str
    en: str
    words: list[str] = []


class TopicWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/topics.yaml."""

    other: Topic
    topics: list[Topic]
    silenced: list[str] = []
    home: list[str] = []
    abroad: list[str] = []


class ToneWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/tone.yaml."""

    positive: list[str]
    negative: list[str]
    negations: list[str] = []
    silenced: list[str] = []


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text is about; `place` is a unit of 2025 or None."""

    topic: str
    tone: str
    place: str | None


class Listening:
    """The lexicon, ready to hear texts. Never changed after it is made."""

    def __init__(
        self, topics: TopicWords, tone: ToneWords, whereabouts: Whereabouts, segmenter: Segmenter | None = None
    ) -> None:
        self.topics = {topic.code: topic for topic in (*topics.topics, topics.other)}
        self._other = topics.other.code
        self._order = [topic.code for topic in topics.topics]
        words = [(word, topic.code) for topic in topics.topics for word in topic.words]
        self._topic = Phrases([*((word, "") for word in topics.silenced), *words])
        self._land = Phrases([*((word, 1) for word in topics.home), *((word, -1) for word in topics.abroad)])
        weights = [(tone.silenced, SILENT), (tone.positive, 1), (tone.negative, -1), (tone.negations, 0)]
        self._tone: Phrases[int] = Phrases((word, weight) for words, weight in weights for word in words)
        self._whereabouts = whereabouts
        self._segmenter = segmenter
        self._heard = lru_cache(REMEMBERED)(self._hear)  # what is shared and copied is said in the same words

    @classmethod
    def load(cls, places: Places, folder: Path = LEXICON, segmenter: Segmenter | None = None) -> Listening:
        """Reads the lexicon in `folder`; raises LexiconError. With a segmenter, phrases that cut words do not count."""
        words = _read(folder / "places.yaml", PlaceWords)
        topics = _read(folder / "topics.yaml", TopicWords)
        return cls(topics, _read(folder / "tone.yaml", ToneWords), Whereabouts(places, words), segmenter)

    def hear(self, text: str, topic: str | None = None, tone: str | None = None) -> Heard:
        """Topic, tone and place of `text`; what the source says itself is checked and kept."""
        if topic is not None and topic not in self.topics:
            raise Refused("topic_unknown", topic=topic, **hint(nearest(topic, self.topics)))
        if tone is not None and tone not in TONES:
            raise Refused("tone_unknown", tone=tone)
        heard = self._heard(text)
        return Heard(topic or heard.topic, tone or heard.tone, heard.place)

    def _hear(self, text: str) -> Heard:
        words = self._cut(text)
        place = self._whereabouts.find(words)
        return Heard(self.topic(words, place), self.tone(words), place)

    def _cut(self, text: str) -> Text:
        words = Text.of(text)
        if self._segmenter is None or words.bare:  # the segmenter has never read a text without marks
            return words
        return replace(words, edges=self._segmenter.edges(text, len(words.words)))

    def topic(self, text: Text, place: str | None) -> str:
        """The topic with the most different phrases; the one declared first when two have as many."""
        if place is None and sum(hit.meaning for hit in self._land.find(text)) < 0:
            return self._other
        found = {
            tuple(text.words[hit.start : hit.start + hit.length]): hit for hit in whole(self._topic.find(text), text)
        }
        score: Counter[str] = Counter()
        for hit in filter(lambda hit: hit.meaning, found.values()):
            score[hit.meaning] += min(hit.length, 3)
        return min(score, key=lambda code: (-score[code], self._order.index(code)), default=self._other)

    def tone(self, text: Text) -> Tone:
        """Which side has more words; a word right after a negation counts half for the other side."""
        balance, negated = 0.0, -1
        for hit in whole(self._tone.find(text), text):
            if hit.meaning == 0:
                negated = hit.start + hit.length
            elif hit.meaning != SILENT:
                balance += hit.meaning * (-0.5 if negated == hit.start else 1.0)
        return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"


def whole(hits: list[Hit[Any]], text: Text) -> list[Hit[Any]]:
    """Those of `hits` that cut no word: a single syllable must be a word (`không` is none in `không khí`, nor `phòng`
    in `Hải Phòng`); of several, which are hardly there by chance, one end must be a word's.
    """
    edges = text.edges
    if edges is None:
        return hits

    def stands(hit: Hit[Any]) -> bool:
        begins, ends = hit.start in edges, hit.start + hit.length in edges
        return (begins and ends) or (hit.length > 1 and (begins or ends))

    return [hit for hit in hits if stands(hit)]


def _read(path: Path, shape: type[Any]) -> Any:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: {error}") from error
