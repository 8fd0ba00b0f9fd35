"""The catalogue knows the kinds of panel that can be drawn, and no other."""

from feeds.catalogue.panel_kinds import KINDS
from layouts.panels import RENDERERS


def test_what_may_be_declared_is_what_is_drawn() -> None:
    assert set(RENDERERS) == set(KINDS)
