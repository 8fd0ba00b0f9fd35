"""Formats that sources speak: bytes in, readings and refusals out. Pure: no protocol, no clock, no store."""
