"""Two scopes never share an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_caching import Cache
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.serve.caching import cache_key, cached
from feeds.serve.parts import make_cache

HANOI, HUE = Scope(frozenset({"01"})), Scope(frozenset({"46"}))
scopes = st.builds(
    Scope,
    st.none() | st.frozensets(st.sampled_from(["01", "46", "79", "0", "1", "01,46"]), max_size=3),
    st.sampled_from(["all", "staff", "*", "all|*"]),
)
Asked = tuple[str, str]
arguments = st.tuples(st.sampled_from(["01", "01,46", "*"]), st.sampled_from(["a", "1", ""]))


@pytest.fixture
def cache() -> Iterator[Cache]:
    app = Flask("cache")
    with app.app_context():
        yield make_cache(app)


class Reader:
    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def read(self, scope: Scope, name: str, until: int = 0) -> str | None:
        self.asked.append((scope, name, until))
        if name == "nothing":
            return None
        return f"{scope.cache_key()} {scope.check(name)} {until}"


def test_a_second_question_is_answered_from_memory(cache: Cache) -> None:
    reader = Reader()
    ask = cached(cache, reader.read, 10)
    assert ask(HANOI, "01") == ask(HANOI, "01")
    assert len(reader.asked) == 1


def test_another_scope_asks_for_itself(cache: Cache) -> None:
    reader = Reader()
    ask = cached(cache, reader.read, 10)
    ask(NATION, "01")
    assert ask(HANOI, "01").startswith("all|01")
    with pytest.raises(OutOfScope):
        ask(HUE, "01")
    with pytest.raises(OutOfScope):
        ask(HUE, "01")
    assert ask(Scope(audience="staff"), "01").startswith("staff|*")


def test_nothing_is_an_answer_too(cache: Cache) -> None:
    reader = Reader()
    ask = cached(cache, reader.read, 10)
    assert ask(NATION, "nothing") is None
    assert ask(NATION, "nothing") is None
    assert len(reader.asked) == 1


def test_moments_within_the_time_share_an_answer(cache: Cache) -> None:
    reader = Reader()
    ask = cached(cache, reader.read, 10)
    ask(NATION, "01", 1_795_231_801_000)
    ask(NATION, "01", until=1_795_231_801_000)
    ask(NATION, "01", 1_795_231_809_999)
    ask(NATION, "01", 1_795_231_810_000)
    assert [until for _, _, until in reader.asked] == [1_795_231_800_000, 1_795_231_800_000, 1_795_231_810_000]


@given(scopes, scopes, arguments, arguments)
def test_keys_are_equal_only_for_the_same_question(one: Scope, two: Scope, here: Asked, there: Asked) -> None:
    same = (one, here) == (two, there)
    assert (cache_key("r", one, here, {}) == cache_key("r", two, there, {})) == same
