from feeds.intake.sources.pace import Pace, rest_after, until_next


def middle(low, high):
    return (low + high) / 2


def test_a_source_within_its_rate_never_rests():
    now = [0.0]
    pace = Pace(100, lambda: now[0])
    for _ in range(20):
        assert pace.spend(50) == 0
        now[0] += 0.5


def test_a_source_over_its_rate_rests_until_it_keeps_to_it():
    now, sent = [0.0], 0
    pace = Pace(100, lambda: now[0])
    while now[0] < 20:
        sent += 60
        now[0] += pace.spend(60)
    assert 100 * 20 <= sent <= 100 * 21 + 60


def test_silence_is_not_saved_up_for_long():
    now = [0.0]
    pace = Pace(100, lambda: now[0])
    now[0] = 3600.0
    assert pace.spend(300) == 2.0


def test_without_a_rate_there_is_no_bound():
    assert Pace(None).spend(10**9) == 0


def test_rests_grow_and_end_where_the_cadence_says():
    assert [rest_after(n, 5, middle) for n in (1, 2, 3, 10)] == [1, 2, 4, 30]
    assert rest_after(10, 120, middle) == 120
    assert rest_after(1000, 86_400, middle) == 300
    assert len({rest_after(3, 5) for _ in range(10)}) > 1, "no two sources in step"


def test_a_run_begins_a_cadence_after_the_last_began():
    assert until_next(60, 12, middle) == 48
    assert until_next(60, 90, middle) == 0
