"""What every page is drawn from: catalogue, places, boundaries and words, joined once at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b

from msgspec import structs

from feeds.catalogue.boundaries import Boundaries
from feeds.catalogue.cited import in_english
from feeds.catalogue.keys import World
from feeds.catalogue.milestones import History
from feeds.catalogue.model import Catalogue, Compute, Domain, Indicator
from feeds.catalogue.places import Places
from feeds.catalogue.scenes import Scene
from feeds.catalogue.systems import System
from layouts import scales
from layouts.address import ABNORMAL, HOURS, Hours, NoSuchPage, View
from layouts.words import Lang, Words

NO_UNIT = "–"  # how the catalogue writes a bare number
DAY_S = 86_400
QUIET_S = 300  # a scope where nothing changes is told anew at least so often
STAMPS: Mapping[World, str] = {"real": "", "sim": "stamp.sim", "play": "stamp.play"}


@dataclass(frozen=True, slots=True)
class Site:
    """The facts behind all pages; never changed while the server runs."""

    catalogue: Catalogue
    places: Places
    boundaries: Boundaries
    words: Mapping[Lang, Words]
    world: World
    version: str = "0"  # stands in the address of every asset, so that a new release is fetched at once
    topics: Mapping[str, Mapping[Lang, str]] = field(
        default_factory=dict
    )  # names of the topics posts are counted under
    scenes: tuple[Scene, ...] = ()  # of the wall, in their order
    history: History = field(default_factory=lambda: History({}, {}, {}, ()))  # what was printed about the systems
    systems: Mapping[str, System] = field(default_factory=dict)  # the national systems, in their order
    modules: tuple[str, ...] = ()  # names of the live client's modules, asked for together instead of one by one

    due: scales.Due = lambda _indicator, _day: None  # what of a growing plan should be reached by a day
    alike: Callable[[date, int], bool] = lambda _day, _back: True  # is the day so many back of the same kind?
    modules_version: str = ""  # of the domains that were taken in while running

    @property
    def release(self) -> str:
        """Changes with the files of the product and with the domains it shows: walls take a new one by themselves."""
        if not self.modules_version:
            return self.version
        return f"{self.version}-{blake2b(self.modules_version.encode(), digest_size=4).hexdigest()}"

    def in_english(self) -> Site:
        """The same site, who and what it cites named in English: nothing that draws a page need think of it."""
        named = self.catalogue.cited
        systems = {code: structs.replace(each, owner=named.get(each.owner, each.owner))
                   for code, each in self.systems.items()}  # fmt: skip
        return replace(self, catalogue=in_english(self.catalogue), systems=systems)


@dataclass(frozen=True, slots=True)
class Page:
    """One view of the site on one day: what each panel function is given."""

    site: Site
    view: View
    today: date
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", self.site.words[self.view.lang])
        if self.view.lang == "en":
            object.__setattr__(self, "site", self.site.in_english())
        if self.view.book and self.view.record:
            object.__setattr__(self, "view", self._chapter())

    def _chapter(self) -> View:
        """The chapter of a book with the domain whose stations it shows; NoSuchPage for one that is not written."""
        system = self.site.systems.get(self.view.record)
        if system is None:
            raise NoSuchPage(self.view.path())
        return self.view.with_(domain=system.domain or None)

    @property
    def place_name(self) -> str:
        """Name of the place on screen: `Cả nước`, `Gia Lai`."""
        if self.view.is_nation:
            return self.words("nation")
        return self.site.places.name(self.view.place, self.view.lang)

    @property
    def domain(self) -> Domain | None:
        """The open domain."""
        return self.site.catalogue.domains[self.view.domain] if self.view.domain else None

    @property
    def stamp(self) -> str:
        """The mark of a world that is not the real one; empty in the real one."""
        key = STAMPS[self.site.world]
        return self.words(key) if key else ""

    @property
    def coloured_by(self) -> Indicator:
        """What colours map and ranking: the chosen indicator, the one its map declares, or the domain's lead."""
        catalogue = self.site.catalogue
        asked = self.view.indicator
        if not self.domain and (asked == ABNORMAL or not (asked or self.view.study)):
            return self.abnormal
        if asked and asked != ABNORMAL:
            return catalogue.indicators[asked]
        maps = [p for p in (self.domain.panels if self.domain else []) if p.kind == "map" and p.indicators]
        if maps:
            return catalogue.indicators[maps[0].indicators[0]]
        first = leading(catalogue, self.domain)[0]
        own = lead_of(self.domain, self.view.is_nation) if self.domain and first.domain != self.domain.code else None
        return own or first  # what no unit has colours no map, and stands on its page all the same

    @property
    def charted(self) -> Indicator:
        """Whose history the page shows: what colours it, or the leading figure where that is a layer without one."""
        chosen = self.coloured_by
        return leading(self.site.catalogue, self.domain)[0] if chosen.code == ABNORMAL else chosen

    @property
    def hours(self) -> Hours:
        """How far back the chart looks: as the address asks, else a day, a week where the figure comes once a day."""
        return self.view.hours or (HOURS[-1] if self.charted.cadence >= DAY_S else HOURS[0])

    @property
    def abnormal(self) -> Indicator:
        """The layer that counts, for each unit, the indicators with an open alert, and for each commune those beyond
        their limits; the browser counts them."""
        vi, en = self.site.words["vi"], self.site.words["en"]
        formula = "layer.abnormal.formula" if self.view.is_nation else "layer.abnormal.formula.communes"
        return Indicator(
            code=ABNORMAL, vi=vi("layer.abnormal"), en=en("layer.abnormal"), short_vi=vi("layer.abnormal.short"),
            short_en=en("layer.abnormal.short"), unit=vi("layer.abnormal.unit"), unit_en=en("layer.abnormal.unit"),
            direction="none", cadence=60 if self.view.is_nation else QUIET_S,
            formula_vi=vi(formula), formula_en=en(formula), compute=Compute(fn="count"), rollup="none",
        )  # fmt: skip

    def case(self, indicator: Indicator) -> scales.Case:
        """Which limits the figure of this page is held against; where a unit's stands in for the nation's, a unit's."""
        return scales.Case(self.today, self.view.is_nation and indicator.nation, self.site.due)

    @property
    def case_of_units(self) -> scales.Case:
        """Which limits map and ranking are told by: those of units and communes."""
        return scales.Case(self.today, False, self.site.due)

    @property
    def case_of_all(self) -> scales.Case:
        """Limits of the nation and of units together, each saying whom it concerns: what a page shows both from."""
        return scales.Case(self.today, None, self.site.due)

    def unit(self, indicator: Indicator) -> str:
        """The unit on screen; empty for a bare number."""
        unit = indicator.unit
        if self.view.lang == "en":
            unit = indicator.unit_en or self.site.catalogue.units.get(unit, unit)
        return "" if unit == NO_UNIT else unit

    def named_unit(self, unit: str) -> str:
        """A unit as the catalogue writes it, in the language of the page."""
        return unit if self.view.lang == "vi" else self.site.catalogue.units.get(unit, unit)

    def selectable(self) -> list[tuple[Domain, list[Indicator]]]:
        """Indicators a person may colour the map by, the open domain first."""
        domains = sorted(self.site.catalogue.domains.values(), key=lambda d: d.code != self.view.domain)
        catalogue = self.site.catalogue
        groups = [(domain, [i for i in domain.indicators if mapped(catalogue, i)]) for domain in domains]
        return [(domain, indicators) for domain, indicators in groups if indicators]


def has_columns(indicator: Indicator) -> bool:
    """True for figures that exist per unit, so that a map can be coloured by them."""
    return not indicator.second and indicator.rollup != "none"


def shown(indicator: Indicator, nation: bool) -> bool:
    """True for figures that stand on a page by themselves: not second sources, and national only where declared."""
    return not indicator.second and (indicator.nation or not nation)


def local(catalogue: Catalogue, indicator: Indicator) -> bool:
    """False for what only the nation's own sources say: no unit will ever have it, so no unit lacks it."""
    feed = catalogue.feeds.get(indicator.feed)
    return feed is None or feed.partition != "nation"


def mapped(catalogue: Catalogue, indicator: Indicator) -> bool:
    """True for figures that units have, each its own: a map coloured by what only the nation says would stay empty."""
    return has_columns(indicator) and local(catalogue, indicator)


def national(domain: Domain) -> bool:
    """True for a domain of the nation alone."""
    return bool(domain.feeds) and all(feed.partition == "nation" for feed in domain.feeds)


def tellable(indicator: Indicator, nation: bool) -> bool:
    """True for figures that a page can say something of: the nation's own, or where it has none its units'."""
    return not nation or indicator.nation or has_columns(indicator)


def lead_of(domain: Domain, nation: bool = False) -> Indicator | None:
    """The figure of a domain's tile: its declared lead, or the first figure it shows; None for an empty domain."""
    candidates = [i for i in domain.indicators if shown(i, nation)] or [i for i in domain.indicators if not i.second]
    return next((i for i in candidates if i.code == domain.lead), candidates[0] if candidates else None)


def leads(page: Page) -> list[tuple[Domain, Indicator]]:
    """The lead figure of each domain that has its place on the overview, in the catalogue's order."""
    domains = (domain for domain in page.site.catalogue.domains.values() if domain.tiled)
    found = ((domain, lead_of(domain, page.view.is_nation)) for domain in domains)
    return [(domain, lead) for domain, lead in found if lead is not None]


def leading(catalogue: Catalogue, domain: Domain | None) -> list[Indicator]:
    """Lead figures that have a column for the map: those of `domain` first."""
    order = ([domain] if domain else []) + list(catalogue.domains.values())
    leads = [lead for each in order if (lead := lead_of(each)) is not None]
    rest = [i for each in order for i in each.indicators]
    return [i for i in leads + rest if mapped(catalogue, i)]
