"""What hearing a text costs: cleaning, language, words, topic, tone, place, near-duplicates, event.

    python -m tests.bench.text [--rows file]

The peer is the bare segmenter on the same texts, which are the simulator's with their places filled in. A time is that
of the best tenth of the batches.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable

from feeds.catalogue.places import Places
from feeds.catalogue.settings import ROOT
from feeds.intake.social.article import Article, Speaker, author_hash, event
from feeds.intake.social.language import is_vietnamese
from feeds.intake.social.listening import Listening
from feeds.intake.social.near import Near
from feeds.intake.social.segment import Segmenter
from tests.bench.table import Row, program

BATCH, BATCHES = 75, 16
LEAST_SHARE = 0.5  # of the bare segmenter's rate
PAPER = Speaker("rss-bao", "Báo")


def articles(places: Places) -> list[Article]:
    """Twelve hundred articles of about forty words, as a feed gives them."""
    with (ROOT / "data/cast/posts.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    found = []
    for number in range(BATCH * BATCHES):
        unit = places.units[number % len(places.units)]
        communes = places.communes_of(unit)
        names = {"tinh": places.name(unit), "xa": places.name(communes[number % len(communes)])}
        title, summary = (texts[(number * step) % len(texts)].format(**names) for step in (1, 7))
        more = texts[(number * 13 + 5) % len(texts)].format(**names)
        html = f"<a href='x'><img src='y'/></a>{summary} &amp; {more}"
        found.append(Article(title, html, f"https://b.example/{number}", "21/11/2026 10:00", author="An"))
    return found


def best(work: Callable[[list[Article]], object], everything: list[Article]) -> float:
    """Seconds a text, of the best tenth of the batches."""
    took = []
    for start in range(0, len(everything), BATCH):
        began = time.perf_counter()
        work(everything[start : start + BATCH])
        took.append((time.perf_counter() - began) / BATCH)
    return sorted(took)[len(took) // 10]


def rows() -> list[Row]:
    """Ours beside the bare segmenter."""
    places = Places.load()
    everything, segmenter, near = articles(places), Segmenter(), Near()
    listening = Listening.load(places, segmenter=segmenter)
    segmenter.edges("Việt Nam", 2)  # loads the model

    def hear(batch: list[Article]) -> None:
        for article in batch:
            text = article.text
            near.told(article.name, text, 0)  # every text is heard, also one that is told again
            if is_vietnamese(text):
                heard = listening.hear(text)
                said = {"topic": heard.topic, "tone": heard.tone}
                event(article, article.at or 0, PAPER, said, author_hash(article.author, "secret"))

    def bare(batch: list[Article]) -> None:
        for article in batch:
            segmenter.words(plainly[article.url])

    plainly = {article.url: article.text for article in articles(places)}
    peer, ours = best(bare, everything), best(hear, everything)
    note = f"{1 / ours:,.0f} texts/s beside {1 / peer:,.0f}"
    return [
        Row("text heard, from feed to event", "ms", ours * 1e3, peer * 1e3, 1 / LEAST_SHARE, "underthesea", note=note)
    ]


if __name__ == "__main__":
    sys.exit(program(__doc__, rows))
