"""No word is missing and none is left over: keys in the tables are those that pages and modules say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.catalogue.settings import ROOT
from layouts import words
from layouts.words import LANGS, MissingWords

TABLES = words.load(ROOT / "data" / "translations")
SAID = re.compile(r"""(?:words|say)\(\s*f?["'`]([a-z0-9_.${}]+)["'`]""")
MADE = (
    "services.group.",
    "study.by.",
    "js.study.span.",
    "js.study.col.change.",
    "js.change.",
    "services.column.",
    "wall.duty.",
    "js.standing.word.",
    "js.wall.word.",
    "js.age.",
    "js.process.",
    "js.severity.",
    "js.camera.",
    "js.weekday.",
    "severity.",
    "card.",
    "js.card.",
    "health.",
    "limits.",
    "switch.",
    "list.",
    "study.tab.",
    "study.col.",
    "study.only.",
    "grid.",
    "gallery.",
    "tools.",
    "js.standing.",
    "wall.load.",
    "wall.worst.",
    "wall.title.",
    "wall.act.",
    "wall.desk.",
    "legible.",
    "breakdown.",
    "worklist.",
    "tone.",
    "score.",
    "js.panel.",
    "quality.",
    "entry.head.",
    "js.entry.",
    "js.login.",
    "js.welcome.",
    "account.",
    "js.account.",
    "people.head.",
    "people.waiting",
    "people.screens",
    "people.keys",
    "people.all",
    "js.people.",
    "js.role.",
    "audit.head.",
    "js.audit.",
    "book.",
    "open_alerts.",
    "definition.",
    "milestone.",
    "module.",
    "system.",
    "js.lights.",
    "js.score.class.",
)
MADE_OF_KINDS = re.compile(r"[a-z]+\.title\.plain|trend\.hours\.\d+|map\.zoom\.\w+|js\.legend\.\w+")


def said(folder: str, ending: str, prefix: str = "") -> set[str]:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob(f"*.{ending}"))
    return {prefix + key for key in SAID.findall(source) if "{" not in key}


def test_every_word_that_is_said_is_written() -> None:
    wanted = said("layouts", "py") | said("callbacks", "py") | said("assets/js", "js", "js.")
    for lang in LANGS:
        assert not wanted - set(TABLES[lang].table)


def test_no_word_is_left_over() -> None:
    source = "".join(path.read_text(encoding="utf-8") for room in ("layouts", "callbacks", "assets/js") for path in
                     sorted((ROOT / room).rglob("*")) if path.suffix in (".py", ".js"))  # fmt: skip
    for key in TABLES["vi"].table:
        short = key.removeprefix("js.")
        made = key.startswith(MADE) or MADE_OF_KINDS.fullmatch(key)
        assert made or f'"{short}"' in source or f'"{key}"' in source or f"`{short}`" in source, key


HEAD = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {}\\n"\n\n'
RULES = {"vi": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}


def written(folder: Path, **tables: str) -> Path:
    """Catalogues of two keys, the given entries instead of the whole ones."""
    whole = 'msgid "a"\nmsgstr "{{n}} x"\n\nmsgid "b"\nmsgstr "y"\n'
    for lang in LANGS:
        text = HEAD.format(lang, RULES[lang]) + tables.get(lang, whole.format())
        (folder / f"{lang}.po").write_text(text, encoding="utf-8")
    return folder


WRONG = [
    ('msgid "a"\nmsgstr "{n} x"\n', r"en\.po lacks b, which stands at vi\.po:10"),
    ('msgid "a"\nmsgstr "{n} x"\n\nmsgid "b"\nmsgstr ""\n', r"en\.po:10: b has no text"),
    ('msgid "a"\nmsgstr "{m} x"\n\nmsgid "b"\nmsgstr "y"\n', r"en\.po:7: a does not fill the same places as vi\.po:7"),
    ('msgid "a"\nmsgstr "{n} x"\n\n#, fuzzy\nmsgid "b"\nmsgstr "y"\n', r"en\.po:11: b is marked fuzzy"),
    ('msgid "a"\nmsgstr "{n} x"\n\nmsgid "a"\nmsgstr "y"\n', r"en\.po:10: a stands already at line 7"),
    ('mgsid "a"\nmsgstr "{n} x"\n', r"en\.po:\d+: "),
    ('msgid "a"\nmsgid_plural "a"\nmsgstr[0] "{n} x"\nmsgstr[1] ""\n\nmsgid "b"\nmsgstr "y"\n', "a has no text"),
]


@pytest.mark.parametrize(("table", "said"), WRONG)
def test_a_catalogue_that_is_not_whole_stops_start_up(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(MissingWords, match=said):
        words.load(written(tmp_path, en=table))


def test_another_plural_rule_stops_start_up(tmp_path: Path) -> None:
    path = written(tmp_path) / "en.po"
    path.write_text(path.read_text(encoding="utf-8").replace("n != 1", "n > 1"), encoding="utf-8")
    with pytest.raises(MissingWords, match="Plural-Forms"):
        words.load(tmp_path)


def test_one_is_counted_as_one() -> None:
    english, vietnamese = TABLES["en"], TABLES["vi"]
    assert (english("units", n=1), english("units", n=34)) == ("1 unit", "34 units")
    assert (vietnamese("units", n=1), vietnamese("units", n=34)) == ("1 đơn vị", "34 đơn vị")
    assert english.for_browser()["count.stations"] == ("{n} station", "{n} stations")


# ---- literals: what stands on screen comes from the catalogues of words

VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]|[àáãèéìíòóõùúýÀÁÃÈÉÌÍÒÓÕÙÚÝ]")
LETTERS = re.compile(r"[A-Za-z]{2}")
SENTENCE = re.compile(r"^[A-Z][a-z]+(?:,? [A-Za-z]+)+[.!?]?$")
ATTRIBUTES = {"aria_label", "alt", "title", "placeholder", "label", "description", "children"}
NAMES = {"IOC"}  # the product's own name needs no translation
FOLDING = {"đ"}  # the one letter that Unicode does not take apart: assets/js/search.js
PYTHON = sorted(path for room in ("layouts", "callbacks") for path in (ROOT / room).rglob("*.py"))
JS_TEXT = re.compile(r"""(["'`])((?:\\.|(?!\1).)*)\1""")
JS_COMMENT = re.compile(r"^\s*//.*$|\s//\s.*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
JS_SHOWN = re.compile(
    r"""(?:\btext\([^;]*?,\s*|textContent\s*=\s*|"(?:aria-label|title|alt|placeholder)",\s*)["'`]([^"'`]*)["'`]"""
)


def spoken(node: ast.AST) -> Iterator[ast.Constant]:
    """Texts in an expression, those inside further calls left to these."""
    if isinstance(node, ast.Call | ast.Subscript | ast.Compare | ast.comprehension):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from spoken(child)


def shown_by(call: ast.Call) -> Iterator[ast.Constant]:
    """Texts that an element made by `call` would show: children, and attributes that are read or read out."""
    name = ast.unparse(call.func)
    children = call.args[1:] if name == "h" else call.args if name.startswith(("html.", "dmc.")) else []
    named = [k.value for k in call.keywords if k.arg in ATTRIBUTES] if children or name in ("h", "html", "dmc") else []
    for part in (*children, *named):
        yield from spoken(part)


def literals_in_python(source: str) -> list[str]:
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(n.body[0].value) for n in ast.walk(tree)
                  if isinstance(n, documented) and n.body and isinstance(n.body[0], ast.Expr)}  # fmt: skip
    texts = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    found = [n.value for n in texts if id(n) not in docstrings and VIETNAMESE.search(str(n.value))]
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        found += [c.value for c in shown_by(call) if LETTERS.search(str(c.value)) and c.value not in NAMES]
    return [str(text) for text in found]


def literals_in_js(source: str) -> list[str]:
    code = JS_COMMENT.sub("", source)
    texts = [text for _, text in JS_TEXT.findall(code)]
    wrong = [t for t in texts if (VIETNAMESE.search(t) and t not in FOLDING) or SENTENCE.match(t)]
    return wrong + [t for t in JS_SHOWN.findall(code) if LETTERS.search(re.sub(r"\$\{[^}]*\}", "", t))]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)
def test_no_sentence_stands_in_python(path: Path) -> None:
    assert not literals_in_python(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((ROOT / "assets" / "js").rglob("*.js")), ids=lambda path: path.stem)
def test_no_sentence_stands_in_a_module(path: Path) -> None:
    assert not literals_in_js(path.read_text(encoding="utf-8"))


def test_a_literal_would_be_found() -> None:
    assert literals_in_python('h("p", "Loading figures", class_="quiet")')
    assert literals_in_python('h("button", aria_label=f"Close {name}")')
    assert literals_in_python('html.P("No data", className="quiet")')
    assert literals_in_python('TITLE = "Cảnh báo"')
    assert not literals_in_python('h("p", page.words("alerts.none"), class_="quiet", data_part="none")')
    assert literals_in_js('text(this.parts.none, "none yet");')
    assert literals_in_js('node.setAttribute("aria-label", "Close");')
    assert literals_in_js("const said = `Mất kết nối`;")
    assert literals_in_js('throw new Error("Something went wrong");')
    assert not literals_in_js('text(node, say("card.nothing")); // Said in words of the reader')
