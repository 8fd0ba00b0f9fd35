"""Whose frames a reader is given: the own place whole, of the nation the totals, of another place nothing."""

from __future__ import annotations

import pytest

from feeds.access.roles import ROLES, Role
from feeds.catalogue.scope import TOTALS, WHOLE, OutOfScope, Scope

BOUND = frozenset({"01"})


@pytest.mark.parametrize("role", ["leader", "staff", "operator"])
def test_who_is_bound_to_a_province_is_given_the_nations_totals(role: Role) -> None:
    scope = Scope(units=BOUND, acts=ROLES[role])
    assert (scope.audience_of("01"), scope.audience_of("01:air"), scope.audience_of("vn")) == (WHOLE, WHOLE, TOTALS)
    for name in ("79", "79:air", "vn:air", "vn:wall_main"):
        with pytest.raises(OutOfScope):
            scope.audience_of(name)
    with pytest.raises(OutOfScope):
        scope.check("vn")  # history, records, lists and maps of the nation stay closed


@pytest.mark.parametrize("scope", [Scope(units=BOUND), Scope(units=BOUND, acts=ROLES["kiosk"])])
def test_screens_and_programs_of_a_province_are_given_nothing_of_the_nation(scope: Scope) -> None:
    with pytest.raises(OutOfScope):
        scope.audience_of("vn")


def test_who_sees_the_nation_is_given_all_of_it() -> None:
    assert Scope(acts=ROLES["leader"]).audience_of("vn") == WHOLE


def test_no_role_but_those_of_people_may_do_more_than_look() -> None:
    assert ROLES["kiosk"] == {"shell", "see", "cameras", "wall"}
    assert not ROLES["leader"] & {"mend", "decide", "drive", "enter", "people", "screens", "key"}
    assert not ROLES["admin"] & {"see", "records", "export", "cameras"}
