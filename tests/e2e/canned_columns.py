"""Columns of the canned country: drawn once for each scope, and given to every test as they were drawn."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from typing import Any

Columns = tuple[dict[str, Any], ...]
_drawn: dict[tuple[str, bool, int], tuple[bytes, Any]] = {}


def once(scope: str, calm: bool, luck: random.Random, draw: Callable[[], Columns]) -> Columns:
    """What `draw` makes of `luck`; what comes after it in `luck` is the same whether it was drawn now or before.

    Each caller gets tables of its own, because tests write into them. Nothing in them may depend on the time.
    """
    key = (scope, calm, hash(luck.getstate()))
    if key not in _drawn:
        _drawn[key] = (pickle.dumps(draw(), pickle.HIGHEST_PROTOCOL), luck.getstate())
    kept, after = _drawn[key]
    luck.setstate(after)
    tables: Columns = pickle.loads(kept)
    return tables
