"""`python app.py` where a file of the product is broken: a sentence and the exit code 2, never a trace."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

import app
from feeds.store import links
from tests.conftest import ROOT, RedisPair, find_free_port, start_system


def test_broken_catalogue_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(ROOT / "data" / "catalogue" / "parameters.yaml", folder)
    (folder / "air.yaml").write_text("code: air\nwhat: [\n")
    system = start_system(tmp_path, IOC_CATALOGUE=str(folder))
    try:
        assert system.process.wait(60) == 2, system.said()
        assert "Traceback" not in system.said()
        assert f"{folder / 'air.yaml'}:" in system.said()
    finally:
        if system.process.poll() is None:
            system.process.send_signal(signal.SIGINT)
            system.process.wait(90)


def test_missing_boundaries_end_the_web_process_with_a_sentence(
    redis_servers: RedisPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That its exit code 2 ends the whole system is shown by tests/host/test_supervisor."""
    urls = {"IOC_REDIS_URL": links.DURABLE, "IOC_CACHE_REDIS_URL": links.VOLATILE}
    words = {name: redis_servers.url(server) for name, server in urls.items()}
    words |= {"IOC_VAR": str(tmp_path / "var"), "IOC_PORT": str(find_free_port()), "IOC_BOUNDARIES": str(tmp_path)}
    for name, value in words.items():
        monkeypatch.setenv(name, value)
    assert app.main(["web"]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path) in said and "Traceback" not in said
