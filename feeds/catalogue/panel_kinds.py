"""The kinds of panel a domain may declare. layouts/panels.py draws them; a test holds the two lists together.

The names stand here so that a wrong one is told with its line by whoever reads the catalogue, not only by the web
process when it draws.
"""

from __future__ import annotations

KINDS = frozenset((
    "alerts", "breakdown", "cameras", "gauges", "health", "limits", "map", "mentions", "past", "ranking", "score",
    "states", "stations", "table", "tone", "trend", "worklist",
))  # fmt: skip
