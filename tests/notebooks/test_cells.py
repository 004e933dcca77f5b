import builtins
import sys
import types

import pytest

import opscope
from opscope import notebook
from opscope.errors import RenderError
from opscope.notebook import cell_output, viewing
from opscope.render.registry import Output


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
    assert html.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts allow-downloads"' in html
    inside = html.partition('srcdoc="')[2].partition('"')[0]
    assert "&lt;!DOCTYPE html&gt;" in inside
    assert "<" not in inside


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
    assert list(bundle) == ["text/html", "image/svg+xml", "text/plain"]
    assert "&lt;!DOCTYPE html&gt;" in bundle["text/html"]
    read = opscope.Difference.from_dict(difference.to_dict())
    assert list(read._repr_mimebundle_()) == ["text/plain"]
    assert read._repr_mimebundle_()["text/plain"] == bundle["text/plain"]
    with pytest.raises(opscope.InputError, match="compare the two models again"):
        read.show()
