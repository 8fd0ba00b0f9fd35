"""Where one Vietnamese word ends and the next begins: underthesea's segmenter, a model that lies in its package.

It costs about 60 MB and a second to load, and milliseconds a text. So it is loaded when first asked, in the process
that gathers news, and not at the door, where the lexicon alone decides.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

_WORD = re.compile(r"\w+")
LONGEST = 1_000  # characters: what is read of a text


class Segmenter:
    """Finds the edges of words. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cut: Callable[[str], list[str]] | None = None

    def edges(self, text: str, syllables: int) -> frozenset[int] | None:
        """Numbers of the syllables that begin a word, and `syllables` itself; None when the two do not count alike."""
        found, at = {0}, 0
        for word in self.words(text[:LONGEST]):
            at += len(_WORD.findall(word))
            found.add(at)
        return frozenset(found) if at == syllables else None

    def words(self, text: str) -> list[str]:
        """The words of a text, syllables parted by spaces."""
        with self._lock:  # the model keeps state while it works
            if self._cut is None:
                from underthesea.pipeline.word_tokenize import word_tokenize

                self._cut = word_tokenize
            return self._cut(text)
