"""Files that browsers keep."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.serve.running import Site

TEXT = "body { color: #123 } " * 100


@pytest.fixture
def assets(site: Site, tmp_path: Path) -> str:
    (tmp_path / "look.css").write_text(TEXT)
    (tmp_path / "logo.png").write_bytes(bytes(range(256)) * 10)
    (tmp_path / ".secret").write_text("x")
    (tmp_path.parent / "outside.txt").write_text("outside")
    return f"{site.url}/assets"


def test_a_file_is_compressed_and_known_again(assets: str) -> None:
    first = httpx.get(f"{assets}/look.css")
    assert (first.text, first.headers["content-encoding"]) == (TEXT, "gzip")
    assert first.headers["content-type"] == "text/css; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    again = httpx.get(f"{assets}/look.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.get(f"{assets}/look.css", headers={"Accept-Encoding": "identity"}).content == TEXT.encode()


def test_a_named_version_may_be_kept_for_ever(assets: str) -> None:
    assert "immutable" in httpx.get(f"{assets}/look.css?v=abc").headers["cache-control"]


def test_a_changed_file_is_served_anew(assets: str, tmp_path: Path) -> None:
    httpx.get(f"{assets}/look.css")
    (tmp_path / "look.css").write_text(TEXT + "more")
    assert httpx.get(f"{assets}/look.css").text == TEXT + "more"


def test_pictures_are_left_as_they_are(assets: str) -> None:
    assert "content-encoding" not in httpx.get(f"{assets}/logo.png").headers


OUTSIDE = ["../outside.txt", "%2e%2e/outside.txt", "..%2foutside.txt", "/etc/passwd", ".secret", ".", "none.css", "%00"]


@pytest.mark.parametrize("path", [*OUTSIDE, "", "a" * 5000])
def test_nothing_outside_is_served(site: Site, assets: str, path: str) -> None:
    answer = site.raw(f"GET /assets/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert answer.split()[1] == b"404"
