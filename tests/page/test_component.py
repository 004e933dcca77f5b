"""<opscope-view> in pages of others: a plain one, one with React, one from a file with a strict policy; the examples of its package are these pages."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, Callable, Iterator, List, NamedTuple

import pytest
from dropping import drop, frames, title
from page_graphs import chain, tagger

from opscope.render.page.html import html
from opscope.version import __version__

PACKAGE = Path(__file__).parents[2] / "viewer" / "element"
EXAMPLES = ("plain.html", "react.html", "react.tsx", "file.html", "file.js")
GET = "node: <opscope-view> is not built; run 'npm ci && npm run build' in viewer/"

needs_build = pytest.mark.skipif(
    not (PACKAGE / "opscope-view.js").exists() or not (PACKAGE / "examples" / "react.js").exists(), reason=GET
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # the browser asks for it by itself
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator["tuple[Path, str]"]:
    """The package's folder with two models in it, and the address where a server has it."""
    folder = tmp_path_factory.mktemp("site") / "opscope-view"
    shutil.copytree(PACKAGE, folder)
    (folder / "examples" / "model.html").write_text(html(tagger()), encoding="utf-8")
    (folder / "examples" / "other.html").write_text(html(chain(6)), encoding="utf-8")
    (folder / "empty.html").write_text('<!DOCTYPE html><script src="opscope-view.js"></script><body>', encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Visit(NamedTuple):
    page: Any
    requests: List[str]
    errors: List[str]


@pytest.fixture
def visit(browser: Any, site: "tuple[Path, str]") -> Iterator[Callable[[str], Visit]]:
    contexts = []

    def visited(address: str) -> Visit:
        context = browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        made = Visit(context.new_page(), [], [])
        made.page.on("request", lambda request: made.requests.append(request.url))
        made.page.on("pageerror", lambda error: made.errors.append(str(error)))
        made.page.on("console", lambda line: made.errors.append(line.text) if line.type == "error" else None)
        made.page.goto(address if "://" in address else f"{site[1]}/{address}")
        return made

    yield visited
    for context in contexts:
        context.close()


def shown(page: Any, count: int = 1, which: int = 0) -> List[Any]:
    return frames(page, count, f"opscope-view >> nth={which}")


@needs_build
def test_in_a_plain_page(visit):
    page, requests, errors = visit("examples/plain.html")
    (frame,) = shown(page)
    assert title(frame) == "tagger"
    frame.click("[role=treeitem]:has-text('embed')")
    assert page.inner_text("#selected") == "model/embed"
    assert page.evaluate("document.getElementById('model').selection") == "group:model/embed"
    own = [name.split("/")[-1] for name in requests if name.startswith("http") and "favicon" not in name]
    assert own == ["plain.html", "opscope-view.js", "model.html"]
    assert errors == []


@needs_build
def test_in_a_page_of_react(visit):
    """Two on one page; one is removed, and they exchange their places: each keeps its graph and where its reader is."""
    page, _, errors = visit("examples/react.html")
    (first,), (second,) = shown(page, which=0), shown(page, which=1)
    assert (title(first), title(second)) == ("tagger", "chain")
    second.click("[role=treeitem]:has-text('layer_2')")
    assert page.locator("output").all_inner_texts() == ["nothing", "layer_2"]
    page.click("button:has-text('Exchange')")
    (first,) = shown(page, which=0)
    assert title(first) == "chain"
    page.wait_for_function("document.querySelector('opscope-view').selection === 'group:layer_2'")
    page.click("button:has-text('Remove')")
    (left,) = shown(page)
    assert title(left) == "tagger"
    assert page.locator("opscope-view").count() == 1
    assert errors == []


@needs_build
def test_from_a_file_with_a_policy_that_forbids_the_network_and_scripts_of_the_page(visit, site):
    """As in the window of a desktop application: file://, default-src 'none', no inline script or style."""
    folder, _ = site
    page, requests, errors = visit((folder / "examples" / "file.html").as_uri())
    page.set_input_files("#file", str(folder / "examples" / "model.html"))
    (frame,) = shown(page)
    assert title(frame) == "tagger"
    assert (
        frame.evaluate("() => getComputedStyle(document.querySelector('.bar')).display") == "flex"
    )  # it has its styles,
    assert (
        frame.evaluate("() => [...document.fonts].filter((font) => font.status === 'loaded').length") == 3
    )  # and its fonts
    page.set_input_files("#file", [str(folder / "examples" / name) for name in ("model.html", "other.html")])
    left, right = shown(page, 2)
    assert (title(left), title(right)) == ("tagger", "chain")
    page.set_input_files("#file", str(folder / "README.md"))
    page.wait_for_selector("#problem:not(:empty)")
    assert (
        page.inner_text("#problem")
        == "README.md is no page of opscope; save one with: opscope render MODEL -o page.html"
    )
    assert len(shown(page, 2)) == 2  # what was shown still is
    assert [name for name in requests if not name.startswith(("file:", "about:"))] == []
    assert errors == []


@needs_build
def test_a_file_that_names_another_file_says_what_to_do(visit, site):
    page, _, _ = visit((site[0] / "examples" / "file.html").as_uri())
    page.evaluate("() => document.getElementById('model').setAttribute('src', 'model.html')")
    page.wait_for_selector("#problem:not(:empty)")
    assert "set the element's property data" in page.inner_text("#problem")


@needs_build
def test_files_are_dropped_on_the_element_and_nowhere_else(visit):
    page, _, _ = visit("examples/plain.html")
    shown(page)
    dropped = {"other.html": html(chain(6))}
    drop(page, dropped)
    assert page.locator("opscope-view .note").is_hidden()
    drop(page, dropped, "document.querySelector('opscope-view')")
    page.click("opscope-view button:has-text('beside tagger')")
    left, right = shown(page, 2)
    assert (title(left), title(right)) == ("tagger", "chain")
    drop(
        page,
        {"third.html": html(chain(3))},
        "document.querySelector('opscope-view').shadowRoot.querySelector('iframe').contentDocument.body",
    )
    page.click("opscope-view button:has-text('Open it')")
    (frame,) = shown(page)
    assert title(frame) == "chain"
    page.evaluate("() => document.querySelector('opscope-view').toggleAttribute('no-drop', true)")
    shown(page)
    drop(page, dropped, "document.querySelector('opscope-view')")
    assert page.locator("opscope-view .note").is_hidden()


def made(page: Any, script: str) -> Any:
    """Run a script that makes an element `view`, add it, and wait for its event."""
    return page.evaluate(
        "async () => { const view = document.createElement('opscope-view'); const told = new Promise((done) => {"
        "view.addEventListener('ready', ({detail}) => done(['ready', detail])); view.addEventListener('error', ({detail}) => done(['error', detail])); });"
        f"{script}; document.body.append(view); window.view = view; return told; }}"
    )


@needs_build
def test_attributes_and_properties(visit):
    page, _, errors = visit("empty.html")
    assert made(page, "view.setAttribute('src', 'examples/model.html'); view.setAttribute('theme', 'dark'); view.setAttribute('selection', 'model/embed')") == [
        "ready", {"graphs": [{"name": "tagger", "ops": 33}]},
    ]  # fmt: skip
    (frame,) = shown(page)
    assert frame.evaluate("() => document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("view.selection") == "group:model/embed"
    page.evaluate("view.setAttribute('theme', 'light')")
    assert frame.evaluate("() => document.documentElement.dataset.theme") == "light"
    page.evaluate("view.selection = 'op:model/embed/Relu'")
    assert page.evaluate("view.page.view().select") == "op:model/embed/Relu"
    page.evaluate("view.selection = null")
    assert page.evaluate("view.selection") is None
    assert page.evaluate("view.page.search('op:MatMul')") == 7
    told = page.evaluate("view.view")
    assert "q=op" in told
    # Another element that begins there.
    page.evaluate("view.remove()")
    assert made(page, f"view.view = {json.dumps(told)}; view.setAttribute('src', 'examples/model.html')")[0] == "ready"
    assert page.evaluate("view.page.view().query") == "op:MatMul"
    assert errors == []


@needs_build
@pytest.mark.parametrize(
    "kind", ["text", "new Blob([text])", "new TextEncoder().encode(text)", "new TextEncoder().encode(text).buffer"]
)
def test_data_are_text_or_bytes(visit, kind):
    page, _, _ = visit("empty.html")
    script = f"const text = await (await fetch('examples/model.html')).text(); view.data = {kind}"
    assert made(page, script) == ["ready", {"graphs": [{"name": "tagger", "ops": 33}]}]


@needs_build
def test_fit_shows_all_of_the_drawing(visit):
    page, _, _ = visit("empty.html")
    made(page, "view.setAttribute('src', 'examples/model.html')")
    readable = page.evaluate("view.page.view().camera.scale")
    page.evaluate("view.setAttribute('fit', 'all')")
    assert page.evaluate("view.page.view().camera.scale") < readable


@needs_build
@pytest.mark.parametrize("address", ["missing.html", "examples/react.tsx"])
def test_what_cannot_be_shown_is_told_in_the_element_and_as_an_event(visit, address):
    page, _, _ = visit("empty.html")
    kind, detail = made(page, f"view.setAttribute('src', '{address}')")
    assert kind == "error"
    assert "\n" not in detail["message"]
    assert page.inner_text("opscope-view .note p") == detail["message"]


COUNTED = """() => {
  window.listeners = [];
  for (const target of [window, document, document.documentElement]) {
    const add = target.addEventListener.bind(target);
    target.addEventListener = (...parts) => { listeners.push(parts[0]); return add(...parts); };
  }
  window.before = {globals: Object.keys(window).filter((name) => !/playwright/i.test(name)).length + 2, fonts: document.fonts.size, html: document.documentElement.cloneNode(false).outerHTML, head: document.head.outerHTML, sheets: document.adoptedStyleSheets.length, hash: location.href, history: history.length, storage: localStorage.length};
}"""
UNTOUCHED = """() => ({...before, globals: Object.keys(window).filter((name) => !/playwright/i.test(name)).length, fonts: document.fonts.size, html: document.documentElement.cloneNode(false).outerHTML, head: document.head.outerHTML, sheets: document.adoptedStyleSheets.length, hash: location.href, history: history.length, storage: localStorage.length})"""


@needs_build
def test_the_page_around_is_left_alone(visit):
    """No listener, style, font, global, address or stored thing of its own, though the reader selects, searches and changes the theme."""
    page, _, _ = visit("empty.html")
    page.evaluate(COUNTED)
    before = page.evaluate("before")
    made(page, "view.setAttribute('src', 'examples/model.html')")
    page.evaluate("view.page.select('model/embed'); view.page.open('model/head'); view.setAttribute('theme', 'dark')")
    assert page.evaluate("listeners") == []  # before Playwright adds some of its own for clicks
    (frame,) = shown(page)
    frame.click("[role=treeitem]:has-text('embed')")
    frame.press("canvas.drawing", "/")
    frame.fill(".search input", "MatMul")
    frame.click("button:has-text('View')")
    frame.click("[role=menuitem]:has-text('theme')")
    page.wait_for_timeout(400)  # longer than the page waits before it would write its address
    after = page.evaluate(UNTOUCHED)
    assert after == before
    assert page.evaluate("Object.keys(window).filter((name) => /opscope/i.test(name))") == []
    frame.press(".search input", "Escape")
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'own'}))")
    page.fill("#own", "")
    page.press("#own", "/")  # a key of the page's own
    assert page.input_value("#own") == "/"


@needs_build
def test_what_is_removed_leaves_nothing(visit):
    """Twenty are made and removed: documents, frames, elements and listeners are as few as after the first."""
    page, _, errors = visit("empty.html")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def counted() -> "dict[str, float]":
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        told = session.send("Performance.getMetrics")["metrics"]
        return {
            each["name"]: each["value"]
            for each in told
            if each["name"] in ("Documents", "Frames", "Nodes", "JSEventListeners")
        }

    def once() -> None:
        made(page, "view.setAttribute('src', 'examples/model.html')")
        page.evaluate("() => { view.page.search('MatMul'); view.remove(); delete window.view; }")

    once()
    first = counted()
    for _ in range(20):
        once()
    last = counted()
    assert last["Frames"] == first["Frames"]
    assert last["Documents"] <= first["Documents"] + 2  # the collector may be late with the last one
    assert last["JSEventListeners"] <= first["JSEventListeners"] + 150
    assert errors == []


def test_the_package_has_the_version_the_licence_and_the_readme_of_opscope():
    package = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
    root = PACKAGE.parents[1]
    assert package["version"] == __version__
    assert (PACKAGE / "LICENSE").read_bytes() == (root / "LICENSE").read_bytes()
    assert (PACKAGE / "OFL.txt").read_bytes() == (root / "src/opscope/render/font/OFL.txt").read_bytes()
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    for name in EXAMPLES:
        assert (
            f"```{name.rsplit('.', 1)[1]}\n{(PACKAGE / 'examples' / name).read_text(encoding='utf-8')}```" in readme
        ), name


@needs_build
def test_the_package_holds_what_it_says_and_nothing_else():
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(GET)
    told = json.loads(
        subprocess.run(
            [npm, "pack", "--dry-run", "--json"], cwd=PACKAGE, check=True, capture_output=True, text=True
        ).stdout
    )
    (packed,) = told.values() if isinstance(told, dict) else told
    files = {each["path"] for each in packed["files"]}
    assert files == {
        "package.json",
        "README.md",
        "LICENSE",
        "OFL.txt",
        "opscope-view.js",
        "opscope-view.d.ts",
        "react.d.ts",
        *(f"examples/{name}" for name in EXAMPLES),
    }
    exported = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["exports"]
    assert {
        path[2:] for entry in exported.values() for path in ([entry] if isinstance(entry, str) else entry.values())
    } <= files


@needs_build
def test_node_may_load_it_where_a_site_is_rendered_beforehand():
    node = shutil.which("node")
    if node is None:
        pytest.skip(GET)
    run = [
        node,
        "--input-type=module",
        "-e",
        f"await import({json.dumps((PACKAGE / 'opscope-view.js').as_uri())}); console.log('loaded')",
    ]
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout == "loaded\n"
