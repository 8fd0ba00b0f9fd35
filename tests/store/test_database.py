"""Opening a world's database: what is made, what is refused, and in which words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from feeds.catalogue.settings import BadSetting, Settings
from feeds.store.database import Database, open_database
from feeds.store.tables import meta, metadata


def test_every_table_is_made(database: Database) -> None:
    schema = "sim" if database.is_postgres else None
    assert set(inspect(database.engine).get_table_names(schema=schema)) == set(metadata.tables)


def test_opening_again_keeps_what_is_there(settings: Settings, database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(meta).values(key="kept", value="yes"))
    again = open_database(settings)
    with again.read() as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.key == "kept")) == "yes"
    again.close()


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(meta).values(key="half", value="1"))
        connection.execute(insert(meta).values(key="half", value="2"))
    with database.read() as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.key == "half")) is None


def test_worlds_do_not_see_each_other(settings: Settings, database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(meta).values(key="mine", value="sim"))
    real = open_database(replace(settings, world="real"))
    with real.read() as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.key == "mine")) is None
    real.close()


def test_a_database_of_a_newer_version_is_refused(settings: Settings, database: Database) -> None:
    _set(database, "schema", "999")
    with pytest.raises(BadSetting, match="newer version"):
        open_database(settings)


def test_a_database_of_another_world_is_refused(settings: Settings, database: Database) -> None:
    _set(database, "world", "real")
    with pytest.raises(BadSetting, match="holds the world 'real', not 'sim'"):
        open_database(settings)


def test_many_processes_may_start_at_once(settings: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from feeds.catalogue.settings import Settings;"
        "from feeds.store.database import open_database;"
        "open_database(Settings(var=Path(sys.argv[1]), database_url=sys.argv[2] or None)).close()"
    )
    command = [sys.executable, "-c", code, str(settings.var), settings.database_url or ""]
    starts = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    errors = [start.communicate(timeout=60)[1].decode() for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0, 0], errors


def test_sqlite_is_opened_for_readers_beside_a_writer(tmp_path: Path) -> None:
    database = open_database(Settings(var=tmp_path))
    with database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadSetting, match=r"cannot be written .* IOC_VAR"):
        open_database(Settings(var=tmp_path / "file" / "var"))


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "sim.db").write_bytes(b"this is a letter, not a database. " * 100)
    with pytest.raises(BadSetting, match=r"cannot be used .*IOC_VAR"):
        open_database(Settings(var=tmp_path))


def test_a_sqlite_file_may_be_named(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var", database_url=f"sqlite:///{tmp_path}/elsewhere/ours.db")
    open_database(settings).close()
    assert (tmp_path / "elsewhere" / "ours.db").exists() and not (tmp_path / "var").exists()
    with pytest.raises(BadSetting, match="worlds are never mixed"):
        open_database(replace(settings, world="real"))


def test_facts_are_remembered(settings: Settings, database: Database) -> None:
    assert database.fact("catalogue") is None
    database.remember("catalogue", "a1")
    database.remember("catalogue", "b2")
    again = open_database(settings)
    assert again.fact("catalogue") == "b2"
    again.close()


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "not a url", "http://x", "sqlite://", "sqlite:///:memory:"])
def test_another_kind_of_database_is_a_sentence(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadSetting, match="must look like postgresql://"):
        open_database(Settings(var=tmp_path, database_url=url))


def test_an_unreachable_server_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://ioc:s3cret@/ioc?host={tmp_path}"
    with pytest.raises(BadSetting, match=r"cannot be used .*IOC_DATABASE_URL") as refused:
        open_database(Settings(var=tmp_path, database_url=url))
    assert "s3cret" not in str(refused.value)


def _set(database: Database, key: str, value: str) -> None:
    with database.write() as connection:
        connection.execute(update(meta).where(meta.c.key == key).values(value=value))
