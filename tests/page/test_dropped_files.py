"""Files dropped on a page: opened, put side by side, or refused in a line while the graph stays."""

from __future__ import annotations

import base64
import json
import re
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict

import pytest
from dropping import drop, frames, title, told
from page_driver import shown
from page_graphs import HOSTILE, chain, tagger

from graphs import Builder
from opscope.graph.json import to_json
from opscope.graph.types import TensorType
from opscope.render.options import Options
from opscope.render.page.html import html
from opscope.render.registry import output_for

FLOAT = (TensorType("float32", (8, 64)),)
STRIP = "#files .strip"
DATA = re.compile(r'(<script type="text/plain" id="data">)([^<]*)')


def small(*ops: "tuple[str, str]", name: str = "small") -> Any:
    """A chain of ops, by name and type, in a layer `dense`."""
    build = Builder()
    dense = build.group("dense", "layer", cls="Dense")
    last = build.op("x", "Placeholder", out=FLOAT)
    for op, kind in ops:
        last = build.op(op, kind, last, group=dense, out=FLOAT)
    return build.graph(name, ["x"], [last])


def test_a_dropped_page_is_opened_in_place_of_the_graph(open_page):
    opened = open_page(tagger())
    drop(opened.page, {"chain.html": html(chain(6))})
    assert told(opened.page) == "chain (chain.html) with 28 ops was dropped."
    assert opened.page.inner_text(".title h1") == "tagger"  # it was only asked
    opened.page.click("#files button:has-text('Open it')")
    (frame,) = frames(opened.page, 1)
    assert title(frame) == "chain"
    assert opened.page.locator(".title h1").count() == 0
    frame.click("[role=treeitem]:has-text('layer_2')")
    assert frame.inner_text(".details .name") == "layer_2"
    assert [request for request in opened.requests if not request.startswith("file:")] == []
    assert opened.errors == []


def test_cancel_leaves_the_graph_as_it_was(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/embed')")
    drop(opened.page, {"chain.html": html(chain(6))})
    opened.page.click("#files button:has-text('Cancel')")
    assert opened.page.locator("#files iframe").count() == 0
    assert opened.page.locator("#files .note").is_hidden()
    assert opened.run("opscope.view().select") == "group:model/embed"
    assert shown(opened) == "drawing"


def test_two_graphs_stand_side_by_side_and_what_has_the_same_name_is_counted(open_page):
    left = small(("dense/a", "Relu"), ("dense/b", "Tanh"), ("dense/old", "Exp"), name="before")
    right = small(
        ("dense/a", "Relu"), ("dense/b", "Sigmoid"), ("dense/new", "Exp"), ("dense/newer", "Exp"), name="after"
    )
    opened = open_page(left)
    drop(opened.page, {"after.html": html(right)})
    opened.page.click("#files button:has-text('Show it beside before')")
    one, other = frames(opened.page, 2)
    assert (title(one), title(other)) == ("before", "after")
    strip = opened.page.inner_text(STRIP)
    assert "Side by side, matched by name" in strip
    assert (
        "the same name on both sides: 3 ops (1 of another type), 1 layer" in strip
    )  # x, a and b, which is of another type
    assert "1 op only left" in strip
    assert "2 ops only right" in strip
    assert "opscope diff A B" in strip
    opened.page.click(f"{STRIP} button:has-text('2 ops only right')")
    assert "2 ops only right" in other.inner_text(".room")
    assert opened.errors == []


def test_two_files_dropped_at_once_are_side_by_side_without_a_question(open_page):
    opened = open_page(tagger())
    drop(opened.page, {"a.html": html(chain(3)), "b.html": html(chain(4))})
    frames(opened.page, 2)
    assert "a.html" in opened.page.inner_text("#files .called >> nth=0")
    opened.page.click("#files [aria-label='Close chain'] >> nth=0")
    (left,) = frames(opened.page, 1)
    assert len(left.query_selector_all("[role=treeitem]")) == 4


def side_by_side(open_page: Callable[..., Any], left: Any, right: Any) -> "tuple[Any, Any, Any]":
    opened = open_page(left)
    drop(opened.page, {"a.html": html(left), "b.html": html(right)})
    return (opened, *frames(opened.page, 2))


def view(frame: Any) -> Dict[str, Any]:
    """Where a frame's reader is; its function runs outside of the frame, which itself may run no script."""
    return frame.evaluate("() => window.opscope.view()")


def test_what_is_selected_on_one_side_is_selected_by_its_name_on_the_other(open_page):
    opened, left, right = side_by_side(open_page, chain(6), chain(4))
    left.click("[title*='layers'], [aria-label*='ayers'] >> nth=0")
    left.click("[role=treeitem]:has-text('layer_2')")
    assert view(left)["select"] == view(right)["select"] == "group:layer_2"
    assert opened.page.inner_text("#files .told") == ""
    left.click("[role=treeitem]:has-text('layer_5')")
    assert opened.page.inner_text("#files .told") == "layer_5: only on the left"
    assert view(right)["select"] == ""


def test_both_sides_have_one_viewport(open_page):
    """What has the same name on both sides stands at the same place of both, at one scale, whichever side is moved."""
    _, left, right = side_by_side(open_page, chain(6), chain(6))
    for leader, follower in ((left, right), (right, left)):
        box = leader.query_selector("canvas.drawing").bounding_box()
        page = leader.page
        page.mouse.move(box["x"] + 200, box["y"] + 150)
        page.mouse.down()
        page.mouse.move(box["x"] + 150, box["y"] + 70, steps=3)
        page.mouse.up()
        leader.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        led, follows = view(leader)["camera"], view(follower)["camera"]
        assert led["scale"] == pytest.approx(follows["scale"])
        assert (led["x"], led["y"]) == pytest.approx((follows["x"], follows["y"]), abs=0.1)  # the graphs are equal


def test_a_graph_that_differs_follows_by_what_is_near_the_middle(open_page):
    """The second graph has a layer more at the top, so that all else stands lower in it."""
    build = Builder()
    x = build.op("x", "Placeholder", out=FLOAT)
    top = build.group("top", "layer", cls="Top")
    for step in range(3):
        x = build.op(f"top/{step}", "Exp", x, group=top, out=FLOAT)
    for number in range(4):
        layer = build.group(f"layer_{number}", "layer", cls=f"Layer{number}")
        x = build.op(f"layer_{number}/relu", "Relu", x, group=layer, out=FLOAT)
    more = build.graph("more", ["x"], [x])
    _, left, right = side_by_side(open_page, chain(4), more)
    left.click("[title*='layers'], [aria-label*='ayers'] >> nth=0")
    left.click("[role=treeitem]:has-text('layer_3')")
    left.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    first, second = view(left)["camera"], view(right)["camera"]
    assert first["scale"] == pytest.approx(second["scale"])
    assert abs(first["y"] - second["y"]) > 20  # the same layer, at another height of its own drawing
    assert view(right)["select"] == "group:layer_3"


BAD = {
    "nonsense": ("x.txt", "nonsense", "x.txt is no page of opscope; save one with: opscope render MODEL -o page.html"),
    "nothing": ("x.html", "", "x.html is no page of opscope; save one with: opscope render MODEL -o page.html"),
    "another page": (
        "x.html",
        "<!DOCTYPE html><p>hello",
        "x.html is no page of opscope; save one with: opscope render MODEL -o page.html",
    ),
    "other JSON": (
        "x.json",
        '{"format": "other"}',
        "x.json is neither a page nor a graph of opscope; save one with: opscope render MODEL -o page.html",
    ),
    "a difference": (
        "x.json",
        '{"format": "opscope-diff", "version": 1}',
        "x.json says how two graphs differ and holds neither; opscope diff A B -o page.html makes a page of both",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_of_another_kind_is_refused_in_a_line_and_the_graph_stays(open_page, case):
    name, content, message = BAD[case]
    opened = open_page(tagger())
    drop(opened.page, {name: content})
    assert told(opened.page) == message
    assert opened.page.inner_text(".title h1") == "tagger"
    opened.page.click("#files [aria-label='Close this message']")
    assert opened.page.locator("#files .note").is_hidden()
    assert opened.run("opscope.select('model/embed')") is True
    assert opened.errors == []


def dropped_json(open_page: Callable[..., Any], graph: Any) -> "tuple[Any, Any]":
    """What a page shows of the JSON that `graph` is saved as."""
    opened = open_page(chain(2))
    drop(opened.page, {"graph.json": to_json(graph)})
    opened.page.click("#files button:has-text('Open it')")
    return (opened, *frames(opened.page, 1))


def test_json_is_opened_with_all_its_facts_and_says_that_it_has_no_drawing(open_page):
    graph = tagger()
    opened, frame = dropped_json(open_page, graph)
    assert title(frame) == "tagger"
    told_of = frame.inner_text(".nothing")
    assert "opscope render graph.json -o page.html" in told_of
    assert f"lists all {len(graph)} ops" in told_of
    layers = list(graph.layers())
    rows = [row.inner_text() for row in frame.query_selector_all(".table-row")]
    assert {row.split("\n")[0] for row in rows} >= {layer.path for layer in layers}
    frame.click("#tab-ops")
    frame.click(".table-row:has-text('model/head/MatMul')")
    details = frame.inner_text(".details").replace("\n", " ")
    (op,) = graph.ops(name="model/head/MatMul")
    for words in (op.name, op.type, "990 µs", "tagger.py:8", "float64 (8, 10)", *(one.op.name for one in op.inputs)):
        assert words in details, words
    assert view(frame)["select"] == "op:model/head/MatMul"
    assert opened.errors == []


def test_json_is_searched_and_its_wires_are_followed(open_page):
    graph = tagger()
    _, frame = dropped_json(open_page, graph)
    assert frame.evaluate("() => window.opscope.search('op:MatMul')") == len(list(graph.ops(type="MatMul")))
    assert frame.evaluate("() => window.opscope.search('dtype:float64')") == len(list(graph.ops(dtype="float64")))
    assert frame.evaluate("() => window.opscope.select('model/embed')") is True
    details = frame.inner_text(".details").replace("\n", " ")
    for words in ("Dense", "300 µs", "4,160"):
        assert words in details, words


def test_json_and_a_page_are_side_by_side(open_page):
    graph = tagger()
    opened = open_page(graph)
    drop(opened.page, {"graph.json": to_json(graph)})
    opened.page.click("#files button:has-text('Show it beside')")
    left, right = frames(opened.page, 2)
    strip = opened.page.inner_text(STRIP)
    assert f"the same name on both sides: {len(graph)} ops, 8 layers" in strip
    assert "only" not in strip
    left.evaluate("() => window.opscope.select('model/head')")
    assert view(right)["select"] == "group:model/head"
    assert opened.errors == []


def changed_json(change: Callable[[Dict[str, Any]], None]) -> str:
    record = json.loads(to_json(tagger()))
    change(record)
    return json.dumps(record)


UNSOUND = {
    "cut": (to_json(tagger())[:500], "is no JSON"),
    "newer": (changed_json(lambda record: record.update(version=9)), "upgrade opscope"),
    "no ops": (changed_json(lambda record: record.pop("nodes")), "are missing"),
    "an input that is not there": (changed_json(lambda record: record["nodes"][3]["inputs"].append({"node": "nowhere", "output": 0})), "names the op nowhere"),
    "a name twice": (changed_json(lambda record: record["nodes"].append(record["nodes"][0])), "two ops have one name"),
    "a group in itself": (changed_json(lambda record: record["groups"][0].update(parent=record["groups"][0]["path"])), "stands in no group before it"),
    "other values": (changed_json(lambda record: record["nodes"].__setitem__(0, 3)), "no sound graph"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSOUND)
def test_unsound_json_is_refused_in_a_line_and_the_graph_stays(open_page, case):
    content, words = UNSOUND[case]
    opened = open_page(chain(2))
    drop(opened.page, {"graph.json": content})
    message = told(opened.page)
    assert message.startswith("graph.json")
    assert words in message
    assert "\n" not in message
    assert opened.page.inner_text(".title h1") == "chain"


def with_data(page: str, change: Callable[[bytes], bytes]) -> str:
    """A page whose decompressed data was changed."""

    def changed(found: "re.Match[str]") -> str:
        data = change(zlib.decompress(base64.b64decode(found[2])))
        return found[1] + base64.b64encode(zlib.compress(data)).decode()

    return DATA.sub(changed, page, count=1)


def with_header(page: str, change: Callable[[Dict[str, Any]], None]) -> str:
    def changed(data: bytes) -> bytes:
        length = int.from_bytes(data[:4], "little")
        header = json.loads(data[4 : 4 + length])
        change(header)
        head = json.dumps(header).encode()
        return len(head).to_bytes(4, "little") + head + data[4 + length :]

    return with_data(page, changed)


def huge_column(header: Dict[str, Any]) -> None:
    header["columns"]["n.op"] = ["int", 0, 10**12, 0]


def column_beyond(header: Dict[str, Any]) -> None:
    header["columns"]["n.op"] = ["int", 0, 10**7, 4]


def own_parent(header: Dict[str, Any]) -> None:
    header["columns"]["g.parent"] = ["int", 0, header["columns"]["g.parent"][2], 0]  # group 0 lies in group 0


def asks_for_a_picture(header: Dict[str, Any]) -> None:
    header["style"]["light"]["heat"] = ["url(http://127.0.0.1:9/x)"] * 5


DAMAGED = {
    "cut": (lambda page: DATA.sub(lambda found: found[1] + found[2][: len(found[2]) // 2], page, count=1), "its data cannot be decompressed"),
    "not base64": (lambda page: DATA.sub(r"\1!!!", page, count=1), "its data cannot be decompressed"),
    "not zlib": (lambda page: DATA.sub(r"\1AAAA", page, count=1), "its data cannot be decompressed"),
    "no header": (lambda page: with_data(page, lambda data: b"\x00"), "cut off"),
    "another version": (lambda page: with_header(page, lambda header: header.update(version=99)), "upgrade opscope"),
    "a column of a trillion": (lambda page: with_header(page, huge_column), "n.op is longer than the file"),
    "a column beyond the file": (lambda page: with_header(page, column_beyond), "n.op is longer than the file"),
    "a group in itself": (lambda page: with_header(page, own_parent), "g.parent"),
    "an address in a colour": (lambda page: with_header(page, asks_for_a_picture), "its style names an address"),
    "2 GB of zeros": (lambda page: DATA.sub(lambda found: found[1] + zeros(), page, count=1), "more than 1000 MB"),
}  # fmt: skip


def zeros() -> str:
    """Two GB in two MB."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(1 << 24)) for _ in range(125)]
    return base64.b64encode(b"".join([*parts, packer.flush()])).decode()


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_page_is_refused_in_a_line_and_the_graph_stays(open_page, case):
    damage, words = DAMAGED[case]
    opened = open_page(tagger())
    drop(opened.page, {"bad.html": damage(html(chain(6)))})
    message = told(opened.page)
    assert message.startswith("bad.html")
    assert words in message
    assert "\n" not in message
    assert opened.page.inner_text(".title h1") == "tagger"
    assert opened.run("opscope.select('model/embed')") is True


def test_a_page_that_breaks_while_it_is_drawn_leaves_the_graph(open_page):
    opened = open_page(tagger())
    broken = with_header(html(chain(6)), lambda header: header.update(style={}))
    drop(opened.page, {"bad.html": broken})
    opened.page.click("#files button:has-text('Open it')")
    opened.page.wait_for_selector("#files .note.wrong")
    assert opened.page.inner_text(".title h1") == "tagger"
    assert opened.page.locator("#files iframe").count() == 0


EVIL = {
    "<script>": "<script>parent.hacked=1</script>",
    "<image>": '<image href="http://127.0.0.1:9/image" width="9" height="9"/>',
    "the attribute onclick": '<rect width="9" height="9" onclick="parent.hacked=1"/>',
    "<a>": '<a href="javascript:parent.hacked=1"><text y="9">go</text></a>',
    "<foreignObject>": '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:parent.hacked=1"/></foreignObject>',
    "the attribute href": '<use href="http://127.0.0.1:9/x.svg#a"/>',
    "<animate>": '<animate attributeName="href"/>',
    "<script> ": '<g xmlns:h="http://www.w3.org/1999/xhtml"><h:script>parent.hacked=1</h:script></g>',
    "the attribute style": '<g style="background: red"/>',
}


@pytest.mark.parametrize("what", EVIL)
def test_a_drawing_that_is_more_than_a_drawing_is_refused(open_page, what):
    opened = open_page(tagger())
    page = str(output_for(".html").make(chain(60), Options()))

    def evil(header: Dict[str, Any]) -> None:
        header["overview"]["svg"] = header["overview"]["svg"].replace("</svg>", EVIL[what] + "</svg>")

    drop(opened.page, {"evil.html": with_header(page, evil)})
    assert f"its drawing holds {what.strip()}" in told(opened.page)


def test_an_overview_is_opened_as_it_was_saved(open_page):
    opened = open_page(tagger())
    drop(opened.page, {"a.html": str(output_for(".html").make(chain(60), Options()))})
    opened.page.click("#files button:has-text('Open it')")
    (frame,) = frames(opened.page, 1)
    assert view(frame)["shown"] == "overview"
    assert frame.locator(".overview text").count() > 20


def test_nothing_of_a_dropped_page_runs(open_page):
    """Its own scripts and markup are not looked at, and its names are text."""
    opened = open_page(tagger())
    page = with_header(html(chain(6)), lambda header: header.update(name=HOSTILE[0]))
    page = page.replace(
        "<body>", "<body><script>window.hacked=7;parent.hacked=8</script><img src=x onerror='hacked=9'>"
    )
    drop(opened.page, {f"{HOSTILE[2]}.html": page})
    assert HOSTILE[0] in told(opened.page)
    opened.page.click("#files button:has-text('Open it')")
    (frame,) = frames(opened.page, 1)
    assert title(frame) == HOSTILE[0]
    assert opened.run("window.hacked") is None
    assert frame.evaluate("() => window.hacked") is None
    assert frame.locator("script, img").count() == 0


def test_a_frame_can_neither_run_nor_load_anything(open_page):
    """Were markup ever to come into it."""
    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    opened = open_page(tagger())
    drop(opened.page, {"a.html": html(chain(6))})
    opened.page.click("#files button:has-text('Open it')")
    (frame,) = frames(opened.page, 1)
    frame.evaluate(
        """(address) => {
  const place = document.createElement('div');
  document.body.append(place);
  place.innerHTML = `<img src="${address}/img" onerror="hacked=1"><button onclick="hacked=2">b</button><a href="javascript:hacked=3">a</a>`
    + `<iframe src="${address}/frame"></iframe><div style="background: url(${address}/style)">x</div><svg onload="hacked=4"></svg>`;
  place.querySelector('button').click();
  place.querySelector('a').click();
  const script = document.createElement('script');
  script.src = address + '/script';
  document.body.append(script);
  return new Promise((done) => setTimeout(done, 500));
}""",
        address,
    )
    server.shutdown()
    server.server_close()
    assert asked == []
    assert frame.evaluate("() => window.hacked") is None


def test_three_files_are_too_many(open_page):
    opened = open_page(tagger())
    drop(opened.page, {f"{name}.html": html(chain(3)) for name in "abc"})
    assert told(opened.page) == "Two graphs can be seen side by side: drop one file or two"
