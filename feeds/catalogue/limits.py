"""A threshold is fit for use when it names its source, has a bound, and has what its kind needs."""

from __future__ import annotations

from feeds.catalogue.functions import BASELINES
from feeds.catalogue.model import Feed, Indicator, Threshold
from feeds.catalogue.said import Said, say
from feeds.catalogue.source import Source, Where

BOUNDS = ("above", "at_least", "below", "at_most")
NEEDS = {"percent_of": "of", "times_baseline": "baseline", "per_station": "field"}


def check_threshold(
    source: Source, where: Where, threshold: Threshold, indicator: Indicator, feed: Feed | None
) -> None:
    """Raises CatalogueError at the first thing the threshold lacks or has too much."""
    problem = _problem(threshold, indicator)
    if problem:
        raise source.error((*where, problem[0]), problem[1])
    if threshold.baseline and threshold.baseline not in BASELINES:
        raise source.unknown((*where, "baseline"), say("baseline"), threshold.baseline, BASELINES)
    if threshold.field and feed and threshold.field not in feed.entity_fields:
        remedy = say("declare it in `entity_fields` of the feed {feed}", feed=feed.code)
        raise source.unknown((*where, "field"), say("field"), threshold.field, feed.entity_fields, remedy)


def _problem(threshold: Threshold, indicator: Indicator) -> tuple[str, Said] | None:
    kind = threshold.kind
    need = NEEDS.get(kind)
    if not threshold.source.strip():
        return "source", say(
            "a threshold without source: name the decree or standard, or write `thiết kế` when it is ours"
        )
    if not 1 <= threshold.level <= 4:
        return "level", say("the level is 1 (Nghiêm trọng), 2 (Cao), 3 (Vừa) or 4 (Thấp)")
    if all(getattr(threshold, bound) is None for bound in BOUNDS):
        return "kind", say("a threshold without bound: write `above`, `at_least`, `below` or `at_most`")
    if need and not getattr(threshold, need):
        return "kind", say("a `{kind}` threshold needs `{need}: ...`", kind=kind, need=need)
    for other, name in NEEDS.items():
        if other != kind and getattr(threshold, name):
            return name, say(
                "`{name}` belongs to `{other}`, not to `{kind}`: change the kind or remove the line",
                name=name, other=other, kind=kind,
            )  # fmt: skip
    if kind == "behind_plan" and indicator.target is None:
        return "kind", say("behind_plan needs the plan: write `target: ...` in the indicator")
    if threshold.valid_from and threshold.valid_to and threshold.valid_from >= threshold.valid_to:
        return "valid_to", say("the validity ends before it begins: `valid_to` is the first day it no longer holds")
    return None
