"""What strangers send is searched in time that grows with its length, not with its square: a pattern that backtracks
over a megabyte holds the whole process still."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from feeds.host.logs import without_secrets
from feeds.intake.body import sniff_body
from feeds.intake.formats import rss
from feeds.intake.formats.table import column_of
from feeds.intake.social.plain import masked
from feeds.serve.dash_app import depth_over
from feeds.serve.readers import masked as personal_masked

CPU_S = 2.0  # each takes some hundredths


@pytest.mark.parametrize(
    ("work", "hostile"),
    [
        (lambda text: depth_over(text, 30), b'"' + b'\\"' * 120_000),
        (sniff_body, b'{"a":1}' + b"\n" * 200_000 + b"x"),
        (rss.read, b'<?xml version="1.0"?>' + b"<!DOCTYPE" * 800),
        (rss.read, b'<?xml version="1.0"?><rss><channel><item><title>x' + b"<!DOCTYPE a\n" * 800),
        (rss.read, b"<!DOCTYPE [" * 800),
        (column_of, "a" + " " * 20_000 + "b"),
        (masked, "a" * 60_000),
        (personal_masked, "a" * 60_000),
        (without_secrets, "a-" * 30_000),
        (without_secrets, "password" * 8_000),
    ],
    ids=["callback", "door", "rss", "rss title", "rss subset", "header", "post", "record", "log", "log words"],
)
def test_hostile_text_costs_no_more_than_its_length(work: Callable[[Any], object], hostile: str | bytes) -> None:
    begun = time.thread_time()
    work(hostile)
    assert time.thread_time() - begun < CPU_S


def test_a_document_type_before_the_root_is_still_taken() -> None:
    feed = b"""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "x.dtd" [ <!-- a --> ]>
    <rss version="0.91"><channel><title>t</title><item><title>Hu\xe1\xba\xbf</title>
    <description><![CDATA[<p>m\xc6\xb0a <!DOCTYPE html>l\xe1\xbb\x9bn</p>]]></description></item></channel></rss>"""
    (article,) = rss.read(feed).articles
    assert article.title == "Huế" and "mưa" in article.summary and "lớn" in article.summary
