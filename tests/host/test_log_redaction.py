"""What opens something is never in a log, and nothing a stranger sends can pass for a line of ours."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from feeds.host.logs import LINE, Careful, LogFile, without_secrets
from feeds.store.audit_check import anchors_in

SECRET = "hunter2-q8Zk"
SAID = (
    f"Authorization: Bearer {SECRET}",
    f"authorization=Basic {SECRET}==",
    f'{{"password": "{SECRET}"}}',
    f"db_password={SECRET} host=x",
    f"postgresql://ioc:{SECRET}@10.0.0.6/ioc",
    f"redis://:{SECRET}@10.0.0.5:6379/0",
    f"rtsp://admin:{SECRET}@10.1.2.3/stream1",
    f"Cookie: __Host-ioc_session={SECRET}; theme=dark",
    f"cookies were ioc_screen={SECRET}; a=b",
    f"GET /wall?screen={SECRET}&m=6",
    f"GET /oidc/back?code={SECRET}&state={SECRET}",
    f"IOC_SECRET_KEY='{SECRET}'",
    f"api_key: {SECRET}",
    f"X-CSRFToken: {SECRET}",
)


def line(message: str, *words: object, failed: bool = False) -> str:
    try:
        raise RuntimeError(f"cannot connect: password={SECRET}\n2026-11-21 10:30:00,000 INFO ioc.audit: forged")
    except RuntimeError as error:
        told = (type(error), error, error.__traceback__) if failed else None
    record = logging.LogRecord("ioc.x", logging.ERROR, __file__, 1, message, words, told)
    return Careful(LINE).format(record)


@pytest.mark.parametrize("said", SAID)
def test_no_secret_reaches_a_log(said: str) -> None:
    assert SECRET not in line("%s", said) and "•••" in line(said.replace("%", "%%"))


@pytest.mark.parametrize(
    "said",
    ["feed air: 12 events, 3 refused", "GET /p/01/air?i=pm25&hours=24", "the lock of process 12, 127.0.0.1:8050",
     "https://example.vn/a:b@c", "mã xác thực sai", "code 422 at line 3"],
)  # fmt: skip
def test_ordinary_words_stay(said: str) -> None:
    assert without_secrets(said) == said


def test_a_message_is_one_line_whatever_it_holds(tmp_path: Path) -> None:
    forged = "/x\n2026-11-21 10:30:00,000 INFO ioc.audit: audit of sim stands at 999 " + "a" * 64
    said = line("error on %s", forged)
    assert "\n" not in said and "\\x0a" in said
    (tmp_path / "web.log").write_text(said + "\n")
    assert list(anchors_in(tmp_path, "sim")) == []


def test_a_traceback_is_set_in_and_keeps_no_secret(tmp_path: Path) -> None:
    first, *rest = line("failed", failed=True).splitlines()
    assert first.endswith("failed") and len(rest) > 3
    assert all(each.startswith("    ") for each in rest)
    assert SECRET not in "\n".join(rest)


def test_a_full_disk_costs_lines_and_never_the_reader_of_a_programs_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, heard = LogFile(tmp_path / "web.log"), list[str]()
    kept = LogFile._keep

    def full(self: LogFile, raw: bytes) -> None:
        if b"full" in raw:
            self._file.close()  # as turning the file would leave it
            raise OSError(28, "No space left on device")
        kept(self, raw)

    monkeypatch.setattr(LogFile, "_keep", full)
    said = [f"2026-11-21 10:30:00,000 INFO ioc.x: {word}\n".encode() for word in ("before", "full", "after")]
    log._follow("web", io.BytesIO(b"".join(said)), lambda name, level, text: heard.append(text))
    assert heard == ["before", "full", "after"]
    assert (tmp_path / "web.log").read_bytes() == said[0] + said[2]
