"""E-documents as they pass between the state's offices: edXML of QCVN 102:2016/BTTTT and of Decision 28/2018.

Both variants are read by local names. A message is a document (a record of the sender, and a delivery to each receiver)
or the status of a delivery. What the document says stays with it: neither its subject nor its files, signers or
attachments are taken over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import XMLVerifier

from feeds.catalogue.agencies import IDENTIFICATION, TOP, AgencyCodes
from feeds.intake.formats import xml
from feeds.intake.formats.stamps import moment
from feeds.intake.formats.xml import Element
from feeds.intake.posted import UNREADABLE
from feeds.intake.reasons import Refused
from feeds.intake.text import clean_text

DOCUMENTS, AXIS = "documents", "axis"
STATES = {
    "01": "arrived", "02": "rejected", "03": "accepted", "04": "assigned", "05": "processing", "06": "done",
    "13": "recalled", "15": "recall_asked", "16": "recall_agreed",
}  # fmt: skip
MOST_RECEIVERS = 2_000
LONGEST = 64
UNFIT = re.compile(r"[^\w.\-/:]+")
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"

Told = tuple[str, dict[str, Any]]  # feed, event
Certificates = Mapping[str, bytes]  # identification code, or its first level -> certificate, PEM


def read(raw: bytes, agencies: AgencyCodes, certificates: Certificates | None = None) -> list[Told]:
    """The events of one message, XML or the JSON of a status call; Refused with the reason when it cannot be read."""
    if raw.lstrip()[:1] == b"{":
        return [_status_call(raw, agencies)]
    root = xml.parse(raw)
    if xml.name_of(root) != "edXML":
        raise Refused("edxml_root", found=xml.name_of(root))
    header = next(xml.find(root, "edXMLHeader"), None)
    told = [_status(status, agencies) for status in xml.children(header, "Status")]
    message = xml.child(header, "MessageHeader")
    if message is not None:
        told += _document(root, header, message, agencies, certificates or {})
    if not told:
        raise Refused("field_missing", field="MessageHeader")
    return told


def document_key(identity: str, receiver: str = "") -> str:
    """The record's id of a document, or of its delivery to `receiver`: readable, and short by a hash where it must."""
    plain = UNFIT.sub("-", identity).strip("-_./:")
    whole = f"{plain}:{UNFIT.sub('-', receiver)}" if receiver else plain
    if len(whole) <= LONGEST and plain:
        return whole
    mark = blake2b(f"{identity}\n{receiver}".encode(), digest_size=8).hexdigest()
    return f"{plain[:40] or 'vb'}-{mark}"


def signed(root: Element, sender: str, certificates: Certificates) -> str:
    """`none`, `present`, and where the sender's certificate is known `valid` or `invalid`."""
    if root.find(f".//{SIGNATURE}") is None:
        return "none"
    certificate = certificate_of(sender, certificates)
    if certificate is None:
        return "present"
    whole = verified(root, certificate)
    # a signature over something else in the file says nothing about the header that we read
    return "valid" if whole is not None and _header(whole) == _header(root) else "invalid"


def certificate_of(sender: str, certificates: Certificates) -> bytes | None:
    """The certificate given for an agency, by its whole code or by its first level."""
    top = TOP.search(sender)
    return certificates.get(sender) or (certificates.get(top[1]) if top else None)


def verified(root: Element, certificate: bytes) -> Element | None:
    """What of a message the holder of `certificate` (PEM) has signed; None where the signature does not hold."""
    try:
        found = XMLVerifier().verify(etree.tostring(root), x509_cert=certificate.decode("ascii"))
    except (SignXMLException, InvalidSignature, ValueError, TypeError, etree.LxmlError):
        return None
    whole = found[0] if isinstance(found, list) else found
    return whole.signed_xml


def _header(root: Element) -> list[bytes]:
    return [etree.tostring(found, method="c14n", with_tail=False) for found in xml.find(root, "edXMLHeader")]


def _document(
    root: Element, header: Element | None, message: Element, agencies: AgencyCodes, certificates: Certificates
) -> Iterator[Told]:
    sender = _organ(message, "From")
    identity = _identity(message, sender)
    at, due = _sent(header, message, sender), _due(message)
    receivers = sorted({code for to in xml.children(message, "To") if (code := xml.text(to, "OrganId").upper())})
    if len(receivers) > MOST_RECEIVERS:
        raise Refused("values_many", where="To", n=len(receivers), limit=MOST_RECEIVERS)
    about = {"from_agency": sender, "kind": clean_text(xml.text(message, "DocumentType", "TypeName"), 80)}
    priority = clean_text(xml.text(message, "OtherInfo", "Priority"), 20)
    fields = {**about, "priority": priority, "receivers": len(receivers), "signed": signed(root, sender, certificates)}
    yield _event(agencies, sender, at, document_key(identity), "document", "sent", {"sent": at}, fields)
    for receiver in receivers:
        times = {"sent": at, **({"due": due} if due else {})}
        key = document_key(identity, receiver)
        yield _event(
            agencies, receiver, at, key, "delivery", "sending", times, {**about, "to_agency": receiver}, sender
        )
    yield _heard(agencies, sender, at)


def _status(status: Element, agencies: AgencyCodes) -> Told:
    """What a receiver says of a document."""
    code = xml.text(status, "StatusCode").zfill(2)
    answered = xml.child(status, "ResponseFor")
    receiver = _organ(status, "From")
    identity = xml.text(answered, "DocumentId") or _identity(answered, xml.text(answered, "OrganId").upper())
    return _moved(agencies, receiver, identity, code, xml.text(status, "Timestamp"))


def _status_call(raw: bytes, agencies: AgencyCodes) -> Told:
    """The same as the JSON of a call to the axis."""
    try:
        said = msgspec.json.decode(raw, type=dict[str, Any])
    except UNREADABLE:
        raise Refused("xml_broken", detail="JSON") from None
    values = {name: said.get(name) for name in ("ID_VBLTCP", "status", "Timestamp", "Department", "madonvi")}
    texts = {name: str(value).strip() if isinstance(value, str | int) else "" for name, value in values.items()}
    receiver = (texts["madonvi"] or texts["Department"]).upper()
    return _moved(agencies, receiver, texts["ID_VBLTCP"], texts["status"].zfill(2), texts["Timestamp"])


def _moved(agencies: AgencyCodes, receiver: str, identity: str, code: str, stamp: str) -> Told:
    if code not in STATES:
        raise Refused("edxml_status", status=code)
    for name, value in (("DocumentId", identity), ("OrganId", receiver), ("Timestamp", stamp)):
        if not value:
            raise Refused("field_missing", field=name)
    at, state = moment(stamp, "Timestamp"), STATES[code]
    key = document_key(identity, receiver)
    return _event(agencies, receiver, at, key, "delivery", state, {state: at}, {"to_agency": receiver})


def _event(
    agencies: AgencyCodes,
    speaks_for: str,
    at: datetime,
    key: str,
    kind: str,
    state: str,
    times: Mapping[str, datetime],
    fields: Mapping[str, Any],
    source: str = "",
) -> Told:
    place = agencies.place(IDENTIFICATION, speaks_for)
    if place is None:
        raise Refused("sync_unit", unit=speaks_for)
    said = {name: value for name, value in fields.items() if value != ""}
    record = {"id": key, "type": kind, "state": state, "times": _written(times), "fields": said}
    return DOCUMENTS, {"source": source or speaks_for, "place": place, "at": at.isoformat(), "record": record}


def _heard(agencies: AgencyCodes, sender: str, at: datetime) -> Told:
    """That an agency is on the axis: what it sent proves it, once an hour."""
    top = TOP.search(sender)
    place = agencies.place(IDENTIFICATION, sender) or "vn"
    hour = at.replace(minute=0, second=0, microsecond=0).isoformat()
    agency = f"TRUC-{top[1] if top else sender}"
    unit = place.partition("/")[0]
    return AXIS, {"source": sender, "place": unit, "entity": agency, "at": hour, "values": {"axis_up": 100}}


def _organ(element: Element, role: str) -> str:
    code = xml.text(element, role, "OrganId").upper()
    if not code:
        raise Refused("field_missing", field=f"{role}.OrganId")
    return code


def _identity(message: Element | None, sender: str) -> str:
    """The document's own id, otherwise who, when and which number."""
    said = xml.text(message, "DocumentId")
    if said:
        return said
    number, notation = xml.text(message, "Code", "CodeNumber"), xml.text(message, "Code", "CodeNotation")
    day = xml.text(message, "PromulgationInfo", "PromulgationDate") or xml.text(message, "PromulgationDate")
    if not (number or notation):
        raise Refused("field_missing", field="DocumentId")
    return f"{sender},{day},{number}/{notation}"


def _sent(header: Element | None, message: Element, sender: str) -> datetime:
    """When the sender let it go: its own first trace, otherwise the day of the document."""
    traces = list(xml.children(xml.child(header, "TraceHeaderList"), "TraceHeader"))
    own = [trace for trace in traces if xml.text(trace, "OrganId").upper() == sender] or traces
    stamps = [moment(stamp, "Timestamp") for trace in own if (stamp := xml.text(trace, "Timestamp"))]
    if stamps:
        return min(stamps)
    day = xml.text(message, "PromulgationInfo", "PromulgationDate")
    if not day:
        raise Refused("field_missing", field="Timestamp")
    return moment(day, "PromulgationDate")


def _due(message: Element) -> datetime | None:
    """The day by which the receiver must be done, to its end; most documents name none."""
    said = xml.text(message, "DueDate") or xml.text(message, "OtherInfo", "DueDate")
    if not said:
        return None
    due = moment(said, "DueDate")
    return due + timedelta(days=1, seconds=-1) if due.time() == due.time().min else due


def _written(times: Mapping[str, datetime]) -> dict[str, str]:
    return {name: at.isoformat() for name, at in times.items()}
