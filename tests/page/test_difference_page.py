"""The page of a difference, used as a reader does: the list of changes, their places in the drawing, both sides, links, names of strangers."""

from __future__ import annotations

import copy
import json
import zipfile
from pathlib import Path

import pytest
from page_graphs import hostile

import opscope
from graphs import dense_model, graph, tower
from opscope.graph.json import from_dict, to_dict
from opscope.render.svg.style import declarations
from recorded_pairs import recorded

SELECTED = "document.querySelector('.change-row.selected')?.textContent"
PAIRS = Path(__file__).parents[1] / "diff" / "recorded" / "pairs.zip"
COUNTED = "document.querySelector('.strip-count').textContent"


def changed(one, edit):
    """A graph after an edit of its JSON."""
    data = copy.deepcopy(to_dict(one))
    edit(data)
    return from_dict(data)


def wider():
    """The small model with a wider hidden layer, a renamed last one and an op put in behind it."""

    def edit(data):
        nodes = {node["name"]: node for node in data["nodes"]}
        for group in data["groups"]:
            if group["path"] == "small/hidden":
                group["settings"] = {"units": 128}
        relu = next(node for name, node in nodes.items() if node["op"] == "Relu")
        relu["attrs"]["edited"] = 7
        softmax = next(node for node in nodes.values() if node["op"] == "Softmax")
        new = {
            **softmax,
            "name": "small/put_in",
            "op": "Abs",
            "group": "small",
            "inputs": [{"node": softmax["name"], "output": 0, "control": False}],
        }
        data["nodes"].append(new)

    return changed(dense_model(), edit)


def page(open_page, a, b, **options):
    from opscope.render.told_difference.difference_page import difference_html

    return open_page(None, text=difference_html(opscope.diff(a, b)), **options)


def towers(open_page, **options):
    """Towers of four and of six blocks: two more copies, and what follows."""
    return page(open_page, graph(tower(4)), graph(tower(6)), **options)


def test_the_page_starts_with_the_list_of_changes_and_the_overview(open_page):
    a, b = dense_model(), wider()
    opened = page(open_page, a, b)
    told = [entry for entry in opscope.diff(a, b) if entry.cost]
    rows = opened.run("[...document.querySelectorAll('.change-row .change-words')].map((row) => row.textContent)")
    assert rows == [entry.words for entry in told]
    assert opened.run("document.getElementById('app').dataset.view") == "overview"
    assert opened.run("document.querySelector('.overview').shadowRoot !== null")
    assert "ifferent in" in opened.run("document.querySelector('.verdict').textContent")
    assert not opened.errors
    assert [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_next_and_previous_lead_through_the_list_and_to_each_place_in_the_drawing(open_page):
    opened = page(open_page, dense_model(), wider())
    count = opened.run("document.querySelectorAll('.change-row').length")
    assert count >= 2
    seen = []
    for step in range(count):
        opened.page.keyboard.press("n")
        assert opened.run(COUNTED) == f"{step + 1} of {count}"
        seen.append(opened.run("opscope.view().select"))
    assert all(seen)
    assert opened.run("opscope.view().shown") == "drawing"
    opened.page.keyboard.press("n")
    assert opened.run(COUNTED) == f"{count} of {count}"
    opened.page.click("[aria-label='Previous change']")
    assert opened.run(COUNTED) == f"{count - 1} of {count}"
    assert opened.run("opscope.view().select") == seen[-2]


def test_both_sides_stand_side_by_side_with_the_lines_that_differ_marked(open_page):
    a, b = dense_model(), wider()
    opened = page(open_page, a, b)
    relu = next(op.name for op in b.ops(type="Relu"))
    opened.run(f"opscope.select({relu!r})")
    heads = opened.run("[...document.querySelectorAll('.sides thead th')].map((head) => head.firstChild.textContent)")
    assert heads == ["First", "Second"]
    rows = opened.run(
        "[...document.querySelectorAll('.sides tbody')].map((row) => [row.querySelector('th').lastChild.textContent, ...[...row.querySelectorAll('td')].map((cell) => cell.textContent)])"
    )
    assert rows == [["edited", "not there", "7"]]
    assert opened.run("document.querySelectorAll('.sides ins').length") == 1
    same = opened.run("document.querySelector('.details dl').textContent")
    assert "Relu" in same
    assert a.op(relu).type == "Relu"


SIDES = "[...document.querySelectorAll('.sides tbody')].map((row) => [row.querySelector('th').lastChild.textContent, ...[...row.querySelectorAll('td')].map((cell) => [...cell.children].map((line) => line.textContent))])"


def test_an_entry_on_blocks_shows_its_sentence_the_order_on_both_sides_and_one_block_with_closed_layers(open_page):
    a, b = recorded("mlp_before_attention")
    opened = page(open_page, a, b)
    opened.page.keyboard.press("n")
    opened.page.wait_for_timeout(600)
    words = next(entry.words for entry in opscope.diff(a, b) if entry.cost)
    assert words.startswith("in each of 4: Encoder: order of layers attention, norm_2, mlp → mlp, norm_2, attention")
    assert opened.run("document.querySelector('.side-entry').lastChild.parentNode.textContent").endswith(words)
    assert opened.run(SIDES)[0] == ["Order of layers", ["attention", "norm_2", "mlp"], ["mlp", "norm_2", "attention"]]
    told = "document.querySelector('.strip-told')"
    assert opened.run(f"{told}.scrollHeight <= {told}.clientHeight"), "the sentence is cut"
    assert opened.run("opscope.view().select") == "group:net/block_0"
    turned = opened.run("opscope.view().open")
    assert "-net/block_0/norm_1" in turned
    assert not [change for change in turned if change.startswith("+net/block_0/")]


def test_an_entry_on_an_input_has_the_inputs_in_their_order(open_page):
    opened = page(open_page, *recorded("branches_swapped"))
    opened.page.keyboard.press("n")
    assert opened.run(SIDES)[0] == ["Inputs", ["left", "right"], ["right", "left"]]


def test_what_only_the_second_has_is_on_one_side_and_marked_in_tree_and_list(open_page):
    opened = page(open_page, dense_model(), wider())
    opened.run("opscope.select('small/put_in')")
    assert opened.run("document.querySelector('.side-status').textContent").endswith("only in the second")
    assert opened.run("document.querySelectorAll('.sides del').length") == 0
    opened.page.click(".side-tab:has-text('Layers')")
    figures = opened.run(
        "[...document.querySelectorAll('.tree-row')].map((row) => [row.title.split(' ')[0], row.querySelector('.tree-figure').textContent])"
    )
    assert dict(figures)["small"] == "+1~1"


def test_kinds_are_filtered_and_the_exact_changes_stand_below(open_page):
    opened = towers(open_page)
    everything = opened.run("document.querySelectorAll('.change-row').length")
    kinds = opened.run(
        "[...document.querySelectorAll('.change-kind[aria-pressed=true]')].map((kind) => kind.textContent)"
    )
    assert kinds
    opened.page.click(f".change-kind:has-text('{kinds[0].split()[0]}')")
    assert opened.run("document.querySelectorAll('.change-row').length") < everything
    opened.page.click(f".change-kind:has-text('{kinds[0].split()[0]}')")
    opened.page.click(".change-row .twist:not(:empty)")
    below = opened.run("[...document.querySelectorAll('.change-row.exact .change-name')].map((row) => row.textContent)")
    assert below
    assert all("block" in name for name in below)
    opened.page.click(".change-row.exact")
    assert opened.run("opscope.view().change") == "1.1"


def test_a_link_restores_the_change(open_page):
    a, b = dense_model(), wider()
    opened = page(open_page, a, b)
    opened.page.keyboard.press("n")
    opened.page.keyboard.press("n")
    view = opened.run("opscope.view()")
    assert view["change"] == "2"
    opened.wait("location.hash.includes('d=2')")
    again = page(open_page, a, b, link=opened.run("location.hash.slice(1)"))
    told = again.run("opscope.view()")
    assert {**told, "camera": None} == {**view, "camera": None}
    assert told["camera"]["x"] == round(view["camera"]["x"])
    assert again.run(COUNTED).startswith("2 of")
    short = page(open_page, a, b, link="d=2")
    assert short.run("opscope.view().select") == view["select"]


def test_the_search_finds_names_of_both(open_page):
    def rename(data):
        for node in data["nodes"]:
            if node["name"] == softmax:
                node["name"] = "small/classes/probabilities"
            for edge in node["inputs"]:
                if edge["node"] == softmax:
                    edge["node"] = "small/classes/probabilities"

    a = dense_model()
    softmax = next(op.name for op in a.ops(type="Softmax"))
    opened = page(open_page, a, changed(a, rename))
    assert opened.run(f"opscope.search({softmax!r})") >= 1
    opened.page.focus("[role=combobox]")
    assert softmax.rpartition("/")[2] in opened.run("document.querySelector('.hit').textContent")
    assert opened.run("opscope.search('probabilities')") >= 1


def test_two_equal_graphs_are_said_to_be_the_same(open_page):
    opened = page(open_page, dense_model(), dense_model())
    assert opened.run("document.querySelector('.verdict').textContent") == "The two graphs are the same."
    assert opened.run("document.querySelectorAll('.change-row, .strip-way').length") == 0
    opened.page.keyboard.press("n")
    assert not opened.errors


def test_names_of_strangers_are_only_names(open_page):
    opened = page(
        open_page,
        hostile(),
        changed(
            hostile(),
            lambda data: data["nodes"][0]["attrs"].update(
                {"</script><script>window.hit=1</script>": "<img src=x onerror=window.hit=1>"}
            ),
        ),
    )
    opened.page.keyboard.press("n")
    assert opened.run("window.hit === undefined && window.pwned === undefined")
    assert opened.run("document.querySelectorAll('.details img, .changes img, .change-strip img').length") == 0
    assert not opened.errors


@pytest.mark.parametrize("size", [(390, 844), (820, 640), (1280, 720)])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_inaccessible_or_out_of_the_window(open_page, size, dark):
    opened = page(open_page, dense_model(), wider(), size=size, color_scheme="dark" if dark else "light")
    axe = Path(__file__).parents[2] / "viewer" / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("no axe-core: run make viewer")
    opened.run(axe.read_text(encoding="utf-8") + ";0")
    for step in ("", "n", "c"):
        if step:
            opened.page.keyboard.press(step)
        found = opened.run(
            "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 120) + ' ' + node.failureSummary).join(' | ')))"
        )
        assert found == []
        assert opened.run("document.documentElement.scrollWidth") <= size[0]
        assert opened.run(
            "[...document.querySelectorAll('.change-strip > *')].every((part) => part.getBoundingClientRect().right <= innerWidth)"
        )


def test_the_counts_of_the_page_are_those_of_both_graphs(open_page):
    a, b = graph(tower(4)), graph(tower(6))
    opened = page(open_page, a, b)
    opened.run("document.getElementById('tab-types').click()")
    rows = opened.run(
        "[...document.querySelectorAll('.table-row')].map((row) => [...row.querySelectorAll('.cell')].map((cell) => cell.textContent))"
    )
    told = {row[0]: (int(row[1] or 0), int(row[2] or 0)) for row in rows}
    types = {op.type for one in (a, b) for op in one.ops()}
    assert told == {kind: (len(list(a.ops(type=kind))), len(list(b.ops(type=kind)))) for kind in types}


TABLE = "[...document.querySelectorAll('.table-row')].map((row) => [...row.querySelectorAll('.cell')].map((cell) => cell.textContent))"


def held(one):
    """How many ops a graph has in each group, at any depth, by its JSON alone."""
    paths = [node.get("group") for node in to_dict(one)["nodes"]]
    parents = {group["path"]: group["parent"] for group in to_dict(one)["groups"]}
    found = dict.fromkeys(parents, 0)
    for path in paths:
        while path is not None:
            found[path] += 1
            path = parents[path]
    return found


def test_what_was_moved_is_counted_where_each_graph_has_it(open_page):
    with zipfile.ZipFile(PAIRS) as recorded:
        a, b = (from_dict(json.loads(recorded.read(f"moved_block.{side}.json"))) for side in "ab")
    first, second = held(a), held(b)
    opened = page(open_page, a, b)
    opened.run("document.getElementById('tab-layers').click()")
    told = {row[0]: (int(row[-2] or 0), int(row[-1] or 0)) for row in opened.run(TABLE)}
    assert told["net/encoder"] == (first["net/encoder"], second["net/encoder"])
    assert told["net/decoder"] == (first["net/decoder"], second["net/decoder"])
    assert first["net/encoder"] != second["net/encoder"]
    assert told["net/decoder/norm"] == (first["net/encoder/norm"], second["net/decoder/norm"])
    opened.run("opscope.select('group:net/encoder')")
    cells = opened.run("[...document.querySelectorAll('.side-differs td')].map((cell) => cell.textContent)")
    assert cells[-2:] == [str(first["net/encoder"]), str(second["net/encoder"])]


def test_an_op_of_another_type_is_counted_under_the_one_that_each_graph_has(open_page):
    def edit(data):
        next(node for node in data["nodes"] if node["op"] == "Relu")["op"] = "Relu6"

    a = dense_model()
    b = changed(a, edit)
    opened = page(open_page, a, b)
    opened.run("document.getElementById('tab-types').click()")
    told = {row[0]: (row[1], row[2]) for row in opened.run(TABLE)}
    assert told["Relu"] == (str(len(list(a.ops(type="Relu")))), "")
    assert told["Relu6"] == ("", str(len(list(b.ops(type="Relu6")))))


def test_what_made_a_graph_may_be_called_anything(open_page):
    def edit(data):
        data["producer"] = {"": "1", "name": "another"}

    opened = page(open_page, dense_model(), changed(dense_model(), edit))
    cells = opened.run("[...document.querySelectorAll('.sides td')].map((cell) => cell.textContent)")
    assert "small" in cells
    assert "another" not in cells


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_arrow_keys_go_on_in_the_list_and_the_focus_is_never_lost(open_page, size):
    """In a narrow window a row that is chosen hides the list; one that an arrow key has stepped on does not."""
    opened = towers(open_page, size=size)
    held_by = "document.activeElement.getAttribute('aria-controls') ?? document.activeElement.getAttribute('role')"
    opened.page.keyboard.press("c")
    for _ in range(3):
        opened.page.keyboard.press("ArrowRight")
        assert opened.run(held_by) == "tree"
    assert opened.run("opscope.view().change") == "1.1"
    opened.page.keyboard.press("Enter")
    assert opened.run(held_by) == ("tree" if size[0] > 820 else "panel-tree")
    opened.run("document.getElementById('tab-ops').click()")
    opened.page.focus(".bottom-close")
    opened.page.keyboard.press("Enter")
    assert opened.run(held_by) == "tab"


def test_a_link_that_has_gone_on_from_a_variable_tells_of_what_is_selected(open_page):
    def edit(data):
        data["variables"][0]["trainable"] = False

    a, b = dense_model(), changed(dense_model(), edit)
    opened = page(open_page, a, b)
    row = "[...document.querySelectorAll('.change-row')].findIndex((row) => row.textContent.includes('ariable'))"
    assert opened.run(row) >= 0
    opened.run(f"document.querySelectorAll('.change-row')[{row}].click()")
    assert opened.run("document.querySelector('.details .what').textContent") == "variable"
    other = next(op.name for op in a.ops(type="Relu"))
    opened.run(f"opscope.select({other!r})")
    again = page(open_page, a, b, link=f"s=op:{other}&d={opened.run('opscope.view().change')}")
    assert again.run("document.querySelector('.details .name').textContent") == other


def test_the_saved_drawing_has_the_marks_of_the_screen(open_page):
    opened = page(open_page, dense_model(), wider())
    opened.run("opscope.select('small/put_in')")
    drawing = opened.saved_svg()
    added = declarations(dark=False)["d-added"]["stroke"]
    assert f'stroke="{added}"' in drawing
    assert ">+<" in drawing
    assert f'stroke="{declarations(dark=False)["d-removed"]["stroke"]}"' not in drawing


def test_a_copy_that_is_not_shown_is_counted_in_its_stack(open_page):
    """Of six blocks the last two are new: they are a stack of their own, and its row in the tree tells the ops of both."""
    opened = towers(open_page)
    opened.page.keyboard.press("n")
    opened.page.click(".side-tab:has-text('Layers')")
    figures = opened.run("[...document.querySelectorAll('.tree-row .tree-figure')].map((figure) => figure.textContent)")
    block = sum(name.startswith("net/block0/") for name, _, _ in tower(1))
    assert f"+{2 * block}" in figures


def test_ops_whose_work_others_do_are_listed_but_no_op_is_taken_for_them(open_page):
    """Of a converted graph the page draws what it became: an op of the first that is not drawn leads to what does its work."""
    a = graph(
        [
            ("x", "Placeholder", []),
            ("w", "Const", []),
            ("b", "Const", []),
            ("net/MatMul", "MatMul", ["x", "w"]),
            ("net/BiasAdd", "BiasAdd", ["net/MatMul", "b"]),
            ("net/Relu", "Relu", ["net/BiasAdd"]),
        ]
    )
    b = graph(
        [
            ("x", "Placeholder", []),
            ("w", "CONST", []),
            ("b", "CONST", []),
            ("net/Relu", "FULLY_CONNECTED", ["x", "w", "b"]),
        ]
    )
    difference = opscope.diff(a, b)
    assert difference.conversion is not None
    removed = {delta.a for delta in difference.nodes if delta.status == "removed"}
    opened = page(open_page, a, b)
    for twist in range(opened.run("document.querySelectorAll('.change-row').length")):
        opened.run(f"document.getElementById('change{twist}')?.querySelector('button.twist')?.click()")
    told = opened.run(
        "[...document.querySelectorAll('.change-row.exact:has(.sign.removed) .change-name')].map((row) => row.textContent)"
    )
    assert set(told) == removed
    for op in b.ops():
        opened.run(f"opscope.select({op.name!r})")
        assert "only in the first" not in opened.run("document.querySelector('.side-status').textContent"), op.name
    assert opened.run("document.getElementById('tab-types')") is None
    opened.page.keyboard.press("Escape")
    assert "Not drawn: " in opened.run("document.querySelector('.details').textContent")
