"""What a domain's file may not hold although it reads well: numbers without bound, names nobody can show, panels that
cannot be laid out, means of counts and of rates. Each is refused with its line."""

import pytest

from feeds.catalogue.loader import CatalogueError, load
from tests.catalogue.test_loader import DOMAIN, VOCABULARY, line_of, refusal, write

# (what is written wrong, instead of what, what the sentence must say)
REFUSED = [
    ("hours: 1}", "hours: 1000000000}", "from 1 to 2400"),
    ("hours: 1}", "hours: true}", "from 1 to 2400"),
    ("cadence: 10m", "cadence: 99999999999999999999d", "not a duration"),
    ("cadence: 10m", f"cadence: {'9' * 290}d", "not a duration"),
    ("cadence: 10m", "cadence: 3661d", "at most `3660d`"),
    ("level: 3", "level: 3, hold: 99999d", "at most `3660d`"),
    ("    direction: down\n", "    direction: down\n    decimals: -5\n", "from 0 to 6"),
    ("    direction: down\n", "    direction: down\n    decimals: 4000\n", "from 0 to 6"),
    ("    direction: down\n", "    direction: down\n    per_times: 0\n", "from 1 to"),
    ("vi: Thử\n", "vi: Thử\norder: 1000001\n", "from -1000000 to 1000000"),
    ("vi: Thử\n", f"vi: Thử\norder: 0x{'f' * 100_000}\n", "up to 10^15"),
    ("vi: Thử\n", 'vi: Thử\nwithout: {"99": {vi: x, en: x}}\n', "`99` is no unit"),
    ("vi: Thử\n", 'vi: "Th\\u202Eử"\n', "U+202E, which nobody sees"),
    ("vi: Thử\n", 'vi: "Th\\aử"\n', "U+0007, which nobody sees"),
    ("vi: Thử\n", 'vi: "Th\\0ử"\n', "U+0000, which nobody sees"),
    ("vi: Thử\n", f"vi: {'ử' * 301}\n", "301 characters: write at most 300"),
    ("vi: Thử\n", f"vi: {'x' * 4_900_000}\n", "4900000 characters"),
    ("formula_vi: Tổng\n", f"formula_vi: {'x' * 1001}\n", "write at most 1000"),
    ("  rain_2:", f"  {'r' * 61}:", "up to 60 lower-case letters"),
    ("fields: [kind]", "fields: [!!timestamp soon]", "cannot be read"),
    ("fields: [kind]", "fields: [!!bool soon]", "cannot be read"),
    ("entity_fields: [limit]", "entity_fields: [!!binary aGk=]", "neither text nor a number"),
    ("indicators: [rain_1h]}", "feed: gauges, args: {what: x}}", "unknown argument of map `what`"),
    ("indicators: [rain_1h]}", "args: {nation: 5}}", "true or false"),
    ("indicators: [rain_1h]}", "args: {scale: rainbow}}", "unknown value of `scale`"),
    ("kind: map", "kind: score", "name one that is computed in `groups`"),
    ("kind: map", "kind: tone", "needs `feed: ...`, one of the kind social"),
    ("kind: map", "kind: stations", "needs `feed: ...`, one of the kind readings"),
    ("kind: map", "kind: worklist", "needs `feed: ...`, one of the kind records"),
    ("kind: map", "kind: breakdown, feed: gauges", "needs `feed: ...`, one of the kind records"),
    ("kind: map", "kind: states, feed: gauges", "declare `states` in the feed"),
    ("{kind: map, vi: Bản đồ, en: Map, indicators: [rain_1h]}", "{kind: past, vi: x, en: x}", "`indicators: [...]`"),
    ("{kind: map, vi: Bản đồ, en: Map, indicators: [rain_1h]}", "{kind: limits, vi: x, en: x}", "`indicators: [...]`"),
    ("indicators: [rain_1h]}", "indicators: [rain_1h], args: {days: 3}}", "unknown argument of map `days`"),
    ("kind: map, vi: Bản đồ", "kind: past, args: {days: many}, vi: Bản đồ", "from 1 to 3660"),
    ("kind: map, vi: Bản đồ", "kind: past, args: {before: [7, x]}, vi: Bản đồ", "from 1 to 3660"),
    ("kind: map, vi: Bản đồ", "kind: trend, args: {bars: rain_9}, vi: Bản đồ", "did you mean `rain_"),
    ("kind: map, vi: Bản đồ", "kind: stations, feed: gauges, args: {where: {limit: 5}}, vi: Bản đồ", "[value, value]"),
    ("kind: map, vi: Bản đồ", "kind: stations, feed: gauges, args: {where: {dept: [5]}}, vi: Bản đồ", "unknown value"),
    ("kind: map, vi: Bản đồ", "kind: stations, feed: gauges, args: {what: x}, vi: Bản đồ", "both languages"),
    (
        "compute: {fn: sum, param: rain, hours: 1}\n    rollup: max",
        "compute: {fn: ratio_of, num: rain, den: rain}\n    rollup: sum",
        "rates cannot be added up",
    ),
    (
        "compute: {fn: sum, param: rain, hours: 1}\n    rollup: max",
        "compute: {fn: ratio_of, num: rain, den: rain}\n    rollup: mean",
        "a mean of rates is no rate",
    ),
    ("hours: 1}", "hours: 1, min_hours: 2}", "no figure would ever come"),
    (
        "compute: {fn: sum, param: rain, hours: 1}\n    rollup: max",
        "compute: {fn: ratio_of, num: rain, den: rain, scale: 0}\n    rollup: max",
        "from 1e-06 to",
    ),
    (
        "compute: {fn: sum, param: rain, hours: 1}\n    rollup: max",
        "compute: {fn: percentile, measure: wet, window: day, q: 101}\n    rollup: pooled",
        "from 0 to 100",
    ),
    ("rollup: max", "rollup: max\n    unweighted: {vi: x, en: x}", "only a mean can be weighted"),
    ("rollup: max", "rollup: mean\n    weight: rain_2\n    unweighted: {vi: x, en: x}", "keep `weight` or"),
]


@pytest.mark.parametrize(("old", "new", "says"), REFUSED, ids=lambda v: ascii(v)[:40].strip())
def test_what_runs_would_suffer_from_is_refused_at_its_line(tmp_path, old, new, says):
    error = refusal(tmp_path, old, new)
    assert says in str(error) and len(str(error)) < 600
    assert error.file.name == "demo.yaml" and abs(error.line - line_of(DOMAIN, old)) <= 12


def test_words_of_the_vocabulary_have_bounds_too(tmp_path):
    assert "no factor" in str(refusal(tmp_path, "{cm: 10}", "{cm: 0}", inside=VOCABULARY))
    assert "runs backwards" in str(refusal(tmp_path, "low: 0", "low: 301", inside=VOCABULARY))
    scales = "scales:\n  s: {vi: x, en: x, source: x, bands: [{upto: 2, vi: x, en: x}, {upto: 1, vi: x, en: x}]}\n"
    painted = scales.replace("upto: 1, vi: x", "upto: 3, colour: 'red;x', vi: x")
    assert "is no colour" in str(refusal(tmp_path, "scales: {}\n", painted, inside=VOCABULARY))
    assert "bands rise" in str(refusal(tmp_path, "scales: {}\n", scales, inside=VOCABULARY))
    falls = "low: 0, high: 300, stuck: 0s"
    assert "must be above 0" in str(refusal(tmp_path, "low: 0, high: 300", falls, inside=VOCABULARY))


COUNTED = VOCABULARY.replace("high: 300", "high: 300, integer: true")


@pytest.mark.parametrize("compute", ["fn: latest, param: rain", "fn: sum, param: rain, hours: 1"])
@pytest.mark.parametrize("rule", ["mean", "harmonic"])
def test_a_mean_of_counts_needs_a_weight_or_a_reason(tmp_path, compute, rule):
    counted = DOMAIN.replace("fn: sum, param: rain, hours: 1", compute, 1)
    told = {
        "": "a mean of counts says nothing of the whole",
        "    weight: rain_2\n": "",
        "    unweighted: {vi: Vì sao, en: Why}\n": "",
    }
    for more, problem in told.items():
        write(tmp_path, counted.replace("    rollup: max\n", f"    rollup: {rule}\n{more}", 1), COUNTED)
        if problem:
            with pytest.raises(CatalogueError, match=problem):
                load(tmp_path)
        else:
            assert load(tmp_path).indicators["rain_1h"].rollup == rule
    write(tmp_path, counted.replace("    rollup: max\n", f"    rollup: {rule}\n", 1))
    assert load(tmp_path), "what is measured may be averaged"
