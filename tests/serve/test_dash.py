"""A real Dash application behind the front."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from dash import Dash, Input, Output, dcc, html, no_update
from dash.exceptions import PreventUpdate

from feeds.serve.access import current_scope
from feeds.serve.parts import Parts
from tests.serve.running import Site, serve


def application() -> Dash:
    app = Dash("behind-the-front")
    app.layout = html.Div([dcc.Input(id="word"), html.Div(id="said"), html.Div(id="scope"), dcc.Graph(id="chart")])

    @app.callback(Output("said", "children"), Input("word", "value"))
    def say(word: str) -> str:
        if word == "nothing":
            raise PreventUpdate
        if word == "fail":
            raise RuntimeError("password=hunter2")
        return f"said {word}"

    @app.callback(Output("scope", "children"), Input("word", "value"))
    def scope(word: str) -> Any:
        return current_scope().cache_key() if word else no_update

    return app


@pytest.fixture
def dash(parts: Parts, volatile: redis.Redis, tmp_path: Path) -> Iterator[Site]:
    yield from serve(parts, tmp_path, application().server)


def ask(site: Site, word: str, output: str = "said") -> httpx.Response:
    question = {
        "output": f"{output}.children",
        "outputs": {"id": output, "property": "children"},
        "inputs": [{"id": "word", "property": "value", "value": word}],
        "changedPropIds": ["word.value"],
    }
    return httpx.post(f"{site.url}/_dash-update-component", json=question)


def test_a_callback_answers(dash: Site) -> None:
    assert ask(dash, "hello").json()["response"] == {"said": {"children": "said hello"}}


def test_a_callback_may_have_nothing_to_say(dash: Site) -> None:
    answer = ask(dash, "nothing")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_callback_knows_what_the_session_may_see(dash: Site) -> None:
    assert ask(dash, "x", "scope").json()["response"] == {"scope": {"children": "all|*"}}


def test_a_failing_callback_says_nothing_of_why(dash: Site) -> None:
    answer = ask(dash, "fail")
    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "id"}


@pytest.mark.parametrize("output", ["unknown", "..said", ""])
def test_what_no_page_asks_is_refused(dash: Site, output: str) -> None:
    assert ask(dash, "x", output).status_code == 400


WORD = {"id": "word", "property": "value", "value": "x"}


FORGED = (
    {"inputs": []},
    {"inputs": [0]},
    {"inputs": [WORD] * 2},
    {"inputs": [{"id": 1}]},
    {"outputs": 1},
    {"state": [WORD]},
)


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_question_is_refused(dash: Site, forged: dict[str, Any]) -> None:
    asked = {"output": "said.children", "outputs": {"id": "said", "property": "children"}, "inputs": [WORD]} | forged
    assert httpx.post(f"{dash.url}/_dash-update-component", json=asked).status_code == 400


def test_component_files_are_kept_by_browsers(dash: Site) -> None:
    page = httpx.get(dash.url).text
    addresses = re.findall(r'src="(/_dash-component-suites/[^"]+)"', page)
    assert len(addresses) > 5
    for address in addresses:
        answer = httpx.get(dash.url + address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        again = httpx.get(dash.url + address, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["dash/none.js", "none/none.js", "dash/../../../etc/passwd", "plotly/%2e%2e/x.js"])
def test_no_other_file_is_to_be_had(dash: Site, path: str) -> None:
    request = f"GET /_dash-component-suites/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    assert dash.raw(request.encode()).split()[1] == b"404"
