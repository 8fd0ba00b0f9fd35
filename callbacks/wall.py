"""Addresses of the wall: `/wall`, `/wall/legibility`, `/wall/desk`. Plain pages: Dash serves them, nothing of it is in
them, so that a screen that runs for weeks carries no more than it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Flask, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from feeds.access.needs import needs
from feeds.catalogue.clock import TZ, Clock
from feeds.catalogue.scope import Scope
from layouts.address import View
from layouts.site import Page, Site
from layouts.wall import desk, document, gallery, legibility_page, screen
from layouts.wall.screen import Wall

KEPT = 64  # drawn walls, of 300 KB each


def register(server: Flask, site: Site, *, clock: Clock, sight: Callable[[], Scope]) -> None:
    """Give the wall its addresses."""
    walls = Walls(site, clock, sight)
    server.add_url_rule("/wall", "wall", walls.wall)
    server.add_url_rule("/wall/legibility", "wall-legibility", walls.legibility)
    server.add_url_rule("/wall/desk", "wall-desk", walls.desk)
    server.add_url_rule(gallery.PATH, "wall-gallery", walls.gallery)


@dataclass(slots=True)
class Walls:
    """Draws the pages of the wall and keeps what it has drawn: no figure is in it."""

    site: Site
    clock: Clock
    sight: Callable[[], Scope]
    kept: dict[tuple[object, ...], str] = field(default_factory=dict)

    @needs("wall")
    def wall(self) -> AnyResponse:
        """The wall of the address; without a place, the one the session sees."""
        asked = self.asked()
        if "screen" in request.args:  # a token has done its work, or was not needed: it leaves the address
            return redirect(screen.address(asked), 303)
        key = (*asked.drawn(), asked.group, asked.name, asked.scene, self.today())
        if key not in self.kept:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[key] = document.wall_page(self.page(asked), asked)
        return html(self.kept[key])

    @needs("wall")
    def legibility(self) -> AnyResponse:
        """Can it be read from the farthest seat? A page to stand before."""
        asked = self.asked()
        return html(legibility_page.draw(self.page(asked), asked))

    @needs("drive")
    def desk(self) -> AnyResponse:
        """The desk from which a group of walls is driven."""
        asked = self.asked()
        return html(desk.draw(self.page(asked, theme="light"), asked))

    @needs("page")
    def gallery(self) -> AnyResponse:
        """Panels of a wall in every state; nowhere but in the simulated world, because it shows what never was."""
        if self.site.world != "sim":
            abort(404)
        page = self.page(Wall(lang=self.asked().lang))
        return html(gallery.draw(page))

    def asked(self) -> Wall:
        """The wall of the address, narrowed to what the session may see."""
        asked = screen.read(request.args, self.site.places)
        seen = self.sight()
        if not seen.allows(asked.place) and seen.units:
            asked = screen.read(request.args, self.site.places, place=sorted(seen.units)[0])
        seen.check(asked.place)
        return asked

    def page(self, wall: Wall, theme: str = "dark") -> Page:
        """What the wall's panels are drawn from."""
        view = View(place=wall.place, theme="light" if theme == "light" else "dark", lang=wall.lang)
        return Page(self.site, view, self.today())

    def today(self) -> date:
        """The calendar day in Vietnam."""
        return datetime.fromtimestamp(self.clock.now_ms() / 1000, TZ).date()


def waiting(site: Site) -> bytes:
    """What a screen without admission is shown: a sentence and another try, never a login form."""
    return document.waiting(site.words["vi"]).encode()


def html(text: str) -> Response:
    """A page that is asked for anew each time."""
    answer = make_response(text)
    answer.headers["Content-Type"] = "text/html; charset=utf-8"
    answer.headers["Cache-Control"] = "no-store"
    return answer
