"""What would let a text become markup, script or a request is not in our code: read from its source, file by file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_rooms import PRODUCT, ROOT, SCRIPTS, ids, module, tree

DRAWING = [path for path in PRODUCT if module(path).split(".")[0] in ("layouts", "callbacks")]
DANGEROUS = {  # property -> why
    "srcDoc": "a frame's text runs as script of our own",
    "srcdoc": "a frame's text runs as script of our own",
    "dangerously_allow_html": "raw HTML",
    "dangerously_allow_code": "text of cells runs as code",
    "dangerouslySetInnerHTML": "raw HTML",
    "markdown_options": "raw HTML in tables",
    "mathjax": "fetches a file that is not there",
    "iconOptions": "raw HTML on the map",
    "attribution": "raw HTML on the map",
    "onclick": "inline script",
    "onload": "inline script",
    "onerror": "inline script",
}
COMPONENTS = {"Iframe", "ObjectEl", "Embed", "Base", "Script", "Markdown", "GeoJSON", "DivMarker", "Meta"}
SPEAKING = {"text", "title", "hovertext", "hovertemplate", "texttemplate", "customdata", "ticktext", "name", "label"}
JS = {
    r"\.(inner|outer)HTML\b": "textContent says the same without markup",
    r"insertAdjacentHTML|document\.write|createContextualFragment|setHTMLUnsafe": "markup",
    r"DOMParser\(\)\.parseFromString\([^)]*html": "markup",
    r"\beval\(|new Function\(|setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]": "text as code",
    r"\.on(click|load|error|message)\s*=\s*[\"'`]": "text as code",
    r"setAttribute\(\s*[\"'`](on|src|srcdoc|style|formaction)": "an attribute that acts",
    r"location(\.href)?\s*=[^=]|window\.open\(": "addresses go through nav.js",
    r"javascript:": "text as code",
}
MARKUP = {"nav.js": "takes over pages of ours, which the server drew: parsed as a document, scripts stay inert",
          "saved.js": "copies what is on the page into a file"}  # fmt: skip


@pytest.mark.parametrize("path", DRAWING, ids=ids)
def test_no_dangerous_property_or_component_is_used(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name not in COMPONENTS, f"{ids(path)}:{node.lineno}: {name} shows markup"
            for word in node.keywords:
                assert word.arg not in DANGEROUS, f"{ids(path)}:{node.lineno}: {DANGEROUS[word.arg or '']}"
        if isinstance(node, ast.Dict):
            for key in node.keys:
                said = key.value if isinstance(key, ast.Constant) else None
                assert said not in DANGEROUS, f"{ids(path)}:{node.lineno}: {said}: {DANGEROUS[str(said)]}"


def texts(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Every value in a dictionary of a figure that Plotly would read as its own kind of HTML."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in SPEAKING:
                    yield str(key.value), value


def harmless(value: ast.expr, escaped: set[str]) -> bool:
    """True for constants, for escape(...), for what was escaped under a name, and for what is put together of these."""
    if isinstance(value, ast.Constant | ast.Dict | ast.Subscript):
        return True
    if isinstance(value, ast.Name):
        return value.id in escaped
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return name in ("escape", "number", "bare", "template", "_tick", "strftime")
    if isinstance(value, ast.Attribute):
        return value.attr in ("stamp", "code", "decimals")  # of ours
    if isinstance(value, ast.JoinedStr):
        return all(harmless(part.value, escaped) for part in value.values if isinstance(part, ast.FormattedValue))
    if isinstance(value, ast.IfExp):
        return harmless(value.body, escaped) and harmless(value.orelse, escaped)
    if isinstance(value, ast.BinOp):
        return harmless(value.left, escaped) and harmless(value.right, escaped)
    if isinstance(value, ast.ListComp):
        return harmless(value.elt, escaped)
    return isinstance(value, ast.List | ast.Tuple) and all(harmless(each, escaped) for each in value.elts)


def test_every_text_of_a_chart_is_escaped() -> None:
    path = ROOT / "layouts" / "charts.py"
    escaped: set[str] = set()
    for _ in range(3):  # what is made of what is escaped is escaped
        escaped |= {
            target.id
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Assign) and harmless(node.value, escaped)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
    found = list(texts(path))
    assert len(found) >= 5
    for key, value in found:
        assert harmless(value, escaped), f"charts.py:{value.lineno}: {key} = {ast.unparse(value)}: escape() it"


@pytest.mark.parametrize("path", SCRIPTS, ids=ids)
def test_scripts_write_text_and_never_markup(path: Path) -> None:
    if path.name in MARKUP:
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        code = re.sub(r"//.*$", "", line)
        for pattern, why in JS.items():
            assert not re.search(pattern, code), f"{ids(path)}:{number}: {why}: {line.strip()}"


@pytest.mark.parametrize("path", [p for p in PRODUCT if "serve" in p.parts or "callbacks" in p.parts], ids=ids)
def test_what_an_exception_says_stays_inside(path: Path) -> None:
    """`except Exception as error: return str(error)` tells strangers of files, queries and passwords: an answer is made
    of exceptions of ours alone, whose sentence is meant for the caller."""
    ours = {"Refusal", "Unknown", "OutOfScope", "TooManyPoints", "BadCursor", "BadSetting", "Refused", "Unmeant",
            "UnknownPlace", "BadPassword", "LoginTaken", "KeyTaken", "Taken", "NoSuchPage",
            "CatalogueError"}  # fmt: skip
    decoding = {"DecodeError", "UnicodeDecodeError", "RecursionError", "ValidationError", "msgspec"}
    for handler in (node for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler) and node.name):
        kinds = set(named(handler.type))
        told = [
            node
            for node in ast.walk(ast.Module(handler.body, []))
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in ("str", "repr", "format_exc")
            and any(getattr(arg, "id", "") == handler.name for arg in node.args)
        ]
        assert not told or kinds <= ours | decoding, f"{ids(path)}:{handler.lineno}: says what {sorted(kinds)} says"


def named(kinds: ast.expr | None) -> Iterator[str]:
    """The names of the exceptions that a handler takes."""
    for node in ast.walk(kinds) if kinds else ():
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
