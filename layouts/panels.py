"""The kinds of panel a catalogue file may declare, each a pure function from a page to a component tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import structs

from feeds.catalogue.model import Catalogue, Indicator, Panel
from layouts import (
    alerts,
    breakdown,
    cameras,
    figure,
    health,
    ids,
    limits,
    map,
    mentions,
    past,
    ranking,
    score,
    states,
    stations,
    tone,
    worklist,
)
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page, local, national, shown, tellable

Renderer = Callable[[Page, Panel], Node]
ONCE = ("map", "ranking", "trend", "alerts", "cameras", "mentions", "health")  # kinds a page has one of
ENTITY_FEEDS = ("readings", "cameras")


class UnknownPanel(ValueError):
    """A catalogue file declares a kind of panel that nobody draws; `str()` names those that exist."""


def check(catalogue: Catalogue) -> None:
    """Every declared panel can be drawn; raises UnknownPanel otherwise, before anything is served."""
    for domain in catalogue.domains.values():
        for panel in domain.panels:
            if panel.kind not in RENDERERS:
                raise UnknownPanel(
                    f"domain {domain.code}: no panel kind {panel.kind!r}; write one of {', '.join(RENDERERS)}"
                )


def declared(page: Page) -> list[Panel]:
    """Panels of the open domain: each declared kind once, what every domain page has, and the figures nobody named."""
    domain = page.domain
    if domain is None:
        return []
    own = _first_of_kind(domain.panels)
    kinds = {panel.kind for panel in own}
    regular = [feed for feed in domain.feeds if not feed.optional]  # nobody waits for what not every place has
    stationed = any(feed.kind in ENTITY_FEEDS for feed in regular) and "cameras" not in kinds
    placed = [] if national(domain) else ["map", "ranking"]  # what no unit has is on no map
    wanted = [*placed[:1], "trend", *(["stations"] if stationed else []), *placed[1:], "alerts"]
    every = own + [_undeclared(page, kind) for kind in wanted if kind not in kinds] + _rest(page, own)
    return [panel for panel in every if _has_place(page, panel)]


def _has_place(page: Page, panel: Panel) -> bool:
    """False for what the file keeps off the nation's page or off a province's, whose communes have none of it, and for
    a list of which nothing is said at this place."""
    if panel.args.get("nation" if page.view.is_nation else "communes") is False:
        return False
    return panel.kind not in ("table", "gauges") or bool(_indicators(page, panel))


def _first_of_kind(panels: list[Panel]) -> list[Panel]:
    """In order; of two panels of a kind that stands once the first is kept."""
    first: dict[str, Panel] = {}
    for panel in panels:
        first.setdefault(panel.kind, panel)
    return [panel for panel in panels if panel.kind not in ONCE or first[panel.kind] is panel]


def draw(page: Page, panel: Panel) -> Node:
    """The component tree of a panel."""
    return RENDERERS[panel.kind](page, panel)


def _undeclared(page: Page, kind: str, indicators: list[str] | None = None) -> Panel:
    title = "" if kind == "map" else page.words(f"{kind}.title.plain")
    return Panel(kind=kind, vi=title, en=title, indicators=indicators or [])


def _map(page: Page, panel: Panel) -> Node:
    return map.panel(page)


def _gauges(page: Page, panel: Panel) -> Node:
    gauges = (figure.gauge(page, indicator) for indicator in _indicators(page, panel))
    return section(page.words.of(panel), h("div", *gauges, class_="gauges"), panel="gauges", class_="top-figures")


def _table(page: Page, panel: Panel) -> Node:
    lines = (figure.line(page, indicator) for indicator in _indicators(page, panel))
    return section(page.words.of(panel), h("div", *lines, class_="lines"), panel="table")


def _ranking(page: Page, panel: Panel) -> Node:
    return ranking.panel(page)


def _alerts(page: Page, panel: Panel) -> Node:
    return alerts.panel(page, rows=3, domain=page.view.domain)


def _stations(page: Page, panel: Panel) -> Node:
    return stations.panel(page, panel)


def _cameras(page: Page, panel: Panel) -> Node:
    return cameras.panel(page, page.words.of(panel))


def _mentions(page: Page, panel: Panel) -> Node:
    return mentions.panel(page, page.words.of(panel))


def _health(page: Page, panel: Panel) -> Node:
    return health.panel(page)


def trend(page: Page, panel: Panel | None = None) -> Node:
    """Where Dash mounts the chart of the chosen figure; the room is kept before it comes."""
    indicator = page.charted
    return section(
        page.words("trend.title"),
        h("div", h("p", page.words("trend.waiting"), class_="quiet"), id=ids.ENTRY, class_="drill"),
        aside=h("span", page.words.of(indicator), class_="quiet", data_part="what"),
        panel="trend",
        class_="wide",
    )


def _rest(page: Page, own: list[Panel]) -> list[Panel]:
    """A table of the figures that no gauge or table names: every figure of a domain stands on its page."""
    named = {code for panel in own if panel.kind in ("gauges", "table", "limits") for code in panel.indicators}
    rest = [i.code for i in (page.domain.indicators if page.domain else []) if not i.second and i.code not in named]
    return [structs.replace(_undeclared(page, "table", rest), area="wide")] if rest else []


def _indicators(page: Page, panel: Panel) -> list[Indicator]:
    catalogue, domain = page.site.catalogue, page.domain
    named = [catalogue.indicators[code] for code in panel.indicators]
    known = named or [i for i in (domain.indicators if domain else []) if shown(i, page.view.is_nation)]
    nation = page.view.is_nation
    return [i for i in known if tellable(i, nation) and (nation or local(catalogue, i))]


RENDERERS: Mapping[str, Renderer] = {
    "map": _map,
    "gauges": _gauges,
    "table": _table,
    "ranking": _ranking,
    "trend": trend,
    "alerts": _alerts,
    "stations": _stations,
    "cameras": _cameras,
    "mentions": _mentions,
    "health": _health,
    "breakdown": breakdown.panel,
    "worklist": worklist.panel,
    "past": past.panel,
    "states": states.panel,
    "tone": tone.panel,
    "limits": limits.panel,
    "score": score.panel,
}
