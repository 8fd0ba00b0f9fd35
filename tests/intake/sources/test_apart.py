"""What a connector hands out together is judged value by value."""

import msgspec
import pytest

from feeds.catalogue.clock import iso
from feeds.intake.event import Event
from feeds.intake.sources.apart import apart


@pytest.fixture
def taken_apart(validator, clock):
    def take(values, **more):
        event = {"source": "s", "place": "2025:01", "entity": "A", "at": iso(clock.now_ms()), "values": values} | more
        return [msgspec.json.decode(p) for p in apart(event, lambda raw: validator.check("air", raw))], validator

    return take


def test_good_values_stay_together(taken_apart):
    values = {"pm25": 61.2, "co": {"v": 0.8, "unit": "mg/m3"}}
    (event,), _ = taken_apart(values)
    assert event["values"] == values


def test_each_bad_value_goes_alone_with_its_own_reason(taken_apart):
    bad = {"khong_co": 1.0, "pm10": -9999.0, "no2": {"v": 1.0, "unit": "bar"}}
    pieces, validator = taken_apart({"pm25": 61.2, **bad, "co": 800.0})
    assert [list(piece["values"]) for piece in pieces] == [["pm25", "co"], ["khong_co"], ["pm10"], ["no2"]]
    judged = [validator.check("air", msgspec.json.encode(piece)) for piece in pieces]
    assert isinstance(judged[0], Event) and judged[0].values == {"pm25": 61.2, "co": 800.0}
    assert [one.code for one in judged[1:]] == ["parameter_unknown", "value_low", "unit_unknown"]


def test_what_is_wrong_with_the_whole_is_not_taken_apart(taken_apart):
    assert len(taken_apart({"pm25": 1.0, "co": 2.0}, place="2025:99")[0]) == 1
    assert len(taken_apart({"pm25": 1.0, "PM2,5": 2.0})[0]) == 1
    assert len(taken_apart({"khong_co": 1.0})[0]) == 1
