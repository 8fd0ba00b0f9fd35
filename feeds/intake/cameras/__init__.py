"""What a camera shows, without knowing anybody: its state, its latest still, and how many vehicles pass a line.

Nothing here recognises a face or a plate, and no picture but the latest still leaves this room.
"""
