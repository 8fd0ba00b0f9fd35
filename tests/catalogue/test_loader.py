"""Every mistake in a catalogue stops with its file, its line and what to write instead."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.loader import CatalogueError, load
from feeds.catalogue.shapes import seconds

ROOT = Path(__file__).parents[2]
VOCABULARY = """\
units:
  "%": {en: "%"}
  mm: {en: mm, same: [millimet]}
  cm: {en: cm}
scales: {}
parameters:
  rain: {vi: Mưa, en: Rain, unit: mm, units: {cm: 10}, aliases: ["Mưa", R1], low: 0, high: 300}
"""
DOMAIN = """\
code: demo
vi: Thử
en: Demo
feeds:
  gauges:
    vi: Trạm đo
    en: Gauges
    kind: readings
    owner: Sở
    cadence: 5m
    parameters: [rain]
    fields: [kind]
    entity_fields: [limit]
    measures:
      wet: {where: {kind: wet}}
indicators:
  rain_1h:
    vi: Mưa 1 giờ
    en: Rain
    unit: mm
    direction: down
    cadence: 10m
    feed: gauges
    formula_vi: Tổng
    formula_en: Sum
    compute: {fn: sum, param: rain, hours: 1}
    rollup: max
    thresholds:
      - {kind: absolute, level: 3, above: 50, source: thiết kế}
  rain_2:
    vi: Mưa nguồn hai
    en: Rain, second
    unit: mm
    direction: down
    cadence: 10m
    feed: gauges
    formula_vi: Tổng
    formula_en: Sum
    compute: {fn: sum, param: rain, hours: 1}
    rollup: max
panels:
  - {kind: map, vi: Bản đồ, en: Map, indicators: [rain_1h]}
"""


def write(folder: Path, domain: str = DOMAIN, vocabulary: str = VOCABULARY) -> Path:
    (folder / "parameters.yaml").write_text(vocabulary, encoding="utf-8")
    (folder / "demo.yaml").write_text(domain, encoding="utf-8")
    return folder


def refusal(folder: Path, old: str, new: str, *, inside: str = DOMAIN) -> CatalogueError:
    """The error of DOMAIN (or VOCABULARY) with `old` replaced once by `new`."""
    assert old in inside
    changed = inside.replace(old, new, 1)
    write(folder, changed) if inside is DOMAIN else write(folder, vocabulary=changed)
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    return caught.value


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_example_loads(tmp_path):
    catalogue = load(write(tmp_path))
    assert catalogue.feeds["gauges"].cadence == 300
    assert catalogue.indicators["rain_1h"].domain == "demo"
    assert catalogue.indicators["rain_1h"].compute.args == {"param": "rain", "hours": 1}
    assert catalogue.parameter("mưa").code == catalogue.parameter(" r1 ").code == "rain"
    assert catalogue.parameter("snow") is None
    assert catalogue.parameters["rain"].units == {"mm": 1.0, "millimet": 1.0, "cm": 10.0}


def test_durations():
    assert [seconds(t) for t in ("90s", "5m", "1h", "3d")] == [90, 300, 3600, 259_200]
    assert [seconds(t) for t in ("5", "5 m", "m", "-5m", 5, None, "1.5h")] == [None] * 7


# (what is written wrong, instead of what, what the sentence must say)
MISTAKES = [
    ("    formula_vi: Tổng\n", "    formual_vi: Tổng\n", "did you mean `formula_vi`"),
    ("    direction: down\n", "    direction: down\n    colour: red\n", "unknown key `colour`"),
    ("fn: sum, param", "fn: summ, param", "did you mean `sum`"),
    ("hours: 1}", "hours: 0}", "whole number"),
    ("hours: 1}", "hours: 1, depth: 2}", "unknown argument of sum `depth`"),
    (", hours: 1}", "}", "`sum` needs `hours: ...`"),
    ("param: rain", "param: snow", "unknown parameter `snow`"),
    ("parameters: [rain]", "parameters: [rani]", "did you mean `rain`"),
    ("    en: Rain\n", "", "missing translation: write `en: ...`"),
    ("    formula_en: Sum\n", "", "missing translation: write `formula_en: ...`"),
    ("    vi: Mưa 1 giờ\n", "    vi: ' '\n", "missing translation"),
    ("    unit: mm\n", "    unit: furlong\n", "unknown unit `furlong`"),
    ("feed: gauges", "feed: gagues", "did you mean `gauges`"),
    ("above: 50, source: thiết kế", "above: 50", "`source` is missing"),
    ("source: thiết kế", 'source: ""', "without source"),
    ("level: 3", "level: 5", "the level is 1"),
    ("above: 50, ", "", "without bound"),
    ("kind: absolute", "kind: percent_of", "needs `of: ...`"),
    ("kind: absolute", "kind: percent_of, of: rain_3", "did you mean `rain_"),
    ("kind: absolute", "kind: percent_of, of: rain_1h", "circle"),
    ("kind: absolute", "kind: per_station, field: limti", "did you mean `limit`"),
    ("kind: absolute", "kind: times_baseline, baseline: last_month", "unknown baseline"),
    ("kind: absolute", "kind: behind_plan", "needs the plan"),
    ("kind: absolute", "kind: absolute, of: rain_2", "belongs to `percent_of`"),
    ("level: 3", "level: 3, hold: 10", "not a duration"),
    ("level: 3", "level: 3, valid_from: 2026-01-01, valid_to: 2025-01-01", "ends before it begins"),
    ("rollup: max", "rollup: pooled", "cannot roll up by `pooled`"),
    ("rollup: max", "rollup: biggest", "write one of sum, mean"),
    ("rollup: max", "rollup: max\n    weight: rain_2", "only a mean can be weighted"),
    ("rollup: max", "rollup: max\n    scale: rainbow", "unknown scale `rainbow`"),
    ("rollup: max", "rollup: max\n    range_p: [5, 1]", "runs backwards"),
    ("rollup: max", "rollup: max\n    crosscheck: {indicator: rain_9, tolerance: 1}", "did you mean `rain_"),
    ("rollup: max", "rollup: max\n    crosscheck: {indicator: rain_1h, tolerance: 1}", "cannot check itself"),
    ("rollup: max", "rollup: max\n    crosscheck: {indicator: rain_2, tolerance: 0}", "tolerance above 0"),
    ("cadence: 10m", "cadence: often", "not a duration"),
    ("cadence: 5m", "cadence: 0s", "write `cadence: 5m`"),
    ("  rain_2:", "  rain_1h:", "stands twice"),
    ("  rain_2:", "  Rain2:", "is not a code"),
    ("code: demo", "code: other", "write `code: demo`"),
    ("vi: Thử\n", "vi: Thử\nlead: rain_3\n", "did you mean `rain_"),
    ("vi: Thử\n", "vi: Thử\nbrief: [rain_3]\n", "did you mean `rain_"),
    ("indicators: [rain_1h]", "indicators: [rain_1]", "did you mean `rain_1h`"),
    ("{kind: wet}", "{knid: wet}", "did you mean `kind`"),
    ("{where: {kind: wet}}", "{where: {kind: wet}, value: depth}", "unknown field `depth`"),
    ("{where: {kind: wet}}", "{where: {kind: wet}, at: noon}", "unknown time `noon`"),
    ("    vi: Mưa 1 giờ\n", "    no: 1\n", "in quotes"),
    ("unit: mm", "unit: [mm]", "expected text"),
    ("kind: absolute", "kind: relative", "write one of absolute, band"),
    ("kind: readings", "kind: writings", "write one of readings"),
    ("owner: Sở", "owner: {a: b}", "got a mapping"),
    ("above: 50", "above: .nan", "finite number"),
    ("above: 50", "above: .inf", "finite number"),
]


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES, ids=lambda v: str(v)[:40].strip())
def test_a_mistake_is_told_with_its_line(tmp_path, old, new, says):
    error = refusal(tmp_path, old, new)
    assert says in str(error)
    assert error.file.name == "demo.yaml"
    assert str(error).startswith(f"{tmp_path / 'demo.yaml'}:{error.line}: ")
    expected = line_of(DOMAIN, old)
    assert error.line > 0
    assert abs(error.line - expected) <= 12, "the line of the mistake, or of the block it is missing from"


@pytest.mark.parametrize(
    ("old", "new", "offset"),
    [
        ("{where: {kind: wet}}", "{where: wet}", 0),
        ("fn: sum, param", "fn: summ, param", 0),
        ("    unit: mm\n", "    unit: furlong\n", 0),
        ("level: 3", "level: 9", 0),
    ],
)
def test_the_line_is_exact(tmp_path, old, new, offset):
    assert refusal(tmp_path, old, new).line == line_of(DOMAIN, old) + offset


def test_the_vocabulary_is_checked_too(tmp_path):
    assert "already means `r1`" in str(
        refusal(tmp_path, "parameters:\n", "parameters:\n  r1: {vi: x, en: x, unit: mm}\n", inside=VOCABULARY)
    )
    assert "unknown unit" in str(refusal(tmp_path, "unit: mm", "unit: ell", inside=VOCABULARY))
    assert "unknown unit" in str(refusal(tmp_path, "{cm: 10}", "{ell: 10}", inside=VOCABULARY))


def test_a_feed_or_indicator_in_two_files_is_a_duplicate(tmp_path):
    write(tmp_path)
    (tmp_path / "zwei.yaml").write_text(DOMAIN.replace("code: demo", "code: zwei"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"already stands in demo\.yaml"):
        load(tmp_path)


def test_a_circle_is_shown(tmp_path):
    both = DOMAIN.replace("kind: absolute", "kind: percent_of, of: rain_2") + ""
    both = both.replace(
        "    rollup: max\npanels",
        "    rollup: max\n    thresholds: [{kind: percent_of, of: rain_1h, level: 3, above: 1, source: s}]\npanels",
    )
    write(tmp_path, both)
    with pytest.raises(CatalogueError, match=r"rain_(1h|2) -> rain_(1h|2) -> rain_"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("full: 100}", "full: 0}", "each item has an indicator"),
        ("indicator: adm_sync_rate, max: 14", "indicator: adm_sync, max: 14", "did you mean `adm_sync_rate`"),
        ("indicator: adm_sync_rate, max: 14", "indicator: {a: b}, max: 14", "each item has an indicator"),
        ("- code: ckmb", "- cod: ckmb", "each group has a code"),
        ("      groups:\n", "      groups: all\n      group:\n", "unknown argument"),
        ("when: overdue", "when: soon", "write one of: overdue, due_24h, due_7d, all"),
        ("complement: true", "complement: 5", "true or false"),
        ("where: {type: dossier, synced: true}}", "where: dossier}", "expected a mapping"),
        ("num: {type: procedure, on_time: true}", "num: {type: procedure, ontime: true}", "did you mean `on_time`"),
        ("derive: dossier", "derive: dosier", "did you mean `dossier`"),
        ("closed: [refused", "closed: [refusd", "did you mean `refused`"),
        ("window: month", "window: moth", "did you mean `month`"),
        ("[finished_late, finished_disliked]", "[finished_late, finished_dislike]", "did you mean `finished_disliked`"),
        ("type: dossier}}\n      received_online", "type: dosier}}\n      received_online", "did you mean `dossier`"),
    ],
)
def test_mistakes_in_the_real_catalogue(tmp_path, old, new, says):
    for file in (ROOT / "data/catalogue").glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "dossiers.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "dossiers.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path)
    assert says in str(caught.value)
    assert caught.value.line > 0


def test_a_missing_vocabulary_is_a_sentence(tmp_path):
    with pytest.raises(CatalogueError, match=r"parameters\.yaml"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x [1]\nb: *x\n", "write the value out"),
        ("a: " + "[" * 5000 + "]" * 5000, "flatter"),
        ("- a\n- b\n", "must be a mapping"),
        ("", "must be a mapping"),
        ("a: [1\n", "not YAML"),
        ("a: !!python/object:os.system x\n", "cannot be read"),
        ("a: 2026-99-99\n", "in quotes"),
        ("\tcode: x\n", "not YAML"),
    ],
)
def test_hostile_or_broken_yaml(tmp_path, text, says):
    started = time.process_time()
    write(tmp_path, text)
    with pytest.raises(CatalogueError, match=says):
        load(tmp_path)
    assert time.process_time() - started < 5


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path):
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    write(tmp_path, "\n".join(rows))
    with pytest.raises(CatalogueError, match="write the value out"):
        load(tmp_path)


def test_a_file_over_5_mb_is_refused(tmp_path):
    write(tmp_path, "# " + "x" * 5_000_001)
    with pytest.raises(CatalogueError, match="over 5 MB"):
        load(tmp_path)


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    write(tmp_path)
    (tmp_path / "demo.yaml").write_bytes("vi: Mưa".encode("utf-16"))
    with pytest.raises(CatalogueError, match="UTF-8"):
        load(tmp_path)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_loads_or_is_refused_never_crashes(tmp_path_factory, data):
    folder = write(tmp_path_factory.mktemp("damaged"))
    text = bytearray(DOMAIN.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    (folder / "demo.yaml").write_bytes(bytes(text))
    try:
        load(folder)
    except CatalogueError as error:
        assert str(error)


def test_a_control_character_is_told_with_its_line(tmp_path):
    """The YAML library says only how far into the file it stands, in bytes or in characters."""
    (tmp_path / "parameters.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "demo.yaml").write_text(DOMAIN.replace("owner: Sở", "owner: Sở\x00"), encoding="utf-8")
    line = DOMAIN[: DOMAIN.index("owner: Sở")].count("\n") + 1
    with pytest.raises(CatalogueError, match=rf"demo\.yaml:{line}: not YAML: control characters are not allowed;"):
        load(tmp_path)
