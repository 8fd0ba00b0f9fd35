"""Where scales end: every gauge of the catalogue, of the nation and of a province."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from feeds.catalogue.model import Indicator
from layouts import ends, figure, scales
from layouts.node import to_html
from layouts.site import Site, local
from tests.layouts.conftest import TODAY, PageOf


def gauges(site: Site) -> Iterator[tuple[Indicator, bool]]:
    """Each figure that a page draws as a gauge, and whether it is the nation's."""
    for domain in site.catalogue.domains.values():
        drawn = {code for panel in domain.panels if panel.kind == "gauges" for code in panel.indicators}
        for indicator in domain.indicators:
            if indicator.code in drawn:
                yield from (
                    (indicator, nation) for nation in (True, False) if nation or local(site.catalogue, indicator)
                )


def ends_of(site: Site, indicator: Indicator, nation: bool) -> tuple[float, float] | None:
    return ends.ends(site.catalogue, indicator, scales.Case(TODAY, nation and indicator.nation, site.due))


def test_every_gauge_has_ends_that_hold_what_is_plausible_and_its_limits(site: Site) -> None:
    seen = 0
    for indicator, nation in gauges(site):
        found = ends_of(site, indicator, nation)
        assert found, f"{indicator.code}: range_{'n' if nation else 'p'} is missing in its file"
        low, high = found
        assert low < high, indicator.code
        own = indicator.range_n if nation and indicator.nation else indicator.range_p
        normal = scales.limits(indicator, scales.Case(TODAY, nation and indicator.nation, site.due))
        for inside in (*(own or ()), normal.low, normal.high):
            assert inside is None or low <= inside <= high or indicator.scale, (indicator.code, nation, inside, found)
        seen += 1
    assert seen > 200


def test_shares_and_scores_end_at_a_hundred_and_counts_begin_at_nothing(site: Site) -> None:
    for indicator, nation in gauges(site):
        low, high = ends_of(site, indicator, nation) or (0.0, 0.0)
        if ends.is_share(site.catalogue, indicator):
            assert 0 <= low < high <= 100, indicator.code
            assert high == 100 or high <= 50, f"{indicator.code}: a share that may pass a half ends at 100, not {high}"
        if ends.counted(indicator):
            assert low == 0, indicator.code


@pytest.mark.parametrize(
    ("code", "nation", "told"),
    [
        ("adm_score_766", True, (70, 100)),
        ("adm_ontime_rate", True, (92, 100)),
        ("air_station_online", True, (75, 100)),
        ("cam_total", True, (0, 400_000)),
        ("cam_ai_events_day", True, (0, 100_000)),  # not those of one province
        ("lnd_open", False, (0, 20_000)),
        ("edu_dropout", True, (0, 1)),  # a share of which only the foot is plausible
        ("soc_grdp_growth", False, (-8, 15)),  # growth is no share
        ("air_aqi_hour", False, (0, 500)),  # as the decision ends it
    ],
)
def test_a_scale_ends_where_the_figure_can(site: Site, code: str, nation: bool, told: tuple[float, float]) -> None:
    assert ends_of(site, site.catalogue.indicators[code], nation) == told


def test_the_sum_of_all_units_is_not_held_against_the_size_of_one(site: Site, page_of: PageOf) -> None:
    """Nobody said how large the nation's may be: no scale is drawn rather than one that every value would leave."""
    counted = replace(site.catalogue.indicators["cam_ai_events_day"], range_n=None, thresholds=[])
    assert ends_of(site, counted, nation=True) is None
    drawn = to_html(figure.gauge(page_of("/d/cameras"), counted))
    assert "data-from" not in drawn and 'data-part="needle"' not in drawn and 'class="gauge-scale"' in drawn
