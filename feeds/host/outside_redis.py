"""Redis servers that are not ours: checked once at start, because a wrong one loses data without a word."""

from __future__ import annotations

from typing import Any

import redis

from feeds.catalogue.settings import Settings, without_password
from feeds.host import redis_binary
from feeds.host.refusal import Refused
from feeds.store import links

LOSES_NOTHING = {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "always"}


def check(settings: Settings) -> None:
    """Refused unless the outside servers that `settings` name are there, new enough and configured for their task."""
    identities = {}
    for name, url, ask in (
        ("IOC_REDIS_URL", settings.redis_url, links.durable),
        ("IOC_CACHE_REDIS_URL", settings.cache_redis_url, links.volatile),
    ):
        if url is None:
            continue
        with ask(settings) as client:
            identities[name] = _identity(client, name, url)
            if ask is links.durable:
                _check_durable(client, name, url)
    if len(identities) == 2 and len(set(identities.values())) == 1:
        raise Refused(
            "IOC_REDIS_URL and IOC_CACHE_REDIS_URL name the same server. One must lose nothing and the other be fast: "
            "start a second Redis without persistence, or leave IOC_CACHE_REDIS_URL out to have one started for you."
        )


def _identity(client: redis.Redis, name: str, url: str) -> str:
    """The server's run id; Refused when it does not answer or is too old."""
    try:
        told: Any = client.info("server")
    except redis.AuthenticationError as error:
        raise Refused(f"{name}: {without_password(url)} refuses the user or password given ({error}).") from error
    except redis.RedisError as error:
        raise Refused(f"{name}: no Redis answers at {without_password(url)} ({error}).") from error
    version = redis_binary.parse(str(told["redis_version"]))
    if version is None or version < redis_binary.OLDEST:
        raise Refused(f"{name}: {without_password(url)} is Redis {told['redis_version']}; 6.2 or newer is needed.")
    return str(told["run_id"])


def _check_durable(client: redis.Redis, name: str, url: str) -> None:
    try:
        told = {setting: _configured(client, setting) for setting in LOSES_NOTHING}
    except redis.RedisError as error:
        raise Refused(
            f"{name}: {without_password(url)} does not show its configuration ({error}); allow its user `+config|get`."
        ) from error
    wrong = {setting: value for setting, value in told.items() if value != LOSES_NOTHING[setting]}
    if wrong:
        is_now = ", ".join(f"{setting} {value}" for setting, value in wrong.items())
        should = ", ".join(f"{setting} {LOSES_NOTHING[setting]}" for setting in wrong)
        raise Refused(f"{name}: {without_password(url)} may lose accepted events, for it has {is_now}; set {should}.")


def _configured(client: redis.Redis, setting: str) -> str:
    told: Any = client.config_get(setting)
    return str(told.get(setting, "unknown"))
