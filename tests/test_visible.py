"""Nothing that a file, a name or an argument holds acts on a terminal or turns the text around it."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
import zlib

import pytest

import opscope
from graphs import Builder
from opscope.errors import InputError, LoadError, MissingDependencyError, WriteError
from opscope.graph.content import content_of, with_content
from opscope.graph.groups import Group
from opscope.graph.types import Cost, Measured, Source, TensorType, Variable
from opscope.visible import json_data, json_shown, one_line, sentence, visible

EVIL = "\x1b]0;HACKED\x07\x1b[2J\x00\x9b31m\u202e\u2066\u200f\u061c\u200b\r\x7f\u2028"
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\u200e\u200f\u061c"


def harmful(text, kept="\n\t"):
    """The characters of a text that act, by Unicode's own properties: controls, surrogates, direction, line ends."""
    return sorted(
        {
            character
            for character in text
            if character not in kept
            and (
                unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
                or unicodedata.bidirectional(character) in TURNING
                or character in MARKS
            )
        }
    )


@pytest.fixture
def hostile():
    """A measured and estimated graph of three ops in which every text that a stranger may choose is hostile."""
    kind = TensorType(f"float{EVIL}", (2, 2))
    source = Source(f"folder/{EVIL}.py", 3, f"call{EVIL}")
    cost, measured = Cost(8.0, 8.0), Measured(5.0, 5.0, 1.0)
    attrs = {f"key{EVIL}": f"value{EVIL}", "list": [EVIL], "f": {"function": EVIL}}
    make = Builder()
    make.groups = [
        Group(f"net{EVIL}", -1, "model", f"net{EVIL}", cls=f"Net{EVIL}", call=1, outputs=(kind,), source=source),
        Group(
            f"net{EVIL}/{EVIL}", 0, "layer", EVIL, cls=f"Dense{EVIL}", call=2, object_path=EVIL, outputs=(kind,),
            variables=(0,), parameters=4, source=source,
        ),
    ]  # fmt: skip
    x = make.op(f"x{EVIL}", "Placeholder", out=[kind], device=f"/device:{EVIL}")
    x = make.op(f"net/{EVIL}/mul", f"Evil{EVIL}", x, group=1, out=[kind], device=f"/device:{EVIL}",
                source=source, cost=cost, measured=measured, **attrs)  # fmt: skip
    make.op(f"net/{EVIL}/out", "Identity", x, group=1, out=[kind], device=f"/device:{EVIL}")
    make.variables = [Variable(0, f"net.{EVIL}", "float32", (2, 2), True)]
    ends = {"dtype": EVIL, "shape": [2]}
    facts = {
        "format": "GraphDef", "signatures": {EVIL: {"inputs": {EVIL: ends}, "outputs": {EVIL: ends}}},
        "custom_ops": [EVIL], "assets": [EVIL],
    }  # fmt: skip
    graph = make.graph(f"graph{EVIL}", producer={"tensorflow": EVIL, "opscope": EVIL}, facts=facts)
    return with_content(graph, closed_calls={f"f{EVIL}": 2})


def strings(value):
    """Every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(part)
    if isinstance(value, dict):
        yield from value


def page_header(page):
    data = zlib.decompress(base64.b64decode(re.search(r'id="data">([^<]*)<', page)[1]))
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


def test_the_summary_and_what_is_printed_of_a_graph_hold_nothing_that_acts(hostile):
    for text in (hostile.summary(), repr(hostile)):
        assert harmful(text) == []
        assert "HACKED" in text
    assert r"Evil\x1b]0;HACKED\x07\x1b[2J\x00\x9b31m\u202e" in hostile.summary()


@pytest.mark.parametrize(
    "suffix", [".txt", ".dot", ".svg", ".json", ".html", ".speedscope", ".graphml", ".md", ".csv", ".layers.csv"]
)
def test_no_file_holds_anything_that_acts(hostile, suffix, tmp_path):
    text = hostile.save(tmp_path / f"model{suffix}").read_text(encoding="utf-8")
    assert harmful(text) == []
    if suffix == ".html":
        shown = list(strings(page_header(text)))
        assert [harmful(part) for part in shown if harmful(part)] == []
        text = "".join(shown)
    assert "HACKED" in text


def test_json_is_data_and_comes_back_as_it_was(hostile, tmp_path):
    data = json.loads(hostile.to_json())
    for tensor in [tensor for owner in data["nodes"] + data["groups"] for tensor in owner["outputs"]]:
        tensor["dtype"] = "float32"  # a dtype's name that no TensorFlow gives is refused
    (tmp_path / "model.json").write_text(json.dumps(data), encoding="utf-8")
    again = opscope.load(tmp_path / "model.json")
    assert json.loads(again.to_json()) == data
    assert content_of(again).table.names == content_of(hostile).table.names
    assert content_of(again).table.ops == content_of(hostile).table.ops
    assert content_of(again).groups[1].cls == content_of(hostile).groups[1].cls


def test_a_table_stays_aligned_whatever_its_names_hold(hostile):
    rows = hostile.summary().splitlines()
    head = next(row for row in rows if row.startswith("layer"))
    below = rows[rows.index(head) + 1 :][:3]
    assert {len(row.split("  ")[0]) for row in below[1:2]}
    assert all(row[head.index("class") - 2 : head.index("class")] == "  " for row in below)


@pytest.mark.parametrize("error", [InputError, LoadError, WriteError, MissingDependencyError])
def test_an_errors_message_is_one_line_that_a_terminal_can_show(error):
    text = str(error(f"{EVIL}\t\n  at line 2; check it"))
    assert harmful(text, kept="") == []
    assert text.endswith("at line 2; check it")


@pytest.mark.parametrize(
    "data",
    [
        b'node { name: "a" \x1b[2J }',
        b'node { name: "a" }\nversions { producer: \xc2\x9b31m }',
        b'node { name: "a" op: "\x1b]0;X\x07" input: "\x1b[31m" }',
        json.dumps({"format": "opscope", "version": EVIL}).encode(),
        json.dumps({"format": EVIL}).encode(),
    ],
)
def test_a_damaged_file_does_not_speak_to_the_terminal(data, tmp_path):
    path = tmp_path / "graph.pbtxt"
    path.write_bytes(data)
    with pytest.raises(LoadError) as caught:
        opscope.load(path)
    assert harmful(str(caught.value), kept="") == []


def test_what_is_harmless_stays_as_it_is():
    for text in ("dense_1/kernel:0", "grün", "模型", "שלום", "نموذج", "👩‍🔬", "a\nb\tc", "x\\x1b"):
        assert visible(text) == text
        assert json_data(json.dumps(text)) == json.dumps(text)
        assert json.loads(json_shown(json.dumps(text, ensure_ascii=False))) == text
    assert sentence("cannot  read\r\n   it") == "cannot  read it"
    assert sentence("a name\twith a tab") == "a name with a tab"
    assert sentence("a\u00a0name") == "a\u00a0name", "a space that does not break is no harm, and part of the name"
    assert one_line("a\r\nb") == "a¶b"


def test_json_written_for_people_shows_the_code_and_json_written_as_data_says_the_same():
    for character in map(chr, [*range(0x300), *range(0x2000, 0x2070), 0xD800, 0xDFFF, 0xFEFF, 0xFFFE]):
        text = f'a\\{character}"'
        plain = json.dumps(text, ensure_ascii=False)
        assert json.loads(json_data(plain)) == (text if unicodedata.category(character) != "Cs" else 'a\\?"')
        assert harmful(json_data(plain)) == []
        assert (
            harmful(
                json.loads(json_shown(plain)),
            )
            == []
        )
