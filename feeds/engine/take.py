"""Takes events into the cells of their partition: the hot path, one pass over each batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from feeds.catalogue.clock import HOUR_MS
from feeds.compute.cells import add
from feeds.compute.counts import MINUTE_MS, MINUTES
from feeds.compute.station import bucket_of_hour
from feeds.engine.feed import FeedState
from feeds.engine.partition import Partition
from feeds.intake.event import Event
from feeds.intake.identity import event_hash


def take(feed: FeedState, part: Partition, events: Sequence[Event]) -> Sequence[Event]:
    """Count the events that are new, each once; returns those (the very list when all are)."""
    new = admit(feed, part, events)
    part.accepted += len(new)
    part.duplicates += len(events) - len(new)
    _count(feed, part, new)
    return events if len(new) == len(events) else new


def admit(feed: FeedState, part: Partition, events: Sequence[Event]) -> list[Event]:
    """The events that were not here before; they are remembered, and counted by who sent them."""
    new = [event for event in events if _is_new(feed, part, event)]
    for source, n in _senders(events):
        part.spoke(source).duplicates += n  # for now: those that are new are taken off again
    for source, n in _senders(new):
        speaker = part.spoke(source)
        speaker.duplicates -= n
        speaker.accepted += n
    for event in new[-1:]:  # one of a batch stands for when it came
        part.spoke(event.source).came(event.at, event.received)
    return new


def _senders(events: Sequence[Event]) -> Iterable[tuple[str, int]]:
    """Who sent how many; nearly always one alone, which is found in a fifth of the time."""
    sources = {event.source for event in events}
    if len(sources) <= 1:
        return [(source, len(events)) for source in sources]
    return Counter([event.source for event in events]).items()


def _is_new(feed: FeedState, part: Partition, event: Event) -> bool:
    if event.seq is None:
        return part.first_time(event_hash(event), event.at // HOUR_MS, feed.counts.horizon)
    if not feed.seen.of(event.source).add(event.seq):
        return False
    part.fresh.setdefault(event.source, []).append(event.seq)
    return True


def _count(feed: FeedState, part: Partition, events: Sequence[Event]) -> None:
    leaf_of, facts, tallies, stamps = feed.where.leaf, feed.plan.facts, part.tallies, part.stamps
    first_minute = feed.counts.first_minute
    for event in events:
        at, received = event.at, event.received
        leaf = leaf_of(event.place)
        if event.values:
            _read(feed, part, event, leaf)
        stamp = stamps.get(leaf) or part.stamp(leaf)
        if at > stamp.at:
            stamp.at, stamp.source = at, event.source
        if received > stamp.received:
            stamp.received = received
        minute = at // MINUTE_MS
        if minute < first_minute:
            minute -= minute % MINUTES  # it is not kept as a minute: what its hour counts is added up here
        key = (leaf, minute)
        tally = tallies.get(key)
        if tally is None:
            tallies[key] = facts(event.values, event.bad, event.fields)
        else:
            for name, amount in facts(event.values, event.bad, event.fields).items():
                tally[name] = tally.get(name, 0) + amount


def _read(feed: FeedState, part: Partition, event: Event, leaf: str) -> None:
    """Add an event's values to the row of its station."""
    at, received = event.at, event.received
    code = event.entity or f"@{leaf}"
    station = part.stations.get(code)
    if station is None or (station.leaf != leaf and not station.declared):
        station = part.station(code, leaf)
    station.source = event.source
    bucket = at // HOUR_MS
    if bucket < feed.counts.horizon:
        bucket = bucket_of_hour(bucket, feed.counts.horizon)
    row = station.rows.get(bucket)
    if row.__class__ is not dict:
        row = station.open_row(bucket)
    add(row, event.values, at, received)
    if feed.runs:
        feed.runs.mark(station, row, event.values, at, received)
    if at > station.at:
        station.at = at
    if received > station.received:
        station.received = received
    part.changed_rows.add((code, bucket))
