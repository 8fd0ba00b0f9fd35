"""What the product is made of: pinned with hashes, under licences we may use, without known holes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from docs import supply
from docs.supply import Pin, exported, holes, licence_of, main, own_advisories, pins, unhashed
from tests.test_rooms import ROOT

MAY_BE_USED = {
    "MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "ISC", "PSF-2.0", "MPL-2.0",
    "HPND", "LGPL-3.0-only", "LGPL-3.0", "EPL-2.0", "Zlib", "CC0-1.0", "Unlicense",
}  # fmt: skip


def osv(fixed: str = "2.0", **changes: object) -> dict[str, object]:
    span = {"type": "ECOSYSTEM", "events": [{"introduced": "1.2"}, {"fixed": fixed}]}
    package = {"ecosystem": "PyPI", "name": "Some_Package"}
    return {"id": "X-1", "summary": "says", "affected": [{"package": package, "ranges": [span], **changes}]}


def found(version: str, advisory: dict[str, object]) -> list[str]:
    return [hole.fixed for hole in holes([Pin("some-package", version, True)], [advisory])]


def test_every_package_is_pinned_with_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert len(pins(ROOT / name)) > 60
        assert unhashed(ROOT / name) == []


def test_no_pinned_package_has_a_known_hole() -> None:
    assert holes(pins(), own_advisories()[1]) == []


def test_every_licence_may_be_used() -> None:
    told = {pin.name: licence_of(pin.name) for pin in pins() if pin.here}
    strange = {n: t for n, t in told.items() if not set(re.split(r"\s+(?:AND|OR|WITH)\s+|[()\s]+", t)) <= MAY_BE_USED}
    assert strange == {}


@pytest.mark.parametrize(
    ("version", "fixed"), [("1.1", []), ("1.2", ["2.0"]), ("1.9.9", ["2.0"]), ("2.0", []), ("3", [])]
)
def test_a_hole_is_where_the_advisory_says(version: str, fixed: list[str]) -> None:
    assert found(version, osv()) == fixed


def test_the_other_forms_that_exports_have() -> None:
    last = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "1.5"}]}
    assert found("1.5", osv(ranges=[last])) == [""] and found("1.6", osv(ranges=[last])) == []
    assert (
        found("1.3", osv(ranges=[], versions=["1.3"])) == [""] and found("1.4", osv(ranges=[], versions=["1.3"])) == []
    )
    assert found("1.3", osv(package={"ecosystem": "npm", "name": "some-package"})) == []


def test_an_export_is_read_from_a_zip_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(osv()))
    (tmp_path / "b.json").write_text(json.dumps({**osv(), "withdrawn": "2026-01-01T00:00:00Z"}))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "a.json", "a.json")
    assert len(list(exported(tmp_path))) == len(list(exported(tmp_path / "all.zip"))) == 1


def test_the_check_says_what_it_found_and_how_old_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], today=date(2030, 1, 1)) == 0
    assert "days old" in capsys.readouterr().out
    (tmp_path / "requirements.txt").write_text("dash==4.4.0 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr(supply.pins, "__defaults__", (tmp_path / "requirements.txt",))
    assert main([]) == 1
    assert "dash 4.4.0: plotly/dash#3902, fixed in 4.4.1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "judged", [["--no-validate"], pytest.param([], marks=pytest.mark.soak)], ids=["as it is", "by its schema"]
)
def test_the_bill_of_materials_names_every_package_with_its_hashes(tmp_path: Path, judged: list[str]) -> None:
    """The schema's judgement, which `make sbom` asks for at every call, takes ten times what the rest does."""
    pytest.importorskip("cyclonedx_py", reason="cyclonedx-bom is not installed")
    line = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "cyclonedx-py" in line)
    words = line.partition("cyclonedx-py ")[2].split()
    out = tmp_path / words[-1]
    command = [sys.executable, "-m", "cyclonedx_py", *words[:-1], str(out), *judged]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    told = json.loads(out.read_text())
    named = {part["name"]: part for part in told["components"]}
    assert told["bomFormat"] == "CycloneDX" and {pin.name for pin in pins()} == set(named)
    assert all(part["externalReferences"][0]["hashes"] for part in named.values())
