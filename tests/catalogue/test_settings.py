"""A wrong value in the environment is a sentence that says what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.catalogue.settings import BadSetting, Settings, unknown, without_password

KEY = "0123456789abcdef0123456789abcdef"


def test_nothing_set_is_the_demo_on_this_machine() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.demo, settings.world) == ("127.0.0.1", 8050, True, "sim")
    assert set(settings.allowed_hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert settings.redis_url is settings.cache_redis_url is settings.database_url is None
    assert (settings.sim_speed, settings.log_level, settings.var) == (1.0, "INFO", Path("var"))
    assert settings.catalogue.is_absolute()


def test_empty_counts_as_unset() -> None:
    assert Settings.from_env({"IOC_PORT": "", "IOC_SECRET_KEY": " "}) == Settings.from_env({})


def test_every_variable_is_read(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "IOC_HOST": "10.1.2.3",
            "IOC_PORT": "9000",
            "IOC_ALLOWED_HOSTS": "ioc.hue.gov.vn, 10.1.2.3",
            "IOC_REDIS_URL": "redis://10.0.0.5/0",
            "IOC_CACHE_REDIS_URL": "unix:///run/redis.sock",
            "IOC_DATABASE_URL": "postgresql://ioc@10.0.0.6/ioc",
            "IOC_VAR": str(tmp_path / "var"),
            "IOC_DEMO": "0",
            "IOC_WORLD": "real",
            "IOC_SIM_SPEED": "2.5",
            "IOC_CATALOGUE": str(tmp_path),
            "IOC_BOUNDARIES": str(tmp_path),
            "IOC_METRICS_TOKEN": KEY,
            "IOC_SECRET_KEY": KEY,
            "IOC_LOG_LEVEL": "debug",
            "IOC_REDIS_DOOR": "1",
            "IOC_REDIS_DOOR_PASSWORD": KEY,
        }
    )
    assert settings == Settings(
        host="10.1.2.3",
        port=9000,
        allowed_hosts=("ioc.hue.gov.vn", "10.1.2.3"),
        redis_url="redis://10.0.0.5/0",
        cache_redis_url="unix:///run/redis.sock",
        database_url="postgresql://ioc@10.0.0.6/ioc",
        var=tmp_path / "var",
        demo=False,
        world="real",
        sim_speed=2.5,
        catalogue=tmp_path,
        boundaries=tmp_path,
        metrics_token=KEY,
        secret_key=KEY,
        log_level="DEBUG",
        redis_door=True,
        redis_door_password=KEY,
    )


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("IOC_PORT", "http", "write a whole number from 1 to 65535"),
        ("IOC_PORT", "0", "write a whole number from 1 to 65535"),
        ("IOC_PORT", "٨٠٥٠", "write a whole number from 1 to 65535"),
        ("IOC_HOST", "127.0.0.1:8050", "write a host name or address alone"),
        ("IOC_HOST", "http://ioc", "write a host name or address alone"),
        ("IOC_HOST", "0.0.0.0", "Write IOC_HOST=127.0.0.1, or IOC_DEMO=0 with an IOC_SECRET_KEY"),
        ("IOC_HOST", "ioc.hue.gov.vn", "signs every visitor in, so it listens on this machine only"),
        ("IOC_ALLOWED_HOSTS", "*", "write host names with commas between"),
        ("IOC_ALLOWED_HOSTS", ",", "write host names with commas between"),
        ("IOC_REDIS_URL", "10.0.0.5:6379", "write redis://"),
        ("IOC_CACHE_REDIS_URL", "http://10.0.0.5", "write redis://"),
        ("IOC_DATABASE_URL", "mysql://ioc@db/ioc", "write postgresql://"),
        ("IOC_DEMO", "yes", "write 1 for on or 0 for off"),
        ("IOC_DEMO", "0", "needs an IOC_SECRET_KEY of at least 32 characters"),
        ("IOC_WORLD", "simulated", "write real, sim (simulated) or play (replayed)"),
        ("IOC_WORLD", "real", "never shows the real world"),
        ("IOC_SIM_SPEED", "fast", "write a number from 0 (silent) to 60"),
        ("IOC_SIM_SPEED", "nan", "write a number from 0 (silent) to 60"),
        ("IOC_SIM_SPEED", "61", "write a number from 0 (silent) to 60"),
        ("IOC_SIM_SPEED", "-1", "write a number from 0 (silent) to 60"),
        ("IOC_CATALOGUE", "/nowhere", "there is no such folder"),
        ("IOC_BOUNDARIES", "/nowhere", "there is no such folder"),
        ("IOC_SECRET_KEY", "short", "write at least 32"),
        ("IOC_LOG_LEVEL", "LOUD", "write one of DEBUG, INFO"),
        ("IOC_REDIS_DOOR", "1", "write IOC_REDIS_DOOR_PASSWORD"),
        ("IOC_VAR", __file__, "which is a file"),
    ],
)
def test_bad_value_is_a_sentence(name: str, value: str, says: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.from_env({name: value})
    assert says in str(refused.value)
    assert name in str(refused.value)


def test_demo_may_replay_but_never_show_the_real_world() -> None:
    assert Settings.from_env({"IOC_WORLD": "play"}).world == "play"
    assert Settings.from_env({"IOC_DEMO": "0", "IOC_SECRET_KEY": KEY}).world == "real"


def test_a_short_word_opens_the_numbers_of_the_demo_alone() -> None:
    assert Settings.from_env({"IOC_METRICS_TOKEN": "short"}).metrics_token == "short"
    with pytest.raises(BadSetting, match=r"IOC_METRICS_TOKEN has 5 characters; write at least 16"):
        Settings.from_env({"IOC_DEMO": "0", "IOC_SECRET_KEY": KEY, "IOC_METRICS_TOKEN": "short"})


def test_every_address_needs_names_to_be_called_by() -> None:
    env = {"IOC_DEMO": "0", "IOC_SECRET_KEY": KEY, "IOC_HOST": "0.0.0.0"}
    with pytest.raises(BadSetting, match="IOC_ALLOWED_HOSTS"):
        Settings.from_env(env)
    assert Settings.from_env(env | {"IOC_ALLOWED_HOSTS": "ioc.gov.vn"}).allowed_hosts == ("ioc.gov.vn",)


def test_secrets_never_show() -> None:
    secret = "hunter2" * 6
    settings = Settings.from_env(
        {
            "IOC_DEMO": "0",
            "IOC_SECRET_KEY": secret,
            "IOC_METRICS_TOKEN": secret,
            "IOC_REDIS_DOOR_PASSWORD": secret,
            "IOC_REDIS_URL": f"redis://:{secret}@10.0.0.5/0",
            "IOC_CACHE_REDIS_URL": f"redis://:{secret}@10.0.0.5/1",
            "IOC_DATABASE_URL": f"postgresql://ioc:{secret}@10.0.0.6/ioc",
        }
    )
    assert "hunter2" not in repr(settings)
    with pytest.raises(BadSetting) as refused:
        Settings.from_env({"IOC_REDIS_URL": f"http://:{secret}@10.0.0.5"})
    assert "hunter2" not in str(refused.value)


def test_url_is_shown_without_its_password() -> None:
    assert without_password("redis://ioc:hunter2@10.0.0.5:6379/0") == "redis://10.0.0.5:6379/0"
    assert without_password("unix:///run/redis.sock?password=hunter2") == "unix:///run/redis.sock"


def test_unknown_variable_gets_a_hint() -> None:
    assert unknown({"IOC_PORTT": "1", "HOME": "/"}) == [
        "IOC_PORTT is not a setting and is ignored; did you mean IOC_PORT?"
    ]
