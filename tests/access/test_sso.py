"""A real provider on loopback, and tokens forged in every known way."""

from __future__ import annotations

import base64
import hmac
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import redis
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from feeds.access.sessions import digest
from feeds.access.sso import Errand, Sso, SsoAway, SsoRefused
from feeds.catalogue.keys import Keys

ISSUER, CLIENT = "https://sso.example.gov.vn", "ioc"
NOW = 1_800_000_000
KEYS = Keys("sim")
BACK = "http://127.0.0.1:8050/login/back"


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@pytest.fixture
def sso(volatile: redis.Redis, key: RSAKey, monkeypatch: pytest.MonkeyPatch) -> Sso:
    """The client of an issuer whose keys are known."""
    made = Sso(ISSUER, (CLIENT, "a-secret-of-the-client"), BACK, volatile, KEYS, lambda: NOW)
    known: tuple[dict[str, Any], KeySet] = {}, KeySet([RSAKey.import_key(key.as_dict(private=False))])
    monkeypatch.setattr(made, "_about", lambda _fresh=False: known)
    return made


def claims(**changes: Any) -> dict[str, Any]:
    told = {"iss": ISSUER, "aud": CLIENT, "sub": "0123", "exp": NOW + 300, "iat": NOW, "nonce": "n" * 43,
            "preferred_username": "Lan"} | changes  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def signed(key: RSAKey, **changes: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims(**changes), key)


def test_a_good_token_names_its_person(sso: Sso, key: RSAKey) -> None:
    assert sso.read(signed(key), "n" * 43) == (f"{ISSUER} 0123", "lan")
    assert sso.read(signed(key, aud=[CLIENT]), "n" * 43).login == "lan"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "another"}, {"aud": None}, {"aud": ["another"]},
        {"aud": [CLIENT, "another"]}, {"aud": [CLIENT, "another"], "azp": "another"}, {"azp": "another"},
        {"exp": NOW - 61}, {"exp": None}, {"iat": NOW + 3600}, {"iat": None}, {"nbf": NOW + 3600}, {"sub": None},
        {"nonce": None}, {"nonce": "m" * 43}, {"nonce": ""},
    ],
    ids=str,
)  # fmt: skip
def test_wrong_claims_are_not_believed(sso: Sso, key: RSAKey, changes: dict[str, Any]) -> None:
    with pytest.raises(SsoRefused):
        sso.read(signed(key, **changes), "n" * 43)


def test_forged_signatures_are_not_believed(sso: Sso, key: RSAKey) -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    public = key.as_pem(private=False)
    head, body, seal = signed(key).split(".")

    def plain(told: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    shared = f"{plain({'alg': 'HS256', 'kid': 'one'})}.{plain(claims())}"
    confused = base64.urlsafe_b64encode(hmac.digest(public, shared.encode(), "sha256")).decode().rstrip("=")
    forged = {
        "another key": jwt.encode({"alg": "RS256", "kid": "one"}, claims(), other),
        "alg none": f"{plain({'alg': 'none'})}.{plain(claims())}.",
        "alg NONE with the seal": f"{plain({'alg': 'NONE', 'kid': 'one'})}.{body}.{seal}",
        "the public key as a shared secret": f"{shared}.{confused}",
        "its own key": jwt.encode({"alg": "RS256", "jwk": other.as_dict(private=False)}, claims(), other),
        "changed claims": f"{head}.{plain(claims(sub='admin'))}.{seal}",
        "no seal": f"{head}.{body}.",
        "a half": head,
        "too long": signed(key, more="x" * 20_000),
        "nothing": "",
    }
    for name, token in forged.items():
        with pytest.raises(SsoRefused):
            sso.read(token, "n" * 43)
            pytest.fail(name)


def test_a_state_is_worth_one_try(sso: Sso, volatile: redis.Redis) -> None:
    with pytest.raises(SsoRefused):
        sso.come_back("never begun", "code")
    volatile.set(KEYS.errand(digest("begun")), msgspec.json.encode(Errand("n", "v")))
    sso._about = lambda _fresh=False: ({"token_endpoint": "http://127.0.0.1:9/token"}, KeySet([]))  # type: ignore[method-assign]
    with pytest.raises(SsoAway):
        sso.come_back("begun", "code")
    with pytest.raises(SsoRefused):
        sso.come_back("begun", "code")


@pytest.fixture
def provider() -> Iterator[str]:
    mock = pytest.importorskip("oidc_provider_mock")
    with mock.run_server_in_thread(user_claims=(mock.User(sub="lan", claims={"preferred_username": "lan"}),)) as server:
        yield f"http://localhost:{server.server_port}"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def sign_on(address: str, login: str) -> dict[str, str]:
    """What a person does there, up to being sent back."""
    form = urllib.parse.urlencode({"sub": login}).encode()
    try:
        urllib.request.build_opener(Stay).open(urllib.request.Request(address, form), timeout=10)
    except urllib.error.HTTPError as sent:
        query = urllib.parse.urlsplit(sent.headers["location"]).query
        return dict(urllib.parse.parse_qsl(query))
    raise AssertionError("nobody was sent back")


def test_a_real_provider_is_left_for_and_come_back_from(provider: str, volatile: redis.Redis) -> None:
    sso = Sso(provider, (CLIENT, "a-secret-of-the-client"), BACK, volatile, KEYS, time.time)
    leaving = sso.leave()
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(leaving.address).query))
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert (asked["redirect_uri"], asked["state"], len(asked["nonce"])) == (BACK, leaving.state, 43)
    back = sign_on(leaving.address, "lan")
    assert back["state"] == leaving.state
    assert sso.come_back(back["state"], back["code"]) == (f"{provider} lan", "lan")
    with pytest.raises(SsoRefused):
        sso.come_back(back["state"], back["code"])
    again = sso.leave()
    with pytest.raises(SsoRefused):
        sso.come_back(again.state, back["code"])  # a code that was used, with a fresh state


def test_an_issuer_that_calls_itself_otherwise_is_not_believed(provider: str, volatile: redis.Redis) -> None:
    other = provider + "/"
    with pytest.raises(SsoRefused):
        Sso(other, (CLIENT, "secret"), BACK, volatile, KEYS, time.time).leave()
