"""An English page has no Vietnamese on it but proper names, and what is written in the law's own symbols.

Every page is drawn as it is served, with the facts its scripts read; what snapshots bring (stations, senders) is held
to the cast and the catalogue they come from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from feeds.catalogue.cited import cited, in_english
from feeds.intake.simulator import services
from feeds.intake.simulator.cast import Cast
from feeds.serve.audit_doors import ACTS
from layouts import account, audit, document, entry, facts, people, signing, table
from layouts.site import Site
from layouts.wall import desk, gallery, legibility_page
from layouts.wall import document as wall_document
from layouts.wall.screen import Wall
from tests.layouts.conftest import PageOf

VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9àáãèéìíĩòóõùúũýÀÁÃÈÉÌÍĨÒÓÕÙÚŨÝ]")
SYMBOL = re.compile(r"\b\d+(?:/\d{4})?/[A-ZĐ]+[A-Za-zĐđ0-9-]*(?:-[A-ZĐa-z]+)*")  # 766/QĐ-TTg, 09/2019/NĐ-CP
ITS_OWN = {  # the way back to Vietnamese is written in Vietnamese, and so are the marks to test a screen with
    "Đọc bằng tiếng Việt",
    "ẮẰẲẴẶ ẾỀỂỄỆ ỐỒỔỖỘ ỨỪỬỮỰ Đđ",
}
READ = ("title", "aria-label", "alt", "placeholder", "data-name", "data-owner", "label")
UNREAD = {"script", "style", "template", "code"}  # code: what data is called in files


class Texts(HTMLParser):
    """What a document says: its texts, what is read out, and the strings of its facts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._within: list[str] = []
        self._facts = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self._within.append(tag)
            self._facts = dict(attrs).get("type") == "application/json"
        self.texts += [value for name, value in attrs if name in READ and value]

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if self._within and self._facts:
            self.texts += strings(json.loads(data))
        elif not self._within:
            self.texts.append(data)


def strings(value: Any) -> Iterator[str]:
    """Every text of the facts; keys are codes, and `cited` is asked by what snapshots say in Vietnamese."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)


def vietnamese(html: str) -> list[str]:
    reader = Texts()
    reader.feed(html)
    return [text for text in reader.texts if left(text)]


def left(text: str) -> bool:
    return text.strip() not in ITS_OWN and bool(VIETNAMESE.search(SYMBOL.sub("", text)))


def addresses(site: Site) -> list[str]:
    """Each kind of page, and each domain and system once: of the nation, which tells more of them than a province."""
    own = ("/", "/map", "/services", "/alerts", "/systems", "/catalogue", "/milestones", "/modules", "/quality",
           "/quality/sources", "/quality/score", "/p/48", "/p/56/services", "/p/46/dossiers",
           "/d/dossiers/r")  # fmt: skip
    domains, systems = (f"/d/{code}" for code in site.catalogue.domains), (f"/systems/{code}" for code in site.systems)
    return [*own, *domains, *systems]


def beside(site: Site, page_of: PageOf) -> Iterator[tuple[str, str]]:
    """The pages that no address of ours restores: walls, gallery, and those of people and their accounts."""
    page, wall = page_of("/", lang="en"), Wall(lang="en")
    yield "wall", wall_document.wall_page(page, wall)
    yield "wall desk", desk.draw(page, wall)
    yield "legibility", legibility_page.draw(page, wall)
    yield "wall gallery", gallery.draw(page)
    yield "gallery", document.shown(page)
    yield "lost", document.lost(page)
    yield "audit", audit.document(site, "en", ACTS)
    for name, draw in (("people", people), ("entry", entry), ("account", account)):
        yield name, draw.document(site, "en")
    yield "login", signing.login_page(site, "en", sso=True)
    yield "link", signing.link_page(site, "en")


def test_no_page_in_english_says_anything_in_vietnamese(site: Site, page_of: PageOf) -> None:
    drawn = {path: document.skeleton(page_of(path, lang="en")) for path in addresses(site)} | dict(
        beside(site, page_of)
    )
    found = {path: texts for path, html in drawn.items() if (texts := vietnamese(html))}
    assert not found


def test_lists_of_records_and_readings_are_headed_in_english(site: Site, page_of: PageOf) -> None:
    page = page_of("/d/dossiers/r", lang="en")
    for feed in site.catalogue.feeds.values():
        every = [f"values.{code}" for code in feed.parameters] + [f"fields.{name}" for name in feed.fields]
        heads = table.columns(page, "events", feed, feed.parameters, every)
        heads += table.columns(page, "records", feed, (), ())
        assert not [head for head in heads if left(f"{head.title} {head.unit}")], feed.code


def test_what_a_figure_rests_on_is_told_in_english(site: Site, page_of: PageOf) -> None:
    page = page_of("/", lang="en")
    told = {i.code: facts.definition(page, i) for i in page.site.catalogue.indicators.values()}
    assert not {code: texts for code, each in told.items() if (texts := [*filter(left, strings(each))])}


def test_everything_cited_has_its_english_and_none_is_left_over(site: Site) -> None:
    written = {*cited(site.catalogue), *(system.owner for system in site.systems.values())}
    assert not [name for name in cited(in_english(site.catalogue)) if left(name)]
    assert not set(site.catalogue.cited) - written


def test_everybody_of_the_simulated_country_has_an_english_name(site: Site) -> None:
    cast = Cast.load(places=site.places)
    own = services.load()
    actors = [actor for each in cast.actors.values() for actor in each]
    actors += [actor for each in own.speakers for actor in services.speaking(own, each, cast.desks, site.places)]
    names = {actor.vi: actor.declared().get("en", "") for actor in actors}
    assert not {vi: en for vi, en in names.items() if not en or left(en)}


def test_vietnamese_on_an_english_page_would_be_found() -> None:
    said = '<p title="Trạm Huế">Decision 766/QĐ-TTg</p><script type="application/json">{"a": {"b": ["Lũ"]}}</script>'
    assert vietnamese(said) == ["Trạm Huế", "Lũ"]
    assert not vietnamese('<a lang="vi" title="Đọc bằng tiếng Việt">VI</a><code>field: Đất đai</code>')
