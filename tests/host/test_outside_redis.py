"""Outside Redis servers: the user docs/operations.md recommends is enough, and a wrong server is named."""

from __future__ import annotations

import re

import pytest

from feeds.host import outside_redis
from feeds.host.refusal import Refused
from feeds.store import links
from tests.conftest import ROOT, RedisPair

PASSWORD = "hunter2-hunter2"


def settings_of_user(pair: RedisPair, rules: str) -> dict[str, str]:
    """URLs of a user `ioc` that has `rules` on both servers."""
    for name in (links.DURABLE, links.VOLATILE):
        with links.client(None, pair.var, name) as client:
            client.execute_command("ACL", "SETUSER", "ioc", "on", f">{PASSWORD}", *rules.split())
    urls = {name: pair.url(name).replace("unix://", "unix://ioc@") for name in (links.DURABLE, links.VOLATILE)}
    return {
        "redis_url": f"{urls[links.DURABLE]}?password={PASSWORD}",
        "cache_redis_url": f"{urls[links.VOLATILE]}?password={PASSWORD}",
    }


def recommended() -> str:
    found = re.search(r"ACL user for us: `([^`]+)`", (ROOT / "docs" / "operations.md").read_text())
    assert found
    return found[1]


def test_recommended_user_may_do_what_we_do(own_redis: RedisPair) -> None:
    settings = own_redis.settings(**settings_of_user(own_redis, recommended()))
    outside_redis.check(settings)
    with links.durable(settings) as durable, links.volatile(settings) as volatile:
        durable.eval("redis.call('HSET', KEYS[1], '_pos', '0-1')", 1, "ioc:agg:{air:01}")
        durable.xadd("ioc:in:{air:01}", {"b": b""})
        durable.xread({"ioc:in:{air:01}": "0"})
        durable.xtrim("ioc:in:{air:01}", minid="1-0")
        volatile.publish("ioc:tick:vn:all", b"")
        volatile.pubsub().psubscribe("ioc:tick:*")


def test_user_who_may_not_read_the_configuration_is_told_what_to_allow(own_redis: RedisPair) -> None:
    settings = own_redis.settings(**settings_of_user(own_redis, "~* &* +@all -config"))
    with pytest.raises(Refused, match=re.escape("allow its user `+config|get`")):
        outside_redis.check(settings)


def test_wrong_password_is_told_without_showing_it(own_redis: RedisPair) -> None:
    urls = settings_of_user(own_redis, "~* &* +@all")
    settings = own_redis.settings(redis_url=urls["redis_url"].replace(PASSWORD, "wrong-secret"))
    with pytest.raises(Refused, match="refuses the user or password") as refused:
        outside_redis.check(settings)
    assert "wrong-secret" not in str(refused.value)


@pytest.mark.parametrize("setting", ["maxmemory-policy", "appendonly", "appendfsync"])
def test_each_setting_that_may_lose_events_is_named(own_redis: RedisPair, setting: str) -> None:
    loose = {"maxmemory-policy": "allkeys-lru", "appendonly": "no", "appendfsync": "everysec"}[setting]
    with links.client(None, own_redis.var, links.DURABLE) as client:
        client.config_set(setting, loose)
    settings = own_redis.settings(redis_url=own_redis.url(links.DURABLE))
    with pytest.raises(Refused, match=f"may lose accepted events, for it has {setting} {loose}; set {setting} "):
        outside_redis.check(settings)
