"""The catalogue as people read it: every indicator with its definition card, found without marks, given as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feeds.catalogue.model import Domain, Indicator
from feeds.catalogue.names import fold
from layouts import scales
from layouts.node import Child, Node, h
from layouts.numbers import bare
from layouts.site import Page

FILES = ("csv", "xlsx")
STEPS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))  # units of time, the longest first
# Rows of a card, in their order; a row that has nothing to say is left out.
ROWS = ("formula", "compute", "feed", "owner", "cadence", "lag", "rollup", "weight", "target", "limits", "scale",
        "check", "range_p", "range_n", "basis")  # fmt: skip
LINE = ("name", "code", "unit", "direction", "cadence")  # what a closed card shows
TITLES = {"feed": "definition.feed.of", "check": "definition.check.of"}  # these keys are sentences by themselves
HEADS = ("domain", "code", "name", "unit", "direction", *ROWS)  # columns of the file


def content(page: Page) -> list[Child]:
    """What narrows the list, the domains, and one line for each indicator that opens to its card."""
    domains = [domain for domain in page.site.catalogue.domains.values() if domain.indicators]
    n = sum(len(domain.indicators) for domain in domains)
    tools = h("div", _search(page), h("p", page.words("definition.count", n=n), data_part="count"), _files(page),
              class_="definitions-tools")  # fmt: skip
    none = h("p", page.words("definition.none"), class_="quiet empty", data_part="none", hidden=True)
    heads = h("p", *(h("span", page.words(f"definition.{key}")) for key in LINE), class_="definition-heads quiet")
    sections = h("div", heads, *(_domain(page, domain) for domain in domains), none)
    return [
        h("div", tools, h("div", _index(page, domains), sections, class_="book-body"), data_panel="definitions"),
    ]


def facts(page: Page, indicator: Indicator) -> dict[str, str]:
    """Every row of a card as text, by its name in ROWS, and what stands before them: HEADS names all."""
    words, catalogue = page.words, page.site.catalogue
    feed = catalogue.feeds.get(indicator.feed)
    second = indicator.crosscheck
    return {
        "name": words.of(indicator),
        "code": indicator.code,
        "domain": words.of(catalogue.domains[indicator.domain]),
        "unit": page.unit(indicator),
        "direction": words(f"definition.direction.{indicator.direction}"),
        "formula": words.of(indicator, "formula"),
        "compute": computed(indicator),
        "feed": words.of(feed) if feed else "",
        "owner": feed.owner if feed else "",
        "cadence": span(page, indicator.cadence),
        "lag": span(page, indicator.lag) if indicator.lag else "",
        "rollup": words(f"definition.rollup.{indicator.rollup}"),
        "weight": words.of(indicator.unweighted) if indicator.unweighted else _name(page, indicator.weight),
        "target": "" if indicator.target is None else bare(indicator.target, words.lang),
        "limits": "; ".join(f"{limit} ({level}; {source})" for level, limit, source in limits(page, indicator)),
        "scale": words.of(catalogue.scales[indicator.scale]) if indicator.scale else "",
        "check": words("definition.check", name=_name(page, second.indicator), n=bare(second.tolerance, words.lang),
                       unit="%" if second.relative else page.unit(indicator)) if second else "",
        "range_p": _range(page, indicator.range_p),
        "range_n": _range(page, indicator.range_n),
        "basis": indicator.basis,
    }  # fmt: skip


def limits(page: Page, indicator: Indicator) -> list[tuple[str, str, str]]:
    """Every threshold, also those that are not in force today: level, limit with its validity, legal source."""
    names = {code: page.words.short(other) for code, other in page.site.catalogue.indicators.items()}
    found = []
    for threshold in sorted(indicator.thresholds, key=lambda t: t.level):
        told = scales.told(threshold, page.words, names)
        limit = " ".join(filter(None, (str(told["limit"]), str(told["since"]))))
        found.append((page.words(f"severity.{threshold.level}.word"), limit, threshold.source))
    return found


def span(page: Page, seconds: int) -> str:
    """A length of time in its largest whole unit: `5 phút`, `1 ngày`."""
    letter, step = next((each for each in STEPS if seconds % each[1] == 0 and seconds), STEPS[-1])
    return page.words(f"definition.span.{letter}", n=seconds // step)


def computed(indicator: Indicator) -> str:
    """The registered calculation with its arguments, as the catalogue file has them."""
    inner = ", ".join(f"{name}: {_written(value)}" for name, value in indicator.compute.args.items())
    return f"{indicator.compute.fn}({inner})"


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_written(each)}' for key, each in value.items())}}}"
    return str(value)


def _search(page: Page) -> Node:
    hint = page.words("definition.search")
    field = h("input", type="search", placeholder=hint, aria_label=hint, autocomplete="off", spellcheck="false",
              data_part="wanted")  # fmt: skip
    return h("label", field, class_="definitions-search")


def _files(page: Page) -> Node:
    lang = "?lang=en" if page.view.lang == "en" else ""
    links = (
        h("a", page.words(f"list.{kind}"), href=f"/api/v1/lists/catalogue.{kind}{lang}", download="", target="_self",
          class_="export", data_export=kind)
        for kind in FILES
    )  # fmt: skip
    return h("span", *links, class_="definitions-files")


def _index(page: Page, domains: list[Domain]) -> Node:
    """The domains with how many indicators each has."""
    links = (
        h("li", h("a", h("span", page.words.of(domain)), h("b", str(len(domain.indicators)), data_part="n"),
                  href=f"#{domain.code}", data_of=domain.code))
        for domain in domains
    )  # fmt: skip
    return h("nav", h("ul", *links), class_="book-index", aria_label=page.words("nav.domains"))


def _domain(page: Page, domain: Domain) -> Node:
    name = h("a", page.words.of(domain), href=page.view.to(domain=domain.code).href())
    rows = (_indicator(page, indicator) for indicator in domain.indicators)
    feeds = h("p", *_feeds(page, domain), class_="quiet feeds-of")
    return h("section", h("h2", name), feeds, *rows, id=domain.code, class_="definitions-of", data_domain=domain.code)


def _feeds(page: Page, domain: Domain) -> list[Node]:
    return [h("span", page.words("definition.feed", name=page.words.of(feed), code=feed.code, owner=feed.owner,
                                 cadence=span(page, feed.cadence))) for feed in domain.feeds]  # fmt: skip


def _indicator(page: Page, indicator: Indicator) -> Node:
    """A line that opens; what it is found by stands folded in `data-find`."""
    told = facts(page, indicator)
    line = h(
        "summary",
        h("b", told["name"]),
        h("code", indicator.code),
        h("span", told["unit"] or "–"),
        h("span", told["direction"]),
        h("span", told["cadence"]),
    )
    rows = (row for key in ROWS if told[key] for row in _row(page, indicator, key, told[key]))
    found_by = fold(" ".join((indicator.vi, indicator.en, indicator.short_vi, indicator.short_en, indicator.code,
                              told["domain"], told["unit"], indicator.basis)))  # fmt: skip
    return h(
        "details", line, h("dl", *rows), class_="definition", id=f"i-{indicator.code}",
        data_definition=indicator.code, data_find=found_by,
    )  # fmt: skip


def _row(page: Page, indicator: Indicator, key: str, text: str) -> tuple[Node, Node]:
    title = h("dt", page.words(TITLES.get(key, f"definition.{key}")))
    if key == "limits":
        lines = (h("li", h("b", level), " ", limit, " ", h("span", source, class_="quiet"))
                 for level, limit, source in limits(page, indicator))  # fmt: skip
        return title, h("dd", h("ul", *lines))
    return title, h("dd", h("code", text) if key == "compute" else text)


def _name(page: Page, code: str | None) -> str:
    known = page.site.catalogue.indicators.get(code or "")
    return page.words.of(known) if known else code or ""


def _range(page: Page, bounds: tuple[float, float] | None) -> str:
    return " – ".join(bare(bound, page.words.lang) for bound in bounds) if bounds else ""
