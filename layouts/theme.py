"""The look, as one table of tokens: `python -m docs.build` writes it into assets/css/look.css, charts read it here.

Light for desks, dark for walls, the same names in both; Plotly cannot read a stylesheet. What the tokens must hold
(contrast, marks told apart without colour) is in tests/layouts/test_look.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from layouts.address import Shade, Theme

TABLE: Mapping[str, tuple[str, str]] = {  # name: on a desk (light), on a wall (dark)
    "bg": ("#F4F6F7", "#0D1217"),  # page
    "surface": ("#FFFFFF", "#131A21"),  # top bar
    "raised": ("#FFFFFF", "#1A232B"),  # card
    "land": ("#DDE3E7", "#26323D"),  # map, empty track, cell
    "land-2": ("#C9D2D8", "#33424E"),
    "land-line": ("#FFFFFF", "#0D1217"),  # borders are cut in the colour of the ground
    "line": ("#DCE2E6", "#27323C"),  # rule of a row
    "line-2": ("#A9B5BE", "#465560"),  # rule of a section, frame, axis
    "edge": ("#7F8D98", "#6B7C89"),  # what a control is bounded by
    "ink": ("#12181D", "#EDF1F4"),
    "ink-2": ("#3F4B55", "#B8C3CC"),
    "ink-3": ("#5A6670", "#A9B4BE"),
    "data": ("#44525E", "#AEBBC6"),  # first series
    "data-2": ("#7F8D98", "#6E7F8D"),  # second series, target, old data
    "band": ("#EDF1F3", "#1C262F"),  # normal range
    "stripe": ("#E3E8EC", "#1C262F"),  # ground of what is stale
    "hatch": ("#C6CFD6", "#33404B"),
    "accent": ("#3148B8", "#9DB2FF"),  # only what can be clicked or is selected
    "accent-bg": ("#E9EDFB", "#1B2440"),
    "s1": ("#C42B20", "#FF6A60"),  # critical
    "s1-bg": ("#FBEBE9", "#331517"),
    "s2": ("#B65300", "#FF9D3D"),  # high
    "s3": ("#F2C200", "#F0CF4E"),  # medium
    "s3-line": ("#7D6000", "#F0CF4E"),
    "s4": ("#0B6B7F", "#5CC8DE"),  # low
    "on-sev": ("#FFFFFF", "#06090C"),  # letter in a mark
    "on-s3": ("#12181D", "#06090C"),
    "c0": ("#E9EEF1", "#33424E"),  # five classes of a choropleth: more ink is further from the target
    "c1": ("#D3DCE2", "#465866"),
    "c2": ("#B4C2CB", "#5C707F"),
    "c3": ("#8FA2AF", "#788D9C"),
    "c4": ("#667C8B", "#9AAEBB"),
    "shot": ("#E6EBEE", "#1A232B"),  # a camera picture that is not there yet
}
SHADES: tuple[Shade, Shade] = ("light", "dark")
TOKENS: Mapping[Theme, Mapping[str, str]] = {
    shade: {name: pair[i] for name, pair in TABLE.items()} for i, shade in enumerate(SHADES)
} | {"system": {name: light for name, (light, _) in TABLE.items()}}  # until the browser has told what it prefers
PLACE = re.compile(
    r"(?<=/\* tokens: written by docs\.build from layouts/theme\.py \*/\n).*?(?=/\* /tokens \*/)", re.DOTALL
)
CONFIG: Mapping[str, Any] = {
    "displayModeBar": False,
    "responsive": True,
    "topojsonURL": "/assets/topojson/",  # a geo subplot would otherwise ask another host
    "plotlyServerURL": "",
    "doubleClick": "reset",
}


def written(sheet: str) -> str:
    """A stylesheet with the tokens in their place, each name once per shade."""
    return PLACE.sub(lambda _: stylesheet(), sheet)


def stylesheet() -> str:
    """The tokens as CSS, for `data-theme` on the root or any part; `system` follows the browser, paper is light."""
    light, dark = (_declared(shade) for shade in SHADES)
    return (
        f":root, [data-theme=light], [data-theme=system] {{\n{light}}}\n"
        f"@media screen {{\n[data-theme=dark] {{\n{dark}}}\n}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n[data-theme=system] {{\n{dark}}}\n}}\n"
    )


def _declared(shade: Shade) -> str:
    lines = "".join(f"  --{name}: {colour};\n" for name, colour in TOKENS[shade].items())
    return f"{lines}  color-scheme: {shade};\n"


def template(theme: Theme) -> dict[str, Any]:
    """Layout that every chart starts from: transparent ground, quiet axes, names at the lines instead of a legend."""
    ink = TOKENS[theme]
    return {
        "font": {"family": "Noto Sans, sans-serif", "size": 13, "color": ink["ink-2"]},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 52, "r": 110, "t": 28, "b": 36},
        "colorway": [ink["data"], ink["data-2"]],
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": ink["surface"],
            "bordercolor": ink["line-2"],
            "font": {"color": ink["ink"], "size": 13},
        },
        "xaxis": {
            "showgrid": False,
            "linecolor": ink["line-2"],
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": ink["line-2"],
            "fixedrange": False,
        },
        "yaxis": {"gridcolor": ink["line"], "gridwidth": 1, "zeroline": False, "nticks": 4, "automargin": True},
        "separators": ",.",
        "transition": {"duration": 0},
    }
