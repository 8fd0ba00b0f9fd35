"""The wall: pages for screens that nobody touches, drawn from scenes that are data (feeds/catalogue/scenes.py)."""
