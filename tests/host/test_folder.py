"""IOC_VAR and the secret in it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.catalogue.settings import Settings
from feeds.host import folder
from feeds.host.refusal import Refused


def test_secret_is_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)
    first = folder.with_secret(settings).secret_key
    assert first is not None and len(first) >= 32
    assert folder.with_secret(settings).secret_key == first
    assert (tmp_path / folder.SECRET).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [folder.SECRET]


def test_given_secret_is_used_and_not_kept(tmp_path: Path) -> None:
    settings = replace(Settings(var=tmp_path), secret_key="given")
    assert folder.with_secret(settings) is settings
    assert list(tmp_path.iterdir()) == []


def test_folder_is_made_for_us_alone_when_missing(tmp_path: Path) -> None:
    assert folder.prepare(tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(Refused, match="belongs to another user"):
        folder.prepare(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Refused, match="nothing can be written"):
        folder.prepare(tmp_path)


def test_lock_is_given_back_without_a_trace(tmp_path: Path) -> None:
    lock = folder.occupy(tmp_path, "http://127.0.0.1:8050")
    with pytest.raises(Refused, match=rf"process {os.getpid()}, http://127\.0\.0\.1:8050"):
        folder.occupy(tmp_path, "http://127.0.0.1:8051")
    folder.leave(tmp_path, lock)
    assert list(tmp_path.iterdir()) == []
    folder.leave(tmp_path, folder.occupy(tmp_path, ""))


def test_the_folder_for_modules_is_made_where_none_was_named(tmp_path: Path) -> None:
    folder.open_for_modules(Settings(var=tmp_path))
    folder.open_for_modules(Settings(var=tmp_path))
    assert (tmp_path / "modules").is_dir()
    folder.open_for_modules(Settings(var=tmp_path, modules=tmp_path / "share" / "ours"))
    assert not (tmp_path / "share").exists(), "a share that is away is not made by us"
