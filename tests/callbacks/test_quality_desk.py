"""The desk of refused messages without a browser: what is said, what is shown, what goes into a file."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest

import callbacks
from callbacks import quality
from feeds.access.roles import ROLES, Role
from feeds.catalogue.refused import Which, read
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.intake.reasons import rejection
from feeds.serve import sheets
from feeds.serve.mending import Bulk
from layouts import address, ids, refused
from layouts.site import Page, Site
from tests.e2e import canned_quality
from tests.e2e.canned_records import Desk
from tests.test_rooms import ROOT


@pytest.fixture(scope="module")
def behind(canned_site: Site, canned_desk: Desk) -> quality.Desk:
    made: Any = canned_quality.behind(canned_site, canned_desk, lambda place: {})["refused"]
    return made


def page(site: Site, path: str, **query: str) -> Page:
    return Page(site, address.read(path, query, site.catalogue, site.places), date(2026, 11, 21))


def test_addresses_of_quality_restore_themselves(canned_site: Site) -> None:
    for path in ("/quality", "/quality/12", "/quality/sources", "/p/01/quality", "/p/01/quality/score"):
        assert page(canned_site, path).view.path() == path
    for path in ("/quality/x", "/quality/1/2", "/p/99/quality", "/d/quality"):
        with pytest.raises(address.NoSuchPage):
            page(canned_site, path)
    asked = read({"code": "value_high", "unit": "-", "before": "7", "state": "nonsense"})
    assert (asked.which, asked.state, asked.before) == (Which(code="value_high", unit=""), "held", 7)
    assert (
        refused.address(page(canned_site, "/quality", lang="en"), asked)
        == "/quality?code=value_high&unit=-&before=7&lang=en"
    )


def test_a_province_sees_its_own_and_nothing_else(canned_site: Site, behind: quality.Desk) -> None:
    own = page(canned_site, "/p/01/quality")
    found = quality.found(own, behind.refusals, NATION, quality.question(own, {"unit": "79"}))
    assert found.rows and {row["unit"] for row in found.rows} == {"01"}
    foreign = next(row for row in behind.refusals.page(NATION, Which()) if row["unit"] != "01")
    words = str(quality.opened(page(canned_site, f"/p/01/quality/{foreign['id']}"), behind, NATION, {}))
    assert own.words("list.unknown") in words
    elsewhere = Scope(frozenset({"79"}))
    assert own.words("list.forbidden") in str(
        quality.opened(page(canned_site, "/p/01/quality/score"), behind, elsewhere, {})
    )


def test_what_stands_in_the_way_is_said_and_nothing_is_done(canned_site: Site, behind: quality.Desk) -> None:
    row = behind.refusals.page(NATION, Which(code="parameter_unknown"))[0]
    shown = page(canned_site, f"/quality/{row['id']}")
    said, room = quality.done_to_one(shown, behind, "check", {})
    assert "PM_MIN" in said and "children" not in str(type(room))
    assert "lý do" in quality.done_to_one(shown, behind, "drop", {"by": "An"})[0]
    assert "•9•" in quality.done_to_one(shown, behind, "check", {"text": "•9•"})[0]
    assert "lý do" in quality.done_to_many(page(canned_site, "/quality"), behind, Which(), {})
    behind.person = _nobody
    assert quality.done_to_one(shown, behind, "drop", {"by": "An", "why": "x"})[0] == "sign in first"
    behind.person = lambda: NATION


def test_an_english_reader_is_told_in_english(canned_site: Site, behind: quality.Desk) -> None:
    held = behind.refusals.page(NATION, Which(code="parameter_unknown"))[0]
    shown = page(canned_site, f"/quality/{held['id']}", lang="en")
    assert quality.done_to_one(shown, behind, "drop", {"by": "An"})[0] == "Say who does it, and why."
    assert "•9• stands for nothing" in quality.done_to_one(shown, behind, "check", {"text": "•9•"})[0]
    row = {"code": "value_high", "reason": rejection("value_high", name="ph", value=69.9, limit=14, unit="").vi}
    assert (
        quality.in_words(shown, row)["reason"] == rejection("value_high", name="ph", value=69.9, limit=14, unit="").en
    )


@pytest.mark.parametrize(("role", "mends"), [("leader", False), ("staff", False), ("operator", True), ("admin", True)])
def test_who_may_not_mend_sees_no_button_for_it(
    canned_site: Site, behind: quality.Desk, role: Role, mends: bool
) -> None:
    sight = Scope(acts=ROLES[role])
    row = behind.refusals.page(NATION, Which())[0]
    for path, button in ((f"/quality/{row['id']}", ids.ACT), ("/quality", ids.BULK_ACT)):
        drawn = quality.opened(page(canned_site, path), behind, sight, {})
        assert (f"'type': '{button}'" in str(drawn)) is mends, path


def test_the_stylesheet_leaves_out_what_would_be_refused() -> None:
    """Links and buttons of the drawn pages that need more than to see them name the act; the sheet hides each act."""
    css = (ROOT / "assets" / "css" / "page.css").read_text(encoding="utf-8")
    assert "html[data-may]:not([data-may~=export]) [data-export]" in css
    named = {
        act
        for path in (ROOT / "layouts").glob("*.py")
        for act in re.findall(r"""data_needs=["'](\w+)["']""", path.read_text(encoding="utf-8"))
    }
    assert named and not [act for act in named if f":not([data-may~={act}]) [data-needs={act}]" not in css]


def _nobody() -> Scope:
    raise OutOfScope("sign in first")


def test_what_became_of_many_is_a_sentence(canned_site: Site) -> None:
    told = quality.told(page(canned_site, "/quality"), Bulk(5, {"vì thế": 2}, 17))
    assert told == "Đã gửi lại 5 tin, còn 2 tin vẫn bị từ chối. vì thế Còn tin chưa thử: bấm lần nữa."


def test_the_file_is_stamped_masked_and_whole(canned_site: Site, behind: quality.Desk) -> None:
    which = Which(feed="dossiers")
    sheet = callbacks.refused_describer(canned_site)("vi", which, "held", behind.refusals.clock.now_ms())
    file = io.BytesIO()
    sheets.write("csv", sheet, behind.refusals.all(NATION, which, "held", 1000), file)
    lines = file.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "DỮ LIỆU MÔ PHỎNG"
    assert len(lines) == 5 + 37
    assert canned_quality.PERSON not in file.getvalue().decode() and "•1•" in lines[-1]
