import pytest

from feeds.catalogue.settings import ROOT
from feeds.catalogue.source import CatalogueError
from feeds.intake.sources import declared
from tests.intake.sources.conftest import FILE


def test_a_file_declares_a_source(declare):
    source = declare()
    assert (source.id, source.connector, source.declaration.cadence) == ("hn-khi", "invented:hn-khi", 300)
    assert (source.settings.url, source.settings.most) == ("tcp://127.0.0.1", 5)
    assert source.sender.units == {"01"}


def test_a_source_of_the_nation_may_speak_of_every_place(declare):
    assert declare(text=FILE.replace('["01"]', "[vn]")).sender.units is None


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("id: {id}", "id: other", 2, "write `id: hn-khi`"),
        ("kind: invented", "kind: inventd", 3, "did you mean `invented`?"),
        ("[air]", "[ayr]", 4, "unknown feed `ayr`: did you mean `air`?"),
        ("[air]", "[]", 4, "name at least one feed"),
        ('["01"]', '["1"]', 5, "unknown place `1`"),
        ("cadence: 5m", "cadence: 5", 6, "write it as `90s`"),
        ("cadence: 5m", "cadence: 0s", 6, "write `1s` or more"),
        ("cadence: 5m", "rate: 0", 6, "above 0"),
        ("cadence: 5m", "spool_mb: 0", 6, "write 1 (MB) or more"),
        ("cadence: 5m", "cadance: 5m", 6, "did you mean `cadence`?"),
        ("  url:", "  uri:", 8, "did you mean `url`?"),
        ("settings:", "notes:\n  x: 1\nsettings:", 7, "unknown key `notes`"),
        ('"tcp://127.0.0.1"', "12", 8, "text"),
    ],
)
def test_a_slip_is_told_with_its_line_and_the_remedy(declare, before, after, line, says):
    assert before in FILE
    with pytest.raises(CatalogueError) as told:
        declare(text=FILE.replace(before, after))
    assert (told.value.line, told.value.file.name) == (line, "hn-khi.yaml")
    assert says in str(told.value)


def test_a_kind_whose_library_is_missing_says_so(declare, monkeypatch):
    def missing(_name):
        raise ModuleNotFoundError("No module named 'paho'", name="paho")

    monkeypatch.setattr(declared, "find_kind", missing)
    with pytest.raises(CatalogueError, match="needs the library `paho`"):
        declare()


@pytest.mark.parametrize("name", declared.kind_names())
def test_every_kind_of_ours_can_be_found_and_has_a_page(name):
    assert callable(declared.find_kind(name).run)
    pages = (page.read_text("utf-8") for page in (ROOT / "docs" / "sources").glob("*.md"))
    assert any(f"\nkind: {name}\n" in page for page in pages), "an example to paste"
