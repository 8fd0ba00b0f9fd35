"""Listings as FTP servers write them."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.intake.sources.ftp_listing import exact, usual
from tests.intake.formats.mutate import mutated

NOW_MS = 1_795_231_920_000  # 2026-11-21 03:32 UTC


def moment(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()


EXACT = (
    b"type=cdir;modify=20261121030000; .\r\ntype=pdir; ..\r\n"
    b"Type=file;Size=123;Modify=20261121033000.123;Perm=r; HN ABCD 1.txt\r\n"
    b"type=dir;modify=20261120000000; 2026\r\n"
    b"type=OS.unix=slink:/etc; passwd\r\ntype=file;size=1; a/../b\r\ntype=file; tr\xe1m.txt\r\n"
)


def test_an_exact_listing_is_read_to_the_second():
    assert exact(EXACT, 0) == [
        ("HN ABCD 1.txt", False, 123, moment(2026, 11, 21, 3, 30)),
        ("2026", True, 0, moment(2026, 11, 20)),
    ]


LIKE_LS = (
    b"total 8\r\n-rw-r--r--    1 ftp      ftp           123 Nov 21 03:30 HN ABCD 1.txt\r\n"
    b"drwxr-xr-x+   2 1000     group one    4096 Dec 30  2025 2025\r\n"
    b"-rw-r--r-- 1 ftp ftp 5 Dec 30 23:00 last-year.txt\r\n-rw-r--r-- 1 ftp ftp 5 Nov 21 10:30 ahead.txt\r\n"
    b"lrwxrwxrwx 1 ftp ftp 5 Nov 21 10:30 out -> /etc\r\n"
)


def test_a_listing_like_ls_knows_minutes_years_and_links():
    assert usual(LIKE_LS, NOW_MS) == [
        ("HN ABCD 1.txt", False, 123, moment(2026, 11, 21, 3, 30)),
        ("2025", True, 4096, moment(2025, 12, 30)),
        ("last-year.txt", False, 5, moment(2025, 12, 30, 23)),
        ("ahead.txt", False, 5, moment(2026, 11, 21, 10, 30)),  # a server on Vietnam's time
    ]


def test_a_listing_of_windows():
    listing = b"11-21-26  03:30PM                 1234 a b.txt\r\n11-20-2026  12:05AM       <DIR>          2026\r\n"
    assert usual(listing, NOW_MS) == [
        ("a b.txt", False, 1234, moment(2026, 11, 21, 15, 30)),
        ("2026", True, 0, moment(2026, 11, 20, 0, 5)),
    ]


@pytest.mark.parametrize("read", [exact, usual])
@pytest.mark.parametrize(
    "listing", [b"<html>403</html>", b"02-30-26 03:30PM 1 x.txt", b"-rw-r--r-- 1 a b 1 Tet 21 03:30 x"]
)
def test_what_is_no_listing_is_not_an_empty_folder(read, listing):
    with pytest.raises(ValueError, match="no line"):
        read(listing, NOW_MS)
    assert read(b"", NOW_MS) == []


@given(st.binary(max_size=300))
def test_any_bytes_are_entries_or_a_reason(listing):
    for read in (exact, usual):
        try:
            names = [entry.name for entry in read(listing, NOW_MS)]
        except ValueError:
            continue
        assert all("/" not in name and name not in (".", "..") for name in names)


@pytest.mark.parametrize(("read", "sample"), [(exact, EXACT), (usual, LIKE_LS)])
def test_ten_thousand_mutated_listings(read, sample):
    chance = random.Random(21)
    for _ in range(5_000):
        try:
            entries = read(mutated(chance, sample), NOW_MS)
        except ValueError as error:
            assert "no line of it can be read" in str(error)
        else:
            assert all(entry.name and "/" not in entry.name and entry.size >= 0 for entry in entries)
