import re
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import drawn
from graphs import graph, tower
from opscope.errors import InputError
from opscope.graph.content import content_of, with_content
from opscope.graph.types import Source
from opscope.layout.engine import layout
from opscope.layout.scene.items import Scale, cards
from opscope.render.svg.drawing import svg
from opscope.render.svg.elements import ShapeElement, svg_elements
from opscope.render.svg.marks import source
from opscope.render.svg.style import declarations
from opscope.render.svg.wire_paths import line_through
from opscope.visible import one_line


def texts(drawing):
    return ["".join(node.itertext()) for node in ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]


def test_every_text_can_be_selected_and_every_box_has_its_full_name_as_tooltip():
    drawing = svg(layout(graph(tower(1)), "all"))
    assert {"test", "MatMul", "Relu", "dense", "norm"} <= set(texts(drawing))
    assert "<title>net/block0/dense/MatMul (MatMul)" in drawing


def test_a_stack_says_how_often_it_repeats():
    assert "\u00d712" in texts(svg(layout(graph(tower(12)), "all")))


def test_the_notes_below_a_narrow_drawing_fit():
    scene = layout(graph([("a", "Relu", []), ("b", "Neg", ["a"])]), "all")
    notes = ("not drawn: 1 NoOp, 1 Identity, 1,791 ops outside the selection, and more",)
    drawing = ET.fromstring(svg(replace(scene, scene=replace(scene.scene, notes=notes))))
    assert float(drawing.get("width")) > len(notes[0]) * 6.5 + 72


@pytest.mark.parametrize("space", [" · ", " "])
def test_what_the_numbers_cover_is_broken_into_lines_that_fit(space):
    parts = [f"part{index}" for index in range(30)]
    scene = layout(graph([("a", "Relu", []), ("b", "Neg", ["a"])]), "all")
    scale = Scale("time", 1.0, "1 us per step", space.join(parts))
    drawing = ET.fromstring(svg(replace(scene, scene=replace(scene.scene, scale=scale, notes=("not drawn: 1 NoOp",)))))
    lines = [node for node in drawing.iter() if (node.text or "").startswith("part")]
    assert space.join(node.text for node in lines) == scale.coverage
    assert max(len(node.text) for node in lines) * 5.4 + 72 < float(drawing.get("width"))
    note = next(node for node in drawing.iter() if node.text == "not drawn: 1 NoOp")
    places = [float(node.get("y")) for node in (*lines, note)]
    assert all(lower - upper >= 18 for upper, lower in zip(places, places[1:]))
    assert places[-1] < float(drawing.get("height"))


@pytest.mark.parametrize(
    "name",
    ['a"b', "a<b>&c", "</script><img onerror=x>", "ünïcødé 层", "a\x00\x1b", "\ud800", "a\u202eb", "]]>", "a\nb"],
)
def test_any_name_is_just_a_name(name):
    drawing = svg(layout(graph([(f"{name}/Relu", "Relu", []), (f"{name}/Neg", "Neg", [f"{name}/Relu"])]), "all"))
    tags = {node.tag.rpartition("}")[2] for node in ET.fromstring(drawing).iter()}
    assert tags <= {"svg", "g", "title", "style", "defs", "use", "rect", "path", "text"}
    title = one_line(name.rpartition("/")[2])
    assert any(title in found or found in one_line(name) for found in texts(drawing))
    assert not set(drawing) & set("\x00\x1b\ud800\u202e")


def test_a_long_title_is_shortened_and_the_drawing_as_wide_as_it():
    drawing = ET.fromstring(svg(layout(graph([("a", "Relu", [])], name="n" * 300))))
    title = next(node for node in drawing.iter() if node.get("class") == "title")
    assert len(title.text) == 72
    assert float(drawing.get("width")) > 700


def test_styles_are_classes_that_are_used():
    drawing = svg(layout(graph(tower(1)), "all"))
    used = set(re.findall(r'class="([\w-]+)"', drawing))
    ruled = set(re.findall(r"\.([a-z-]+)\{", drawing))
    assert used <= ruled
    assert used == ruled
    assert "style=" not in drawing


@pytest.mark.parametrize(
    ("theme", "media", "dark"), [("auto", True, True), ("light", False, False), ("dark", False, True)]
)
def test_a_theme_is_light_dark_or_the_systems(theme, media, dark):
    drawing = svg(layout(graph(tower(1))), theme=theme)
    assert ("@media" in drawing) == media
    assert ("#0d1117" in drawing) == dark


def test_an_unknown_theme_or_engine_is_refused(small_graph, tmp_path):
    with pytest.raises(InputError, match="light, dark"):
        small_graph.save(tmp_path / "x.svg", theme="blue")
    with pytest.raises(InputError, match="graphviz"):
        small_graph.save(tmp_path / "x.svg", engine="neato")


def test_source_places_become_links_when_a_template_is_given(small_graph):
    groups = tuple(
        replace(group, source=Source('my "net" #1.py', 7, "call")) for group in content_of(small_graph).groups
    )
    drawing = svg(layout(with_content(small_graph, groups=groups)), links="https://host/{file}#L{line}")
    assert '<a href="https://host/my%20%22net%22%20%231.py#L7">' in drawing


HOSTILE = (
    "//evil.example/net.py", "\\\\evil.example\\net.py", "///evil.example/net.py", "https://evil.example/net.py",
    "javascript:alert(1)//net.py", "@evil.example/net.py", ".evil.example/net.py", "../../../evil/net.py",
    'net.py" onclick="alert(1)', "net.py#\n\t?x&y", "net.py'><script>", "\ud800net.py",
)  # fmt: skip


@pytest.mark.parametrize(
    "template", ["https://host/blob/{file}#L{line}", "https://host{file}", "{file}#L{line}", "/{file}"]
)
@pytest.mark.parametrize("file", HOSTILE)
def test_a_files_name_leads_no_link_elsewhere(file, template):
    element = ET.fromstring(source(Source(file, 7, "call"), 0, 0, template))
    address = urljoin("https://host/blob/page.svg", element.get("href", ""))
    assert set(element.attrib) <= {"href", "class", "x", "y", "text-anchor"}
    assert urlsplit(address)[:2] == ("https", "host")
    assert urlsplit(address).path.startswith("/blob/" if "blob" in template else "/")
    assert "//" not in urlsplit(address).path.replace("/blob//", "/")


@pytest.mark.parametrize(
    "links",
    ["https://host", "{fil}", "{file", "{file.x}", "#L{line}", "https:{file}", "http:///{file}", "javascript:{file}"],
)
def test_links_that_are_no_template_are_refused(small_graph, tmp_path, links):
    with pytest.raises(
        InputError, match=r"links=.* is not a template; use one such as 'https://host/blob/main/\{file\}"
    ):
        small_graph.save(tmp_path / "x.svg", links=links)


def test_corners_of_a_wire_are_round_and_its_end_leaves_room_for_the_head():
    line = line_through([(0, 0), (0, 20), (30, 20), (30, 60)], 6)
    assert line == "M0 0V14Q0 20 6 20H24Q30 20 30 26V54"


def test_what_recurs_is_stored_once_and_texts_stay_where_they_can_be_selected():
    once, often = (layout(graph(tower(count)), "all", unfold=True) for count in (1, 12))
    drawing = svg(often)
    named = re.findall(r'<g id="(\w+)">', drawing)
    assert len(named) == len(set(named)) > 3
    assert set(re.findall(r'href="#(\w+)"', drawing)) == set(named)
    assert len(drawing) < 9 * len(svg(once))
    assert texts(drawing).count("MatMul") == 12
    assert all(f"<title>net/block{number}/dense/MatMul (MatMul)" in drawing for number in range(12))
    assert not re.search(r"<defs>.*<(text|title).*</defs>", drawing)


def test_a_drawing_with_symbols_is_the_drawing_without_them():
    often = layout(graph(tower(5)), "all", unfold=True)
    drawing = svg(often)
    definitions = re.search("<defs>(.*)</defs>", drawing)[1]
    symbols = dict(re.findall(r'<g id="(\w+)">(.*?)</g>', definitions))
    written = re.sub(
        r'<use href="#(\w+)"(.*?)/>', lambda use: f'<g transform="{_moved(use[2])}">{symbols[use[1]]}</g>', drawing
    )
    assert shapes(written.replace(definitions, "")) == shapes(drawing)


def _moved(place):
    found = re.findall(r'[xy]="(.*?)"', place)
    return f"translate({' '.join(found)})" if found else ""


def shapes(drawing):
    return [
        (item.tag, dict(item.attributes), item.matrix)
        for item in svg_elements(drawing)
        if isinstance(item, ShapeElement)
    ]


def test_a_folded_card_names_what_it_uses_from_elsewhere():
    users = [(f"part{number}/{op}", op, ["hub"]) for number in range(20) for op in ("Neg", "Exp")]
    folded = layout(graph([("hub", "Relu", []), *users]), 0, unfold=True)
    chips = [chip for card in cards(folded.scene) for chip in card.chips]
    drawing = svg(folded)
    assert chips
    assert drawing.count("<title>drawn elsewhere: hub (Relu)") == len(chips) == 20
    assert texts(drawing).count("Relu") == len(chips) + 1
    assert 'class="c-elementwise"' in drawing


def test_a_drawing_fits_the_golden_one(golden):
    golden("tower.svg", svg(layout(graph(tower(3)), "all")))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_loops_variable_is_a_red_pill(theme):
    drawing = ET.fromstring(svg(layout(drawn.loop(), "all"), theme=theme))
    turns = [node.text for node in drawing.iter() if node.get("class") == "turn"]
    assert turns
    assert not set(turns) & {node.text for node in drawing.iter() if node.get("class") == "port"}


def luminance(colour):
    """The relative luminance of `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("dark", "paper"), [(False, "#ffffff"), (True, "#0d1117")])
def test_every_text_can_be_read_on_the_paper(dark, paper):
    """A class of texts that the dark style sheet forgets would be dark on dark, as chips of small drawings were."""
    texts = {
        name: rule["fill"]
        for name, rule in declarations(dark=dark).items()
        if "font-size" in rule and name != "badge"  # badges lie on colours of their own
    }
    assert {"small", "op", "name", "type", "legend"} <= set(texts)
    for name, fill in texts.items():
        light, dim = sorted((luminance(fill), luminance(paper)), reverse=True)
        assert (light + 0.05) / (dim + 0.05) >= 4.5, name
