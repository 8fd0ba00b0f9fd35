"""Scenes are data: a slip ends the start with file, line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.catalogue import scenes
from feeds.catalogue.settings import ROOT
from feeds.catalogue.source import CatalogueError
from layouts.wall.panels import KINDS, LAYOUTS

GOOD = """code: calm
order: 5
vi: Yên
en: Calm
layout: board
dwell: 30s
start: "22:00"
end: "06:00"
panels:
  - {kind: map, area: left}
"""


def load(folder: Path, text: str) -> tuple[scenes.Scene, ...]:
    (folder / "calm.yaml").write_text(text, encoding="utf-8")
    return scenes.load(folder, LAYOUTS, KINDS)


def test_a_scene_is_read_with_its_hours(tmp_path: Path) -> None:
    (scene,) = load(tmp_path, GOOD)
    assert (scene.dwell, scene.start, scene.end, scene.panels[0].kind) == (30, 22 * 60, 6 * 60, "map")


@pytest.mark.parametrize(
    ("slip", "line", "says"),
    [
        (("layout: board", "layout: borad"), 5, r"unknown layout `borad`: did you mean `board`\?"),
        (("kind: map", "kind: mapp"), 10, r"unknown panel `mapp`: did you mean `map`\?"),
        (("area: left", "area: lefft"), 10, r"unknown area of `board` `lefft`: did you mean `left`\?"),
        (("order: 5", "oder: 5"), 2, r"unknown key `oder`: did you mean `order`\?"),
        (("area: left", "area: left, size: 3"), 10, r"unknown key `size`"),
        (("dwell: 30s", "dwell: 30"), 6, r"`30` is not a duration: write it as `90s`"),
        (("dwell: 30s", "dwell: 1s"), 6, r"stands between 5s and 60m"),
        (("dwell: 30s", "dwell: 30s\nreturns: -1"), 7, r"wrong value"),
        (('start: "22:00"', 'start: "25:00"'), 7, r"is not an hour of the day"),
        (("en: Calm\n", ""), 1, r"missing translation: write `en: ...`"),
        (("code: calm", "code: other"), 1, r"write `code: calm`"),
        (("panels:\n  - {kind: map, area: left}\n", "panels: []\n"), 9, r"panels are a list"),
    ],
)
def test_a_slip_is_told_with_file_line_and_remedy(tmp_path: Path, slip: tuple[str, str], line: int, says: str) -> None:
    with pytest.raises(CatalogueError, match=says) as told:
        load(tmp_path, GOOD.replace(*slip))
    assert told.value.file == tmp_path / "calm.yaml"
    assert told.value.line == line


def test_a_wall_needs_a_scene(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no scene"):
        scenes.load(tmp_path, LAYOUTS, KINDS)


def test_shipped_scenes_use_every_layout_and_panel() -> None:
    shipped = scenes.load(ROOT / "data" / "wall", LAYOUTS, KINDS)
    assert {scene.layout for scene in shipped} == set(LAYOUTS)
    assert {slot.kind for scene in shipped for slot in scene.panels} == KINDS
