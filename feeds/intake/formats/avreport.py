"""What an office's central anti-virus reports to the national centre (NCSC): AVReport in an edXML envelope.

A report names machines; what leaves here are numbers of machines, by commune where its networks are declared. A part
that a report does not hold says nothing: no `Malware` is not "none infected", an empty `<Malware/>` is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from feeds.catalogue.agencies import IDENTIFICATION, AgencyCodes
from feeds.intake.formats import xml
from feeds.intake.formats.edxml import Certificates, certificate_of, verified
from feeds.intake.formats.networks import Networks
from feeds.intake.formats.stamps import moment
from feeds.intake.formats.xml import Element
from feeds.intake.reasons import Refused

FEED = "antivirus"
MOST_ELEMENTS = 500_000  # a province's machines, each in several parts
EPOCHS = {10: 1, 13: 1000}  # digits -> how many in a second
TRUE = frozenset(("1", "true", "on", "yes", "enable", "enabled", "bat"))
MOST_STALE = 10_000_000

Told = tuple[str, dict[str, Any]]  # feed, event


class Machine(NamedTuple):
    """Who a machine is within a report; never told."""

    ip: str
    name: str


class Parts(NamedTuple):
    """The machines of a report's parts; None where the report does not hold the part."""

    infected: frozenset[Machine] | None
    protected: frozenset[Machine] | None
    everything: frozenset[Machine] | None


def read(
    raw: bytes, agencies: AgencyCodes, networks: Networks | None = None, certificates: Certificates | None = None
) -> list[Told]:
    """The events of one message; Refused with the reason when it cannot be read.

    Of an agency whose certificate is given only a report that it signed is taken.
    """
    root = _trusted(xml.parse(raw, elements=MOST_ELEMENTS), certificates or {})
    sender = _sender(root)
    place = _place(root, sender, agencies)
    reports = list(xml.find(root, "AVReport"))
    if not reports:
        raise Refused("field_missing", field="edXMLBody.AVReport")
    told = [event for report in reports for event in _events(report, sender, place, networks)]
    if not told:
        raise Refused("values_empty")
    return told


def _trusted(root: Element, certificates: Certificates) -> Element:
    """The message, or of an agency whose certificate is given what it has signed of it."""
    if xml.name_of(root) != "edXML":
        raise Refused("edxml_root", found=xml.name_of(root))
    sender = _sender(root)
    certificate = certificate_of(sender, certificates)
    if certificate is None:
        return root
    whole = verified(root, certificate)
    if whole is None or _sender(whole) != sender:
        raise Refused("signature_bad", agency=sender)
    return whole


def _sender(root: Element) -> str:
    return xml.text(next(xml.find(root, "MessageHeader"), None), "From", "OrganId").upper()


def _events(report: Element, sender: str, place: str, networks: Networks | None) -> Iterator[Told]:
    """One event of the agency, and one of each commune whose network is declared."""
    at = _time(report).isoformat()
    parts = _parts(report)
    stale = _stale(report)
    name = f"AV-{sender}"
    for where, values in _counted(parts, place, networks).items():
        if where == place and stale is not None:
            values["hosts_stale"] = stale
        entity = name if where == place else f"{name}-{where.rpartition('/')[2]}"
        if values:
            yield FEED, {"source": sender, "place": where, "entity": entity, "at": at, "values": values}


def _counted(parts: Parts, place: str, networks: Networks | None) -> dict[str, dict[str, int]]:
    """How many machines of each part stand where; each declared place is told, also when it has none."""
    found: dict[str, dict[str, int]] = {place: {}}
    names = ("hosts_infected", "hosts_protected", "hosts")
    for name, machines in zip(names, parts, strict=True):
        if machines is None:
            continue
        for where in (place, *(networks.places if networks else ())):
            found.setdefault(where, {})[name] = 0
        for machine in machines:
            where = (networks.place(machine.ip) if networks else None) or place
            found[where][name] += 1
    return found


def _parts(report: Element) -> Parts:
    infected = _machines(report, "Malware", "MalwareInfo")
    guarded = xml.child(report, "QualityFeature")
    protected = None if guarded is None else _protected(guarded)
    listed = [part for part in (_machines(report, "OS"), _machines(report, "QualityFeature")) if part is not None]
    everything = frozenset().union(*listed, infected or ()) if listed else None
    return Parts(infected, protected, everything)


def _machines(report: Element, part: str, inside: str = "") -> frozenset[Machine] | None:
    """The machines of a part, those that hold an element `inside` where one is asked for."""
    element = xml.child(report, part)
    if element is None:
        return None
    return frozenset(
        _machine(machine)
        for machine in xml.children(element, "Machine")
        if not inside or next(xml.children(machine, inside), None) is not None
    )


def _protected(part: Element) -> frozenset[Machine]:
    guarded = (one for one in xml.children(part, "Machine") if _said(one, "AutoProtect").lower() in TRUE)
    return frozenset(_machine(machine) for machine in guarded)


def _machine(element: Element) -> Machine:
    found = Machine(_said(element, "ip"), _said(element, "name").lower())
    if not any(found):
        raise Refused("field_missing", field="Machine@ip")
    return found


def _said(element: Element, name: str) -> str:
    """An attribute, or a child of that name."""
    return (element.get(name) or xml.text(element, name)).strip()


def _stale(report: Element) -> int | None:
    text = xml.text(report, "Update", "NumberMachineNotUpdateOn15Day")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:12]) <= MOST_STALE):
        raise Refused("number_bad", field="NumberMachineNotUpdateOn15Day", text=text)
    return int(text)


def _time(report: Element) -> datetime:
    text = _said(report, "Datetime")
    if not text:
        raise Refused("field_missing", field="Datetime")
    if text.isascii() and text.isdecimal() and len(text) in EPOCHS:
        return datetime.fromtimestamp(int(text) // EPOCHS[len(text)], UTC)
    return moment(text, "Datetime")


def _place(root: Element, sender: str, agencies: AgencyCodes) -> str:
    """The commune whose office the sender's name holds, otherwise where its code belongs."""
    if not sender:
        raise Refused("field_missing", field="From.OrganId")
    place = agencies.place(IDENTIFICATION, sender)
    if place is None:
        raise Refused("sync_unit", unit=sender)
    return agencies.office(place, xml.text(next(xml.find(root, "MessageHeader"), None), "From", "OrganName"))
