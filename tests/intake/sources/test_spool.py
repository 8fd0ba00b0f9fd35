import pytest

from feeds.intake.reasons import rejection
from feeds.intake.sources.spool import Sent, Spool, SpoolFull, Unread

UNREAD = Unread("air", 5, b"\xff\x00", rejection("not_utf8"), "line 7")


def sent(number):
    return Sent("air", number, [b'{"n":%d}' % number])


def drained(spool):
    entries = []
    while (entry := spool.first()) is not None:
        entries.append(entry)
        spool.drop()
    return entries


def test_entries_come_back_in_order_after_a_restart(tmp_path):
    spool = Spool(tmp_path / "s", 10_000)
    for number in range(12):
        spool.add(sent(number))
    spool.add(UNREAD)
    spool.drop()
    again = Spool(tmp_path / "s", 10_000)
    assert (len(again), again.bytes) == (12, spool.bytes)
    again.add(sent(99))
    assert drained(again) == [*(sent(n) for n in range(1, 12)), UNREAD, sent(99)]
    assert (len(again), again.bytes, list((tmp_path / "s").iterdir())) == (0, 0, [])


def test_a_full_spool_refuses_and_keeps_what_it_has(tmp_path):
    spool = Spool(tmp_path / "s", 100)
    spool.add(sent(1))
    spool.add(sent(2))
    with pytest.raises(SpoolFull, match="2 batches wait"):
        spool.add(sent(3))
    assert drained(spool) == [sent(1), sent(2)]
    spool.add(sent(3))
    assert spool.first() == sent(3)


def test_what_a_power_cut_left_half_written_is_no_entry(tmp_path):
    spool = Spool(tmp_path, 10_000)
    spool.add(sent(1))
    (tmp_path / "0000000000000002.entry.half").write_bytes(b"\x92")
    again = Spool(tmp_path, 10_000)
    assert drained(again) == [sent(1)]
    assert list(tmp_path.iterdir()) == []


def test_a_spoilt_entry_is_set_aside_and_its_neighbours_pass(tmp_path, caplog):
    spool = Spool(tmp_path, 10_000)
    for number in (1, 2, 3):
        spool.add(sent(number))
    (tmp_path / "0000000000000002.entry").write_bytes(b"rubbish")
    again = Spool(tmp_path, 10_000)
    assert drained(again) == [sent(1), sent(3)]
    assert [path.name for path in tmp_path.iterdir()] == ["0000000000000002.spoilt"]
    assert "set aside" in caplog.text
    assert Spool(tmp_path, 10_000)._next == 3, "a number is never given twice"
