"""Pages that are made in the background: one at a time, the last ones kept, a failure said in one line."""

import threading

import pytest

from opscope.errors import LoadError
from opscope.tensorboard import page_shelf
from opscope.tensorboard.page_shelf import PageShelf


@pytest.fixture(autouse=True)
def _nobody_goes_away(monkeypatch):
    monkeypatch.setattr(page_shelf, "_FORGOTTEN", float("inf"))


def made(shelf, key, text="page", **options):
    state = shelf.state(key, lambda _: text, **options)
    state.over.wait()
    return state


def test_a_page_is_made_once():
    shelf, calls = PageShelf(), []
    for _ in range(3):
        state = shelf.state("a", lambda _: calls.append(1) or "page")
        state.over.wait()
        assert (state.text, state.told()) == ("page", {"state": "ready"})
    assert calls == [1]


def test_what_is_being_done_is_told_and_the_next_page_waits():
    shelf, go, reached = PageShelf(), threading.Event(), threading.Event()

    def make(say):
        say("reading the graph")
        reached.set()
        go.wait()
        return "page"

    first = shelf.state("a", make)
    reached.wait()
    second = shelf.state("b", lambda _: "other")
    assert first.told()["doing"] == "reading the graph"
    assert (second.told()["state"], second.told()["doing"]) == ("working", "waiting for another page to be made")
    go.set()
    first.over.wait()
    second.over.wait()
    assert (first.text, second.text) == ("page", "other")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (LoadError("x: cut off"), "x: cut off"),
        (ZeroDivisionError("division by zero"), "mistake in opscope"),
        (RecursionError(), "mistake in opscope"),
        (MemoryError(), "memory of this machine"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
)
def test_a_failure_is_one_line_and_tried_again_when_it_is_asked_for(error, words):
    shelf = PageShelf()

    def fail(_):
        raise error

    state = shelf.state("a", fail)
    state.over.wait()
    assert words in state.told()["why"]
    assert "\n" not in state.told()["why"]
    assert shelf.state("a", lambda _: "page") is state
    again = shelf.state("a", lambda _: "page", again=True)
    again.over.wait()
    assert again.told() == {"state": "ready"}
    assert shelf.state("a", fail, again=True) is again  # a page that is there is not made anew


def test_pages_that_were_not_looked_at_for_longest_are_dropped(monkeypatch):
    monkeypatch.setattr(page_shelf, "MOST_KEPT_TEXT", 25)
    shelf = PageShelf()
    for key in "abc":  # each has ten characters
        made(shelf, key, text="0123456789")
        made(shelf, "a", text="0123456789")
    shelf._drop()  # a page is there before its thread has dropped others
    assert sorted(shelf._states) == ["a", "c"]
    made(shelf, "huge", text="x" * 100)
    shelf._drop()
    assert list(shelf._states) == ["huge"]


def test_a_page_that_nobody_waits_for_any_more_is_not_begun(monkeypatch):
    monkeypatch.setattr(page_shelf, "_FORGOTTEN", -1)
    state = made(PageShelf(), "a")
    assert state.text is None
    assert "choose it again" in state.told()["why"]
    assert made(PageShelf(), "a", awaited=True).text == "page"
