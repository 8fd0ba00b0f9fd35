"""Recorded data through the public door: readers of recordings, faults to spoil them, a sender, a player."""
