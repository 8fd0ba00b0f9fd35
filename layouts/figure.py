"""One figure on a page: the tile with its fixed anatomy, the line of a list, the gauge. No value is in the tree;
the live client writes it into the marked parts, which keep their room from the first paint."""

from __future__ import annotations

from feeds.catalogue.model import Indicator
from layouts import ends, marks, scales
from layouts.node import Attr, Child, Node, h
from layouts.numbers import NBSP, bare
from layouts.site import Page

LONG_UNIT = 3  # letters that stand beside a figure of six digits
DAY = 86_400  # seconds
LETTER = 3.8  # per cent of the narrowest gauge's scale
RHYTHMS = (
    (700 * DAY, "rhythm.years"),
    (350 * DAY, "rhythm.year"),
    (85 * DAY, "rhythm.quarter"),
    (27 * DAY, "rhythm.month"),
    (6 * DAY, "rhythm.week"),
    (DAY, "rhythm.day"),
)


def tile(page: Page, indicator: Indicator, heading: Child, kind: str = "tile", below: bool = False) -> Node:
    """Heading and age, figure and mark, name and target, the last 24 hours and their change: ever the same rows.

    `below`: the heading is the name, and a unit too long to stand beside the figure stands where the name would.
    """
    unit = page.unit(indicator)
    long = below and len(unit) > LONG_UNIT and not indicator.scale
    named = h("span", unit, class_="unit-below") if long else name(page, indicator)
    return h(
        "article",
        h("div", heading, marks.age(), class_="tile-head"),
        h("div", value(page, indicator, "" if long else unit), marks.slot(), class_="tile-figure"),
        h("div", named, h("span", target(page, indicator), data_part="note"), class_="tile-name"),
        h("div", spark(), h("p", h("b", data_part="change"), h("span", data_part="since")), class_="tile-trend"),
        class_=kind,
        **bound(page, indicator, "tile"),
    )


def value(page: Page, indicator: Indicator, unit: str | None = None) -> Node:
    """The figure with its unit; a click opens where it comes from."""
    return h(
        "button",
        h("span", data_part="figure", class_="digits"),
        h("small", page.unit(indicator) if unit is None else unit, data_part="unit"),
        type="button",
        class_="figure",
        data_card=indicator.code,
        aria_label=page.words("card.open", name=page.words.of(indicator)),
    )


def name(page: Page, indicator: Indicator) -> Node:
    """Short name; the whole name on hover."""
    return h("span", page.words.short(indicator), title=page.words.of(indicator), class_="name")


def target(page: Page, indicator: Indicator) -> str:
    """What the figure is held against, in words: `mục tiêu ≥ 98`, `ngưỡng 45`, `4,35 – 4,92`, or nothing."""
    words, lang = page.words, page.view.lang
    goal = indicator.goal(page.case(indicator).nation)
    if goal is not None:
        sign = {"up": "≥", "down": "≤"}.get(indicator.direction, "")
        return words("target", limit=f"{sign}{NBSP}{bare(goal, lang)}".strip(NBSP))
    normal = scales.limits(indicator, page.case(indicator))
    if normal.low is not None and normal.high is not None:
        return words("normal", limit=f"{bare(normal.low, lang)} – {bare(normal.high, lang)}")
    bound_ = normal.low if normal.low is not None else normal.high
    return "" if bound_ is None else words("limit", limit=bare(bound_, lang))


def rhythm(page: Page, indicator: Indicator) -> Node | None:
    """How often a slow figure comes, in words: what is quarterly shows as quarterly. Nothing for what comes by the
    hour or faster: its age says enough."""
    word = next((word for least, word in RHYTHMS if indicator.cadence >= least), "")
    return h("span", page.words(word), class_="rhythm") if word else None


def spark(size: str = "") -> Node:
    """The last 24 hours: normal band, limit, line, the part beyond the limit, the end at now, the gap when old."""
    lines = (h("path", class_=part, data_line=part) for part in ("limit", "line", "hot", "end"))
    drawing = h(
        "svg",
        h("rect", class_="band", data_line="band", x=0, width=100, y=0, height=0),
        *lines,
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    return h("div", drawing, h("i", class_="gap"), class_=f"spark {size}".strip(), data_part="spark")


def gauge(page: Page, indicator: Indicator) -> Node:
    """A horizontal scale: band for normal, triangle for now, ends and limits in figures, with its last 24 hours.

    The line above the scale says what the figure is held against, or why it cannot be taken as it stands.
    """
    found = ends.ends(page.site.catalogue, indicator, page.case(indicator))
    return h(
        "article",
        h("div", name(page, indicator), rhythm(page, indicator), marks.age(), class_="gauge-head"),
        h("div", value(page, indicator), marks.slot(), class_="gauge-figure"),
        h("p", _held_against(page, indicator), data_part="note", class_="gauge-note"),
        measure(page, indicator, *found) if found else h("div", class_="gauge-scale"),
        spark("small"),
        class_="gauge",
        **({"data_from": found[0], "data_to": found[1]} if found else {}),
        **bound(page, indicator, "gauge"),
    )


def _held_against(page: Page, indicator: Indicator) -> str:
    """Nothing where the live client says it: what is due of a plan, or whose figure stands in for the nation's."""
    stands_in = page.view.is_nation and not indicator.nation
    paced = scales.due(indicator, page.case(indicator)) is not None
    return "" if stands_in or paced else target(page, indicator)


def measure(page: Page, indicator: Indicator, low: float, high: float) -> Node:
    """The scale with its needle, and in words, for who does not see it, a value that lies beyond an end."""
    beyond = h("span", data_part="beyond", class_="unseen")
    return h("div", scale(page, indicator, low, high), beyond, class_="gauge-scale")


def scale(page: Page, indicator: Indicator, low: float, high: float) -> Node:
    """The horizontal scale of a gauge, with a needle the live client moves."""
    normal = scales.limits(indicator, page.case(indicator))
    start, end = share(normal.low, low, high, 0.0), share(normal.high, low, high, 100.0)
    bounded = normal != scales.Limits()
    ticks = [(0.0, low, "start"), (100.0, high, "end")]
    bounds = (at for at in (normal.low, normal.high) if at is not None and low <= at <= high)
    inner = [(share(at, low, high, 0.0), at, "middle") for at in bounds]
    ticks = [end for end in ticks if all(_apart(end, tick) for tick in inner)] + inner
    return h(
        "svg",
        h("rect", x="0", y=".69rem", width="100%", height=".375rem", class_="track"),
        h("rect", x=f"{start:.2f}%", y=".69rem", width=f"{max(0.0, end - start):.2f}%", height=".375rem", class_="band")
        if bounded
        else None,
        *(h("rect", x=f"{i[0]:.2f}%", y=".5rem", width=".1rem", height=".75rem", class_="tick") for i in inner),
        *(
            h("text", bare(at, page.view.lang), x=f"{x:.2f}%", y="1.94rem", text_anchor=anchor)
            for x, at, anchor in ticks
        ),
        _needle(),
        height="2.25rem",
        width="100%",
        overflow="visible",
        aria_hidden="true",
    )


def _needle() -> Node:
    """A triangle over the value; beyond an end one that lies outside the track and points on."""
    return h(
        "svg",
        h("path", d="M0 10-6.5 0H6.5Z", class_="at"),
        h("path", d="M3 8.5V20L12 14.2Z", class_="over"),
        h("path", d="M-3 8.5V20L-12 14.2Z", class_="under"),
        data_part="needle",
        x="0%",
        y=0,
        overflow="visible",
        class_="needle",
        viewBox="0 0 13 10",
        width=".8125rem",
        height=".625rem",
    )


def _apart(end: tuple[float, float, str], tick: tuple[float, float, str]) -> bool:
    """Whether the word of a limit leaves room for that of an end, on the narrowest scale."""
    return abs(end[0] - tick[0]) > LETTER * (len(bare(end[1])) + len(bare(tick[1])) / 2 + 0.5)


def share(value_: float | None, low: float, high: float, missing: float) -> float:
    """Where a value stands between the ends, in per cent, kept inside."""
    if value_ is None or high == low:
        return missing
    return min(100.0, max(0.0, (value_ - low) / (high - low) * 100))


def line(page: Page, indicator: Indicator) -> Node:
    """A figure as one line of a list: name, 24 hours, figure, mark."""
    words = h(
        "div", name(page, indicator),
        h("span", h("span", target(page, indicator), data_part="note"), rhythm(page, indicator), marks.age()),
    )  # fmt: skip
    return h(
        "article",
        words,
        spark("small"),
        marks.slot(),
        value(page, indicator),
        class_="line",
        **bound(page, indicator, "line"),
    )


def bound(page: Page, indicator: Indicator, panel: str) -> dict[str, Attr]:
    """The marks by which the live client finds the element and the contract promises it; who sends what it needs."""
    feed = page.site.catalogue.feeds.get(indicator.feed)
    return {
        "data_sender": page.words.short(feed) if feed else None,
        "data_panel": panel,
        "data_indicator": indicator.code,
        "data_scope": page.view.scope,
        "data_version": "",
        "data_age_state": "loading",
    }
