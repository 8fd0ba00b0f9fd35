"""Whole lists as files: what the page holds, behind its door."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import callbacks
from feeds.catalogue.settings import Settings
from feeds.serve.answers import Refusal
from feeds.serve.lists import Lists
from layouts.definitions import HEADS

AT = 1_795_231_800_000  # 21/11/2026 10:30:00
SITE = callbacks.site(Settings())


@pytest.fixture(scope="module")
def client() -> TestClient:
    doors = Lists(callbacks.lists(SITE), lambda: AT)
    return TestClient(Starlette(routes=doors.routes()))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_catalogue_as_a_file_has_every_indicator(client: TestClient, lang: str) -> None:
    answer = client.get(f"/api/v1/lists/catalogue.csv?lang={lang}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    heads = next(row for row in rows if len(row) > 1)
    codes = {row[1] for row in rows[rows.index(heads) + 1 :]}
    assert len(heads) == len(HEADS) and codes == set(SITE.catalogue.indicators)
    assert any("Decision 766/QĐ-TTg" in cell for row in rows for cell in row) == (lang == "en"), "laws are named so"
    assert rows[0] == [SITE.words["vi" if lang == "vi" else "en"]("stamp.sim")]
    assert "catalogue_20261121" in answer.headers["content-disposition"]


def test_excel_opens_and_an_unknown_list_is_404(client: TestClient) -> None:
    assert client.get("/api/v1/lists/catalogue.xlsx").content[:2] == b"PK"
    for wrong in ("catalogue.pdf", "passwords.csv"):
        with pytest.raises(Refusal) as refused:
            client.get(f"/api/v1/lists/{wrong}")
        assert refused.value.status == 404
