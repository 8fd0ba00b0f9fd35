"""Both databases under the same tests: a SQLite file, and a private PostgreSQL cluster on a unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from feeds.catalogue.settings import Settings
from feeds.store.database import Database, open_database

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
BINARIES += [Path(found).parent for found in [shutil.which("initdb")] if found]
DIE_WITH_US = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a cluster of our own, started once for the session and thrown away after it."""
    if not BINARIES:
        pytest.skip("PostgreSQL's server binaries are not installed (Debian: postgresql)")
    home = Path(tempfile.mkdtemp(prefix="ioc-pg-"))
    user = _unprivileged()
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    try:
        _run(user, BINARIES[-1] / "initdb", "-D", home / "data", "-A", "trust", "-U", "ioc", "-E", "UTF8", "--no-sync")
        server = subprocess.Popen(
            [
                *DIE_WITH_US,
                BINARIES[-1] / "postgres",
                "-D",
                home / "data",
                "-k",
                home,
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_as(user),
        )
        try:
            url = f"postgresql://ioc@/postgres?host={home}"
            _until_ready(url)
            yield url
        finally:
            server.terminate()
            server.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty simulated world on each database in turn."""
    if request.param == "sqlite":
        yield Settings(var=tmp_path)
        return
    url = request.getfixturevalue("postgres_url")
    yield Settings(var=tmp_path, database_url=url)
    with psycopg.connect(url, autocommit=True) as connection:
        for world in ("sim", "real", "play"):
            connection.execute(f"DROP SCHEMA IF EXISTS {world} CASCADE")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty database of the simulated world."""
    opened = open_database(settings)
    yield opened
    opened.close()


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to become: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names.get("nobody")
    if user is None:
        pytest.skip("root cannot run PostgreSQL and there is no unprivileged user to become")
    return user


def _as(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"} if user else {}


def _run(user: pwd.struct_passwd | None, *command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True, **_as(user))


def _until_ready(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
