"""What the product is made of: pinned packages, their licences, and which of them have known holes; no network is used.

`python -m docs.supply [OSV export]` says which pinned packages are vulnerable; exit code 1 when one is.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "requirements.txt"
ADVISORIES = ROOT / "data" / "advisories" / "advisories.yaml"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+))?")
OLD_DAYS = 60
WORDED = (  # how packages write the same licence
    (r"mit\b|mit license|expat", "MIT"),
    (r"apache", "Apache-2.0"),
    (r"mpl|mozilla", "MPL-2.0"),
    (r"lgpl|lesser general", "LGPL-3.0"),
    (r"\bisc\b", "ISC"),
    (r"psf|python software", "PSF-2.0"),
    (r"epl|eclipse", "EPL-2.0"),
    (r"unlicense", "Unlicense"),
    (r"bsd.?2", "BSD-2-Clause"),
    (r"bsd", "BSD-3-Clause"),
    (r"hpnd|historical", "HPND"),
    (r"\bgpl", "GPL"),
)


@dataclass(frozen=True, slots=True)
class Pin:
    """A package of the product in its pinned version."""

    name: str
    version: str
    here: bool  # this machine installs it


@dataclass(frozen=True, slots=True)
class Hole:
    """An advisory that a pinned package falls under."""

    pin: Pin
    advisory: str
    fixed: str
    says: str


def pins(path: Path = PINS) -> list[Pin]:
    """Every pinned package, in the order of the file."""
    found = (PIN.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [_pin(match) for match in found if match]


def unhashed(path: Path = PINS) -> list[str]:
    """Pinned packages without a hash: there must be none."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", path.read_text(encoding="utf-8"))
    return [block.splitlines()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]


def licence_of(name: str) -> str:
    """The licence a package declares, as an SPDX name where it can be told; `?` when it declares none."""
    told = metadata.metadata(name)
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if "License ::" in line]
    classified = [name for name in classified if name != "OSI Approved"]
    words = " ".join(classified) or (told.get("License") or "").strip().split("\n")[0][:80]
    return next((name for pattern, name in WORDED if re.search(pattern, words, re.IGNORECASE)), words or "?")


def licences() -> str:
    """The page of licences: every package that this machine installs for the product."""
    rows = [(pin.name, licence_of(pin.name)) for pin in pins() if pin.here]
    lines = [f"| {name} | {licence} |" for name, licence in sorted(rows)]
    return (LICENCES_HEAD + "\n".join(["| package | licence |", "| --- | --- |", *lines]) + "\n").lstrip()


def holes(known: Iterable[Pin], advisories: Iterable[dict[str, Any]]) -> list[Hole]:
    """Which packages fall under which advisories; these as OSV writes them."""
    by_name = {canonicalize_name(pin.name): pin for pin in known}
    found = []
    for advisory in advisories:
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            pin = by_name.get(canonicalize_name(package.get("name", "")))
            if pin is None or package.get("ecosystem") != "PyPI":
                continue
            fixed = _falls_under(pin.version, affected)
            if fixed is not None:
                found.append(Hole(pin, advisory["id"], fixed, (advisory.get("summary") or "")[:120]))
    return found


def own_advisories(path: Path = ADVISORIES) -> tuple[date, list[dict[str, Any]]]:
    """The dated list that the product carries, in OSV's shape."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told["date"], [_as_osv(row) for row in told["advisories"]]


def exported(path: Path) -> Iterator[dict[str, Any]]:
    """The advisories of an OSV export: a zip of JSON files, or a folder of them; withdrawn ones are left out."""
    if path.is_dir():
        texts: Iterable[bytes] = (file.read_bytes() for file in sorted(path.glob("*.json")))
    else:
        archive = zipfile.ZipFile(path)
        texts = (archive.read(name) for name in archive.namelist() if name.endswith(".json"))
    for text in texts:
        advisory = json.loads(text)
        if not advisory.get("withdrawn"):
            yield advisory


def main(words: list[str], today: date | None = None) -> int:
    """Say what is vulnerable; 1 when something is."""
    known = pins()
    dated, own = own_advisories()
    found = holes(known, own)
    for path in words:
        found += holes(known, exported(Path(path)))
    for hole in found:
        sys.stdout.write(
            f"{hole.pin.name} {hole.pin.version}: {hole.advisory}, fixed in {hole.fixed or '?'}: {hole.says}\n"
        )
    age = ((today or date.today()) - dated).days
    sys.stdout.write(f"{len(known)} packages, {len(own)} advisories of {dated:%d/%m/%Y}, {len(found)} holes\n")
    if age > OLD_DAYS and not words:
        sys.stdout.write(f"The list is {age} days old: bring an export of OSV and run make vulnerable OSV=<path>.\n")
    return 1 if found else 0


def _pin(match: re.Match[str]) -> Pin:
    marker = match["marker"]
    return Pin(match["name"], match["version"], marker is None or Marker(marker.strip()).evaluate())


def _as_osv(row: dict[str, Any]) -> dict[str, Any]:
    events = [{"introduced": str(row.get("from", "0"))}, {"fixed": str(row["fixed"])}]
    package = {"ecosystem": "PyPI", "name": row["package"]}
    return {"id": row["id"], "summary": row["says"], "affected": [{"package": package, "ranges": [_range(events)]}]}


def _range(events: list[dict[str, str]]) -> dict[str, Any]:
    return {"type": "ECOSYSTEM", "events": events}


def _falls_under(version: str, affected: dict[str, Any]) -> str | None:
    """The version that mends it (empty where none does), or None when `version` is not affected."""
    for span in affected.get("ranges", ()):
        if span.get("type") == "ECOSYSTEM" and (fixed := _within(Version(version), span["events"])) is not None:
            return fixed
    return "" if version in affected.get("versions", ()) and not affected.get("ranges") else None


def _within(version: Version, events: list[dict[str, str]]) -> str | None:
    inside = False
    for event in events:
        if "introduced" in event:
            inside = event["introduced"] == "0" or version >= _version(event["introduced"])
        elif "fixed" in event and inside:
            if version < _version(event["fixed"]):
                return event["fixed"]
            inside = False
        elif "last_affected" in event and inside:
            if version <= _version(event["last_affected"]):
                return ""
            inside = False
    return "" if inside else None


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


LICENCES_HEAD = """
# Licences

What the product is made of and under which licences it may be used. Made by `python -m docs.build` from
`requirements.txt` and from what the packages declare; a test holds that it was run and that no package has a licence
that is not on the list of `tests/security/test_supply.py`. `make sbom` writes the same packages, with the hashes of
their files, as a CycloneDX bill of materials.

The product itself: `LICENSE` (Apache-2.0). Fonts: `assets/fonts/OFL.txt` (SIL Open Font License 1.1). Boundaries:
`data/geo/LICENSE-ODbL.md` (ODbL 1.0). Wheels of `av` carry FFmpeg with x264 and x265 (GPL); only the process that reads
cameras loads them, and an installation without cameras can leave the package out.

"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
