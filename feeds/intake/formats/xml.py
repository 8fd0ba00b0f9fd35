"""XML of strangers: no document type, so no entities; bounded in size, depth and number of elements; names without
their namespaces."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from feeds.intake.reasons import Refused

MOST_BYTES = 20_000_000
MOST_ELEMENTS = 100_000
DEEPEST = 64

Element = etree._Element


def parse(raw: bytes, most: int = MOST_BYTES, elements: int = MOST_ELEMENTS) -> Element:
    """The root of a document; Refused when it is too large, is no XML, or brings a document type."""
    if len(raw) > most:
        raise Refused("xml_big", limit=most // 1_000_000)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"\x00" in raw:  # the last: UTF-16 could hide the others
        raise Refused("xml_doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=False, remove_pis=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("xml_broken", detail=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("xml_doctype")
    _check(root, elements)
    return root


def name_of(element: Element) -> str:
    """The local name; nothing for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children called `name`, whatever their namespace."""
    if element is not None:
        yield from (child for child in element if name_of(child) == name)


def child(element: Element | None, *names: str) -> Element | None:
    """The first child on a path of local names."""
    for name in names:
        element = next(children(element, name), None)
    return element


def find(element: Element, name: str) -> Iterator[Element]:
    """Every element called `name` below `element`."""
    yield from (found for found in element.iter() if name_of(found) == name)


def text(element: Element | None, *names: str) -> str:
    """The text of a child on a path, or an attribute of that name on the last step; nothing where there is none."""
    found = child(element, *names)
    return "" if found is None else "".join(str(part) for part in found.itertext()).strip()


def _check(root: Element, most: int) -> None:
    """Refuse what is too deep or too much."""
    depth = elements = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > DEEPEST or elements > most:
            raise Refused("xml_much")
