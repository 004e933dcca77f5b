import base64
import builtins
import re
import sys
import types
from html import unescape

import pytest

import opscope
from graphs import Builder
from opscope import notebook
from opscope.errors import RenderError
from opscope.notebook import cell_output, viewing
from opscope.render.options import Options
from opscope.render.registry import Output, output_for


class Kernel:
    kernel = object()


def shown_in(monkeypatch, shell):
    module = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", module)


def test_a_terminal_is_no_notebook(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not notebook.in_notebook()
    shown_in(monkeypatch, object())
    assert not notebook.in_notebook()


def test_a_kernel_is_a_notebook(monkeypatch):
    shown_in(monkeypatch, Kernel())
    assert notebook.in_notebook()


def test_a_cell_shows_the_drawing_and_the_summary(small_graph):
    bundle = small_graph._repr_mimebundle_()
    assert "<svg" in bundle["image/svg+xml"]
    assert bundle["text/plain"] == small_graph.summary()


def test_in_a_kernel_the_summary_is_a_text_still(small_graph, monkeypatch):
    summary = small_graph.summary()
    # The name by which rich tells a notebook, where it shows what it would print.
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    assert small_graph.summary() == summary


def test_a_cell_holds_the_page_in_a_frame_of_its_own(small_graph):
    html = small_graph._repr_mimebundle_()["text/html"]
    assert html.count("<iframe srcdoc=") == 1
    assert 'sandbox="allow-scripts allow-downloads"' in html
    inside = html.partition('srcdoc="')[2].partition('"')[0]
    assert "&lt;!DOCTYPE html&gt;" in inside
    assert "<" not in inside


def picture_in(html):
    """The SVG of the image in a cell."""
    return base64.b64decode(html.partition('src="data:image/svg+xml;base64,')[2].partition('"')[0]).decode("utf-8")


def test_behind_the_frame_is_the_picture_for_places_that_take_frames_away(small_graph):
    bundle = small_graph._repr_mimebundle_()
    without = re.sub("<iframe .*</iframe>", "", bundle["text/html"], flags=re.DOTALL)
    assert "trust the notebook" in without
    assert picture_in(without) == bundle["image/svg+xml"]


def test_a_graph_with_many_ops_is_shown_as_an_overview_with_a_link_that_holds_its_page(small_graph, monkeypatch):
    monkeypatch.setattr(cell_output, "PAGE_OPS", len(small_graph) - 1)
    bundle = small_graph._repr_mimebundle_()
    html = bundle["text/html"]
    assert "<iframe" not in html
    assert f"<b>net</b>, {len(small_graph)} ops: this is the overview." in html
    file, data = re.search(r'<a download="(.*?)" href="data:text/html;charset=utf-8;base64,(.*?)">', html).groups()
    assert file == "net.html"
    assert base64.b64decode(data).decode("utf-8") == output_for(".html").make(small_graph, Options())
    assert "<code>graph.show()</code>" in html
    assert picture_in(html) == bundle["image/svg+xml"]
    assert bundle["text/plain"] == small_graph.summary()


def test_of_a_graph_with_very_many_ops_no_page_is_made(small_graph, monkeypatch):
    picture = output_for(".svg")
    monkeypatch.setattr(cell_output, "LINKED_OPS", len(small_graph) - 1)
    monkeypatch.setattr(cell_output, "output_for", {".svg": picture}.__getitem__)  # the page's is not asked for
    html = small_graph._repr_mimebundle_()["text/html"]
    assert "<a " not in html
    assert "The interactive page with every op is left out" in html
    assert picture_in(html).startswith("<svg")


def test_a_page_that_is_too_large_for_a_notebook_is_a_link_or_left_out_with_its_size(small_graph, monkeypatch):
    whole = len(small_graph._repr_mimebundle_()["text/html"].encode("utf-8"))
    page = len(output_for(".html").make(small_graph, Options()).encode("utf-8"))
    monkeypatch.setattr(cell_output, "PAGE_BYTES", whole)
    assert "<iframe" in small_graph._repr_mimebundle_()["text/html"]
    monkeypatch.setattr(cell_output, "PAGE_BYTES", min(whole - 1, page))
    html = small_graph._repr_mimebundle_()["text/html"]
    assert "<iframe" not in html
    assert "<a " not in html  # in base64 it takes a third more
    assert f"The interactive page with every op ({page / 1e6:.1f} MB) is left out" in html


def test_what_is_shown_in_place_of_a_page_can_be_done(small_graph, monkeypatch, tmp_path):
    """The calls that the cell names, as they stand there."""
    monkeypatch.setattr(cell_output, "PAGE_OPS", 0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(viewing, "in_notebook", lambda: True)
    shown = []
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(
        display=lambda data, raw: shown.append(data["text/html"]), SVG=None, Image=None, Markdown=None,
    ))  # fmt: skip
    difference = opscope.diff(small_graph, small_graph)
    for name, value in (("graph", small_graph), ("difference", difference)):
        calls = [unescape(call) for call in re.findall("<code>(.*?)</code>", value._repr_mimebundle_()["text/html"])]
        assert len(calls) == 2
        for call in calls:
            exec(call, {name: value})
    assert [html.count("<iframe") for html in shown] == [1, 1]
    assert {file.name for file in tmp_path.iterdir()} == {"model.html", "changes.html"}


def test_a_picture_that_is_too_large_is_left_out(small_graph, monkeypatch):
    monkeypatch.setattr(cell_output, "PICTURE_BYTES", 100)
    bundle = small_graph._repr_mimebundle_()
    assert list(bundle) == ["text/html", "text/plain"]
    assert "<img" not in bundle["text/html"]
    assert "This is its picture" not in bundle["text/html"]
    with pytest.raises(RenderError, match="the notebook would keep"):
        cell_output.picture_bundle(small_graph, Options())


def test_names_of_strangers_stay_text_in_a_cell(monkeypatch):
    monkeypatch.setattr(cell_output, "PAGE_OPS", 0)
    make = Builder()
    make.op("x", "Placeholder")
    html = make.graph('<script>"&', [])._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    assert "<b>&lt;script&gt;&quot;&amp;</b>" in html
    assert 'alt="overview of &lt;script&gt;&quot;&amp;"' in html


@pytest.mark.alike
@pytest.mark.slow
def test_a_training_step_of_47695_ops_is_an_overview_and_a_link_within_the_bound(shared):
    bundle = opscope.load(shared / "graphs" / "tfm48_train.pb")._repr_mimebundle_()
    assert "47,695 ops: this is the overview" in bundle["text/html"]
    assert '<a download="' in bundle["text/html"]
    assert sum(len(form.encode()) for form in bundle.values()) < cell_output.PAGE_BYTES


def test_a_cell_that_cannot_be_drawn_shows_the_summary_and_why(small_graph, monkeypatch):
    def fails(*_):
        raise RenderError("too large; open fewer groups")

    monkeypatch.setattr(cell_output, "output_for", lambda _: Output(".svg", "", False, fails))
    bundle = small_graph._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert bundle["text/plain"].startswith(small_graph.summary())
    assert "too large; open fewer groups" in bundle["text/plain"]


def test_without_a_display_the_path_is_printed_and_nothing_opened(tmp_path, monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(viewing.webbrowser, "open", lambda _: pytest.fail("opened a browser"))
    notebook.view(tmp_path / "net.svg")
    assert str(tmp_path / "net.svg") in capsys.readouterr().out


def test_with_a_display_the_file_is_opened(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(viewing.webbrowser, "open", opened.append)
    notebook.view(tmp_path / "net.svg")
    assert opened == [(tmp_path / "net.svg").resolve().as_uri()]


def test_a_cell_shows_a_difference_as_page_picture_and_text_and_one_from_json_in_words(small_graph):
    difference = opscope.diff(small_graph, small_graph)
    bundle = difference._repr_mimebundle_()
    assert picture_in(bundle["text/html"]) == bundle["image/svg+xml"]
    assert list(bundle) == ["text/html", "image/svg+xml", "text/plain"]
    assert "&lt;!DOCTYPE html&gt;" in bundle["text/html"]
    read = opscope.Difference.from_dict(difference.to_dict())
    assert list(read._repr_mimebundle_()) == ["text/plain"]
    assert read._repr_mimebundle_()["text/plain"] == bundle["text/plain"]
    with pytest.raises(opscope.InputError, match="compare the two models again"):
        read.show()
