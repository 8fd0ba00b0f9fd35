"""Is a text Vietnamese? By letters that no other language has, and without marks by the shape of its syllables."""

from __future__ import annotations

import re

from feeds.catalogue.names import spell, unmarked

MARKED_SHARE = 0.12  # of the words carry a letter of Vietnamese alone; running text has over 0.3
BARE_SHARE = 0.85  # of the words have the shape of a syllable; other languages with Latin letters stay below 0.7
LEAST_WORDS = 4  # in fewer nothing can be told
_WORD = re.compile(r"[^\W\d_]+")
_OWN = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    r"(?:uye|uyu|ieu|yeu|oai|oay|oeo|uoi|uou|uay|[iuy]e|u[aoyi]|o[aeio]|a[iouy]|e[ou]|i[au]|ye|[aeiouy])"
    r"(?:ng|nh|ch|[cmnpt])?"
)


def is_vietnamese(text: str) -> bool:
    """False for running text of another language; a text too short to tell is taken for Vietnamese."""
    words = _WORD.findall(spell(text[:1000]))
    if len(words) < LEAST_WORDS:
        return True
    own = sum(_OWN.search(word) is not None for word in words)
    if own:
        return own >= MARKED_SHARE * len(words)
    shaped = sum(_SYLLABLE.fullmatch(unmarked(word)) is not None for word in words)
    return shaped >= BARE_SHARE * len(words)
