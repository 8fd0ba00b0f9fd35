"""The one settings object: reads the environment once; a wrong value is a sentence that says what to write instead."""

from __future__ import annotations

import difflib
import ipaddress
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from feeds.catalogue.keys import PREFIX, World

ROOT = Path(__file__).resolve().parents[2]  # the project's folder: data that the product carries lies under it
HOME = "127.0.0.1"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SPEED_LIMIT = 60.0
SHORTEST_SECRET = 32
SHORTEST_TOKEN = 16


class BadSetting(ValueError):
    """A setting that cannot be used; `str()` of it is the sentence shown before exit code 2."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides; what may carry a secret never shows in `repr`."""

    host: str = HOME
    port: int = 8050
    allowed_hosts: tuple[str, ...] = (HOME, "localhost")
    redis_url: str | None = field(default=None, repr=False)  # durable; None = the embedded server
    cache_redis_url: str | None = field(default=None, repr=False)  # volatile; None = the embedded server
    database_url: str | None = field(default=None, repr=False)  # None = SQLite under `var`
    proxies: tuple[str, ...] = ()
    var: Path = Path("var")
    demo: bool = True
    world: World = "sim"
    sim_speed: float = 1.0
    catalogue: Path = ROOT / "data" / "catalogue"
    modules: Path | None = None  # None = the folder `modules` under `var`
    boundaries: Path = ROOT / "data" / "geo"
    sources: Path = ROOT / "data" / "sources"
    metrics_token: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    audit_key: str | None = field(default=None, repr=False)  # None = kept under `var`
    second_factor: bool = False
    oidc_issuer: str | None = None
    oidc_client: str = ""
    oidc_secret: str | None = field(default=None, repr=False)
    log_level: str = "INFO"
    redis_door: bool = False
    redis_door_password: str | None = field(default=None, repr=False)

    @property
    def modules_folder(self) -> Path:
        """Where domains are dropped that a running system takes in; it need not exist."""
        return self.modules or self.var / "modules"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Settings from `IOC_*` variables (an empty one counts as unset); raises BadSetting with a sentence."""
        given = {name: value.strip() for name, value in env.items() if name in VARIABLES and value.strip()}
        values = {VARIABLES[name].field: VARIABLES[name].read(name, text) for name, text in given.items()}
        host = cast(str, values.setdefault("host", HOME))
        demo = cast(bool, values.setdefault("demo", True))
        values.setdefault("world", "sim" if demo else "real")
        values.setdefault("allowed_hosts", _default_hosts(host))
        _check_together(values, host, demo)
        return cls(**values)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment: the field it fills, how its text is read, what the README says of it."""

    field: str
    read: Callable[[str, str], object]
    default: str
    says: str


def unknown(env: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for each `IOC_*` variable that is no setting: it is ignored, and is probably a slip."""
    sentences = []
    for name in sorted(n for n in env if n.startswith("IOC_") and n not in VARIABLES):
        near = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0.75)
        hint = f"; did you mean {near[0]}?" if near else "; README.md lists the settings."
        sentences.append(f"{name} is not a setting and is ignored{hint}")
    return sentences


def is_loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def without_password(url: str) -> str:
    """`url` as it may be shown to people: no user, no password, no query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _default_hosts(host: str) -> tuple[str, ...]:
    """The host itself; on loopback all of its usual names."""
    if is_loopback(host):
        return tuple(dict.fromkeys((host, HOME, "localhost", "[::1]")))
    return (host,)


def _check_together(values: Mapping[str, object], host: str, demo: bool) -> None:
    """What one variable forbids another."""
    if demo and not is_loopback(host):
        raise BadSetting(
            f"IOC_DEMO=1 signs every visitor in, so it listens on this machine only, not on {host}. "
            "Write IOC_HOST=127.0.0.1, or IOC_DEMO=0 with an IOC_SECRET_KEY."
        )
    if demo and values["world"] == "real":
        raise BadSetting(
            "IOC_DEMO=1 signs every visitor in and never shows the real world. "
            "Write IOC_WORLD=sim or IOC_WORLD=play, or IOC_DEMO=0 with an IOC_SECRET_KEY."
        )
    if not demo and "secret_key" not in values:
        raise BadSetting(
            f"IOC_DEMO=0 needs an IOC_SECRET_KEY of at least {SHORTEST_SECRET} characters. "
            "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if not demo and values.get("metrics_token"):  # those of the demo are for this machine alone
        _secret(SHORTEST_TOKEN)("IOC_METRICS_TOKEN", str(values["metrics_token"]))
    if host in ("0.0.0.0", "::") and values["allowed_hosts"] == (host,):  # noqa: S104  compared, not bound
        raise BadSetting(
            f"IOC_HOST={host} means every address of this machine, which is no name to call. "
            "Write in IOC_ALLOWED_HOSTS the names people use, such as ioc.hanoi.gov.vn"
        )
    if values.get("oidc_issuer") and not (values.get("oidc_client") and values.get("oidc_secret")):
        raise BadSetting(
            "IOC_OIDC_ISSUER needs the name and the secret it knows us by: IOC_OIDC_CLIENT and IOC_OIDC_SECRET."
        )
    if values.get("redis_door") and "redis_door_password" not in values:
        raise BadSetting("IOC_REDIS_DOOR=1 needs a password for its writers: write IOC_REDIS_DOOR_PASSWORD.")


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise BadSetting(f"{name} is {text!r}; write 1 for on or 0 for off.")
    return text == "1"


def _port(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise BadSetting(f"{name} is {text!r}; write a whole number from 1 to 65535, such as 8050.")
    return int(text)


def _host(name: str, text: str) -> str:
    if "/" in text or " " in text or (":" in text and not is_address(text)):
        raise BadSetting(f"{name} is {text!r}; write a host name or address alone, such as 127.0.0.1")
    return text


def is_address(text: str) -> bool:
    """True for an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _hosts(name: str, text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    wrong = [host for host in hosts if "/" in host or " " in host or "*" in host]
    if wrong or not hosts:
        shown = wrong[0] if wrong else text
        raise BadSetting(f"{name} has {shown!r}; write host names with commas between, such as ioc.hue.gov.vn,10.0.0.5")
    return hosts


def _addresses(name: str, text: str) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = next((address for address in addresses if not is_address(address)), None)
    if wrong is not None:
        raise BadSetting(f"{name} has {wrong!r}; write addresses with commas between, such as 10.0.0.2,10.0.0.3")
    return addresses


def _url(*schemes: str) -> Callable[[str, str], str]:
    example = {"redis": "redis://10.0.0.5:6379/0", "postgresql": "postgresql://ioc@10.0.0.6/ioc"}

    def read(name: str, text: str) -> str:
        scheme = urlsplit(text).scheme
        if scheme not in schemes:
            shown = (
                f"starts with {scheme + '://'!r}" if scheme else "has no scheme"
            )  # never the text: it may hold a password
            hint = next(example[s] for s in schemes if s in example)
            raise BadSetting(f"{name} {shown}; write {', '.join(s + '://' for s in schemes)} such as {hint}")
        return text

    return read


def _issuer(name: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise BadSetting(f"{name} must begin with https://, such as https://sso.example.gov.vn")
    return text


def _plain(_name: str, text: str) -> str:
    return text


def _world(name: str, text: str) -> World:
    if text not in PREFIX:
        raise BadSetting(f"{name} is {text!r}; write real, sim (simulated) or play (replayed).")
    return text


def _speed(name: str, text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 <= speed <= SPEED_LIMIT:
        raise BadSetting(f"{name} is {text!r}; write a number from 0 (silent) to {SPEED_LIMIT:.0f}, such as 1.")
    return speed


def _level(name: str, text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise BadSetting(f"{name} is {text!r}; write one of {', '.join(LOG_LEVELS)}.")
    return text.upper()


def _secret(least: int) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if len(text) < least:
            raise BadSetting(f"{name} has {len(text)} characters; write at least {least} that nobody can guess.")
        return text

    return read


def _folder(name: str, text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise BadSetting(f"{name} is {text!r}, and there is no such folder; write the path of one that exists.")
    return path


def _var(name: str, text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise BadSetting(f"{name} is {text!r}, which is a file; write the path of a folder, made when it is not there.")
    return path


VARIABLES: dict[str, Variable] = {
    "IOC_HOST": Variable("host", _host, "127.0.0.1", "address to listen on"),
    "IOC_PORT": Variable("port", _port, "8050", "port to listen on"),
    "IOC_ALLOWED_HOSTS": Variable("allowed_hosts", _hosts, "the host itself", "names a request may call us by"),
    "IOC_PROXIES": Variable("proxies", _addresses, "none", "addresses of proxies whose X-Forwarded-For is believed"),
    "IOC_REDIS_URL": Variable("redis_url", _url("redis", "rediss", "unix"), "embedded", "durable Redis"),
    "IOC_CACHE_REDIS_URL": Variable("cache_redis_url", _url("redis", "rediss", "unix"), "embedded", "volatile Redis"),
    "IOC_DATABASE_URL": Variable(
        "database_url",
        _url("postgresql", "postgresql+psycopg", "sqlite"),
        "SQLite under IOC_VAR",
        "history and records",
    ),
    "IOC_VAR": Variable("var", _var, "./var", "folder for everything that is written"),
    "IOC_DEMO": Variable("demo", _switch, "1", "simulated world, every visitor signed in, this machine only"),
    "IOC_WORLD": Variable("world", _world, "sim in demo, otherwise real", "real, sim or play (replayed data)"),
    "IOC_SIM_SPEED": Variable("sim_speed", _speed, "1", "how fast the simulated story runs, up to 60; 0 = silent"),
    "IOC_CATALOGUE": Variable("catalogue", _folder, "data/catalogue", "folder of the domains' YAML files"),
    "IOC_MODULES": Variable("modules", _folder, "modules under IOC_VAR", "folder of domains taken in while running"),
    "IOC_BOUNDARIES": Variable("boundaries", _folder, "data/geo", "folder of the boundary files"),
    "IOC_SOURCES": Variable("sources", _folder, "data/sources", "folder of the sources that we read, one YAML each"),
    "IOC_METRICS_TOKEN": Variable("metrics_token", _secret(1), "none", "opens /metrics to its bearer"),
    "IOC_SECRET_KEY": Variable(
        "secret_key", _secret(SHORTEST_SECRET), "made and kept under IOC_VAR in demo", "signs what browsers carry"
    ),
    "IOC_AUDIT_KEY": Variable(
        "audit_key", _secret(SHORTEST_SECRET), "made and kept under IOC_VAR", "seals the audit log against changes"
    ),
    "IOC_SECOND_FACTOR": Variable(
        "second_factor", _switch, "0", "1: everybody signs in with a code, not administrators alone"
    ),
    "IOC_OIDC_ISSUER": Variable("oidc_issuer", _issuer, "none", "a ministry's single sign-on: its address"),
    "IOC_OIDC_CLIENT": Variable("oidc_client", _plain, "none", "the name under which it knows us"),
    "IOC_OIDC_SECRET": Variable("oidc_secret", _secret(SHORTEST_TOKEN), "none", "what we show to it"),
    "IOC_LOG_LEVEL": Variable("log_level", _level, "INFO", "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    "IOC_REDIS_DOOR": Variable("redis_door", _switch, "0", "the direct Redis door for trusted writers"),
    "IOC_REDIS_DOOR_PASSWORD": Variable(
        "redis_door_password", _secret(SHORTEST_TOKEN), "none", "password of the Redis user `door`"
    ),
}
