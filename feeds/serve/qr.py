"""A text as a square picture that a telephone reads."""

from __future__ import annotations

import io

import segno


def drawn(text: str) -> str:
    """SVG of the QR code, dark on light, without a size of its own."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, svgns=True, border=2, scale=1, omitsize=True)
    return out.getvalue().decode()
