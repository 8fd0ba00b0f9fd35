import json
from pathlib import Path

import pytest

from feeds.catalogue.clock import HOUR_MS
from feeds.intake.replay import air, news
from feeds.intake.replay.faults import Faults, schedule
from feeds.intake.replay.recording import BadRecording, Recording, read_stamp

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the recordings beside the project are not here")

HANOI = """timestamp,city,aqi,weather_icon,wind_speed,humidity,temperature,pm25,pm10,o3,no2,so2,co
2025-04-01T00:01:08.766681+07:00,Hà Nội,92,/x.svg,6.4 km/h,61%,16.1°C,31.0,100.3,12.2,86.0,0.0,0.8
2025-04-01T01:11:17.406708+07:00,Hà Nội,97,/x.svg,10.8 km/h,64%,15.0°C,34.0,N/A,N/A,N/A,N/A,N/A
2025-04-01T03:00:00+07:00,Hà Nội,97,/x.svg,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A
not a time,Hà Nội,97,/x.svg,N/A,N/A,N/A,30.0,N/A,N/A,N/A,N/A,N/A
2025-04-01T05:00:00+07:00,Hà Nội,97,/x.svg,N/A,N/A,N/A,broken,N/A,N/A,N/A,N/A,N/A
"""
SAIGON = """timestamp,city,aqi,weather_icon,wind_speed,humidity,temperature,pm25,pm10,o3,no2,so2,co
2025-04-01T00:30:00+07:00,Hồ Chí Minh,80,/x.svg,3.0 km/h,80%,29.0°C,"25,5",N/A,N/A,N/A,N/A,N/A
"""


@pytest.fixture
def recorded_air(tmp_path):
    folder = tmp_path / "air"
    folder.mkdir()
    (folder / "hanoi.csv").write_text(HANOI, encoding="utf-8-sig")
    (folder / "saigon.csv").write_text(SAIGON, encoding="utf-8")
    return folder


def article(number, **changes):
    return {
        "id": f"i{number}", "title": f"Cần Thơ: tin &quot;số {number}&quot;", "link": f"https://b.vn/{number}",
        "summary": "Tóm tắt <b>có thẻ</b> &amp; dấu.", "source": "VnExpress - Thế Giới", "category": "x",
        "published": f"2026-08-17T{10 + number}:00:00+07:00", "fetched": "2026-08-17T23:00:00+07:00", **changes,
    }  # fmt: skip


@pytest.fixture
def recorded_news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    first = [article(1), article(2, published="17/08/2026"), article(3, source="Tuổi Trẻ")]
    (folder / "1.json").write_text(json.dumps(first))
    (folder / "2.json").write_text(json.dumps([article(1, title="lặp lại"), article(4)]))
    return folder


def test_air_as_it_is_recorded(recorded_air, places):
    recording = air.read(recorded_air, places)
    assert [body["entity"] for body in recording.speakers] == ["IQ-HA-NOI", "IQ-HO-CHI-MINH"]
    hanoi = recording.speakers[0]
    assert (hanoi["place"], round(hanoi["lat"], 1), round(hanoi["lon"], 1)) == ("2025:01", 21.0, 105.8)
    assert "giả định" in hanoi["record"]["fields"]["type"]
    first = recording.items[0]
    assert first.at == 1_743_440_468_766
    assert first.body == {
        "source": "iqair-ha-noi",
        "place": "2025:01",
        "entity": "IQ-HA-NOI",
        "seq": 1,
        "values": {
            "pm25": 31.0, "pm10": 100.3, "o3": 12.2, "no2": 86.0, "so2": 0.0, "co": {"v": 0.8, "unit": "mg/m3"},
            "temp": {"v": 16.1, "unit": "°C"}, "humidity": {"v": 61.0, "unit": "%"},
            "wind_speed": {"v": 6.4, "unit": "km/h"},
        },
    }  # fmt: skip
    assert recording.notes and "CO" in recording.notes[0]


def test_no_value_is_left_out_and_nonsense_is_left_to_the_door(recorded_air, places):
    items = air.read(recorded_air, places).items
    assert items[1].body["values"].keys() == {"pm25", "temp", "humidity", "wind_speed"}
    assert [item.body["seq"] for item in items] == [1, 2, 4, 5, 1]  # row 3 has no value at all
    assert (items[2].stamp, items[2].at) == ("not a time", items[1].at)
    assert items[3].body["values"] == {"pm25": "broken"}
    assert items[4].body["values"]["pm25"] == 25.5


def test_news_once_each_with_the_paper_named(recorded_news, places):
    recording = news.read(recorded_news, places)
    assert [body["entity"] for body in recording.speakers] == ["rss-vnexpress-the-gioi", "rss-tuoi-tre"]
    posts = [item for item in recording.items if "social" in item.body]
    assert len(posts) == 4
    fetches = [item.body for item in recording.items if "values" in item.body]
    assert sum(body["values"]["items"] for body in fetches) == 4
    assert {body["entity"] for body in fetches} == {"rss-vnexpress-the-gioi", "rss-tuoi-tre"}
    first = recording.items[0].body
    assert first["social"] == {
        "text": 'Cần Thơ: tin "số 1". Tóm tắt có thẻ & dấu',
        "url": "https://b.vn/1",
        "paper": "VnExpress",
    }
    assert first["place"] == "vn"
    assert recording.items[1].at == read_stamp("2026-08-17T23:00:00+07:00")
    assert not any("author" in item.body["social"] for item in posts)


@pytest.mark.parametrize("reader", [air.read, news.read])
def test_what_is_no_recording_is_a_sentence(reader, places, tmp_path):
    with pytest.raises(BadRecording, match="neither"):
        reader(tmp_path / "none", places)
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(BadRecording, match="x"):
        reader(tmp_path, places)


def test_an_unknown_city_is_a_sentence(places, tmp_path):
    (tmp_path / "x.csv").write_text("timestamp,city\n2025-04-01T00:00:00+07:00,Gotham\n")
    with pytest.raises(BadRecording, match="Gotham"):
        air.read(tmp_path, places)


def test_until_leaves_out_what_is_later(recorded_air, places):
    recording = air.read(recorded_air, places)
    kept = recording.until(read_stamp("2025-04-01T01:00:00+07:00"))
    assert [item.body["seq"] for item in kept.items] == [1, 1]
    assert [item.at for item in recording.until(None).items] == sorted(item.at for item in recording.items)
    with pytest.raises(BadRecording):
        recording.until(0)


def hours(n):
    recording = Recording()
    for hour in range(n):
        recording.items.append(air_item(hour))
    return recording.items


def air_item(hour):
    from feeds.intake.replay.recording import Item

    return Item(hour * HOUR_MS, "air", {"seq": hour})


def test_faults_hit_their_share_and_are_the_same_for_the_same_seed():
    items = hours(2000)
    spoiled = schedule(items, Faults.parse("duplicates=0.05,late=0.1", seed=7))
    assert spoiled == schedule(items, Faults.parse("duplicates=0.05,late=0.1", seed=7))
    assert 60 <= len(spoiled) - 2000 <= 140
    late = [sending for sending in spoiled if sending.when > sending.item.at + 2 * HOUR_MS]
    assert 140 <= len({sending.item.at for sending in late}) <= 260
    assert [s.when for s in spoiled] == sorted(s.when for s in spoiled)
    assert max(s.when for s in spoiled) == items[-1].at
    assert {s.item.at for s in spoiled} == {item.at for item in items}


def test_without_faults_everything_is_sent_when_it_was_observed():
    assert [(s.when, s.item.at) for s in schedule(hours(5), Faults())] == [(h * HOUR_MS, h * HOUR_MS) for h in range(5)]


@pytest.mark.parametrize("text", ["lost=0.1", "late", "late=2", "late=-1", "late=x"])
def test_wrong_faults_are_a_sentence(text):
    with pytest.raises(BadRecording, match="fault"):
        Faults.parse(text)


@needs_shared
def test_the_recorded_april(places):
    recording = air.read(SHARED / "air", places).until(None)
    assert len(recording.speakers) == 6
    assert {body["place"][5:] for body in recording.speakers} == {"01", "31", "46", "48", "79", "92"}
    assert len(recording.items) == 4070
    assert all(item.stamp is None for item in recording.items)


@needs_shared
def test_the_recorded_days_of_news(places, listening):
    recording = news.read(SHARED / "news", places).until(None)
    posts = [item.body["social"] for item in recording.items if "social" in item.body]
    assert len(posts) == 974
    heard = [listening.hear(post["text"]) for post in posts]
    located = [one for one in heard if one.place]
    assert 0.15 < len(located) / len(heard) < 0.5
    assert len({one.topic for one in heard}) >= 12
