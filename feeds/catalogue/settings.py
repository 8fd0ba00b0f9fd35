"""The one settings object: reads the environment once; a wrong value is a sentence that says what to write instead."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feeds.catalogue.keys import World


class BadSetting(ValueError):
    """A setting that cannot be used; `str()` of it is the sentence shown before exit code 2."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides (docs/contract.md lists the variables)."""

    host: str = "127.0.0.1"
    port: int = 8050
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    redis_url: str | None = None
    cache_redis_url: str | None = None
    database_url: str | None = None
    var: Path = Path("var")
    demo: bool = True
    world: World = "sim"
    sim_speed: float = 1.0
    catalogue: Path = Path("data/catalogue")
    boundaries: Path = Path("data/geo")
    metrics_token: str | None = None
    secret_key: str | None = None
    log_level: str = "INFO"
    redis_door: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Settings from `IOC_*` variables; raises BadSetting with a sentence."""
        raise BadSetting("settings are not read yet")
