"""The simulated country: a seeded story of all 34 units, sent through the public door like any source."""

from feeds.intake.simulator.process import main

__all__ = ["main"]
