"""Notes and bookmarks: written, found, kept in the link or in a saved copy of the page, and never taken for those of another graph."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from page_driver import SHADOW, Opened, shown
from page_graphs import HOSTILE, chain, tagger, tower

VIEW = "opscope.view()"
HEAD = "group:model/head"


def write(opened, text, key="m"):
    opened.page.focus("canvas.drawing" if opened.page.is_visible("canvas.drawing") else ".overview")
    opened.page.keyboard.press(key)
    opened.page.fill("dialog.writing :is(textarea, input)", text)
    opened.page.click("dialog.writing button:has-text('Save')")


def texts(opened):
    if opened.run(f"{VIEW}.tab") != "notes":
        opened.page.click("#tab-notes")
    return opened.page.locator(".notes .note-text").all_inner_texts()


def link(opened):
    opened.wait(f"{VIEW}.notes && location.hash.includes('n=' + {VIEW}.notes)")
    return opened.run("location.hash.slice(1)")


def saved_copy(opened, tmp_path):
    opened.page.click(".bar .menu-button:has-text('Save')")
    with opened.page.expect_download() as waiting:
        opened.page.click("[role=menuitem]:has-text('with notes')")
    file = tmp_path / "copy.html"
    waiting.value.save_as(file)
    return file


def test_a_note_is_written_told_found_changed_and_taken_away(open_page):
    opened = open_page(tagger())
    page = opened.page
    opened.run("opscope.select('model/head/MatMul')")
    page.click(".details button:has-text('Add a note')")
    page.keyboard.type("slow: why this dtype?")
    page.keyboard.press("Control+Enter")
    assert page.inner_text(".details .note-text") == "slow: why this dtype?"
    assert opened.run("opscope.search('why this')") > 0
    assert opened.run("opscope.search('note:dtype')") == 1
    assert opened.run("opscope.search('note:dtype op:Tanh')") == 0
    opened.run("opscope.select('model/embed')")
    assert page.locator(".details .note-text").count() == 0
    assert texts(opened) == ["slow: why this dtype?"]
    page.click(".notes .note-on")
    assert opened.run(f"{VIEW}.select") == "op:model/head/MatMul"
    page.click(".notes button:has-text('Edit')")
    page.fill("textarea", "answered")
    page.keyboard.press("Escape")
    assert texts(opened) == ["slow: why this dtype?"]
    page.click(".notes button:has-text('Delete')")
    assert texts(opened) == []
    page.focus("canvas.drawing")
    page.keyboard.press("Control+z")
    assert texts(opened) == ["slow: why this dtype?"]
    assert opened.errors == []


def test_a_link_keeps_notes_and_bookmarks(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/head')")
    write(opened, "the head\nin two lines <b>&</b>")
    opened.run("opscope.close('model/embed')")
    write(opened, "without embed", key="b")
    second = open_page(tagger(), link=link(opened))
    assert texts(second) == ["the head\nin two lines <b>&</b>"]
    second.run("opscope.open('model/embed')")
    second.run("opscope.select('model/embed/Relu')")
    second.page.click(".notes .note-on:has-text('without embed')")
    assert second.run(f"{VIEW}.open") == ["-model/embed"]
    assert second.run(f"{VIEW}.select") == HEAD
    second.page.go_back()
    second.wait(f"{VIEW}.select === 'op:model/embed/Relu'")
    assert texts(second) == ["the head\nin two lines <b>&</b>"]  # going back in the page takes no note away
    second.page.reload()
    second.wait("document.documentElement.dataset.opscope === 'ready'")
    assert texts(second) == ["the head\nin two lines <b>&</b>"]
    assert second.errors == []


def test_a_saved_copy_is_the_page_with_its_notes(open_page, tmp_path):
    opened = open_page(tagger())
    opened.page.click("[role=radio]:has-text('Memory')")
    opened.run("opscope.select('model/head')")
    write(opened, "the head")
    file = saved_copy(opened, tmp_path)
    second = Opened(opened.page.context.new_page()).go(file)
    assert second.run("document.documentElement.dataset.opscope") == "ready"
    assert second.run(f"{VIEW}.colour") == "time"  # the page as it was saved, not as it was left
    assert texts(second) == ["the head"]
    assert "n=" not in second.run("location.hash")
    assert second.run("opscope.search('op:MatMul')") == opened.run("opscope.search('op:MatMul')")
    second.page.click(".notes button:has-text('Delete')")
    gone = Opened(opened.page.context.new_page()).go(file, link(second))
    assert gone.page.locator("#tab-notes").count() == 0
    again = saved_copy(gone, tmp_path)
    assert abs(again.stat().st_size - file.stat().st_size) < 200
    assert [*opened.errors, *second.errors, *gone.errors] == []


def test_markup_in_notes_is_text_everywhere(open_page, tmp_path):
    opened = open_page(tagger())
    for name, text in zip(
        ("model", "model/embed", "model/head", "model/embed/Relu", "model/head/MatMul", "x", "model/head/inner"),
        HOSTILE,
    ):
        opened.run(f"opscope.select('{name}')")
        write(opened, text)
    opened.page.focus("canvas.drawing")
    write(opened, HOSTILE[0], key="b")
    second = Opened(opened.page.context.new_page()).go(saved_copy(opened, tmp_path))
    for page in (opened, second):
        assert len(texts(page)) == len(HOSTILE)
        assert texts(page)[0] == HOSTILE[0]
        assert page.run("window.hacked") is None
        assert page.page.locator(".notes :is(img, script, svg)").count() == 0
        assert page.run("document.querySelectorAll('#notes').length") == (1 if page is second else 0)
    opened.wait("location.hash.includes('n=')")
    assert opened.errors == second.errors == []


def test_notes_of_another_graph_are_told_and_kept_out(open_page):
    opened = open_page(tagger())
    for name in ("model/head", "x"):
        opened.run(f"opscope.select('{name}')")
        write(opened, f"about {name}")
    write(opened, "a place", key="b")
    other = open_page(chain(6), link=link(opened))
    assert texts(other) == ["about x"]
    told = other.page.locator(".notes-told").all_inner_texts()
    assert told[0].startswith("Written about another graph: tagger, 33 ops")
    assert told[1].startswith("1 note left out")
    broken = open_page(tagger(), link="n=AAAA&s=op:x")
    assert "cannot be read" in broken.page.inner_text(".notes-told")
    assert broken.run(f"{VIEW}.select") == "op:x"
    assert other.errors == broken.errors == []


def test_what_has_no_room_in_a_link_is_told(open_page, tmp_path):
    opened = open_page(tagger())
    letters = random.Random(3)
    for name in ("model/head", "model/embed"):
        opened.run(f"opscope.select('{name}')")
        write(opened, "".join(chr(letters.randint(33, 126)) for _ in range(4000 if name == "model/head" else 60)))
    assert "1 note has no room in the link" in opened.page.inner_text(".said")
    assert len(texts(opened)) == 2
    assert "no room for 1 note" in opened.page.inner_text(".notes-told")
    assert len(link(opened)) < 6000
    assert len(texts(open_page(tagger(), link=link(opened)))) == 1
    second = Opened(opened.page.context.new_page()).go(saved_copy(opened, tmp_path))
    assert texts(second) == texts(opened)


def signs(opened):
    """How many signs of notes the drawing has, in the colour that only they have."""
    return opened.saved_svg().count("#7a5600")


def test_marks_have_a_sign_and_closed_cards_say_that_they_hold_notes(open_page):
    opened = open_page(tagger(), color_scheme="light")
    assert signs(opened) == 0
    opened.run("opscope.select('model/embed/Relu')")
    write(opened, "here")
    one = signs(opened)
    assert one > 0
    opened.run("opscope.close('model/embed')")
    assert signs(opened) > 0  # on the closed card
    opened.run("opscope.open('model/embed')")
    opened.page.focus("canvas.drawing")
    opened.run("opscope.select('model/block_0/Tanh')")
    write(opened, "")
    assert signs(opened) == one


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_the_overview_has_signs_and_bookmarks_lead_to_it(open_page, size):
    opened = open_page(tower(), overview=True, size=size)
    page = opened.page
    page.focus(".overview")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    write(opened, "what is this?")
    assert opened.run(f"{SHADOW}.querySelectorAll('.note-sign').length") == 1
    write(opened, "the overview", key="b")
    page.keyboard.press("v")
    assert shown(opened) == "drawing"
    page.click("#tab-notes")
    page.click(".notes .note-on:has-text('the overview')")
    assert shown(opened) == "overview"
    assert opened.errors == []


def test_the_dialog_is_the_browsers_text_field_and_works_on_a_phone(open_page):
    opened = open_page(tagger(), size=(390, 844))
    page = opened.page
    opened.run("opscope.select('model/head')")
    page.click(".bar .menu-button:has-text('View')")
    page.click("[role=menuitem]:has-text('Note on the selection')")
    page.keyboard.type("one")
    page.keyboard.press("Control+z")
    assert page.input_value("textarea") == ""
    assert page.locator("dialog.writing").bounding_box()["width"] <= 390
    page.keyboard.type("two")
    page.click("dialog.writing button:has-text('Save')")
    assert texts(opened) == ["two"]


def test_notes_are_in_the_csv_of_their_tab(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/head')")
    write(opened, '=1+1 "quoted"')
    opened.page.click("#tab-notes")
    text = Path(opened.saved("CSV").path()).read_text(encoding="utf-8")
    assert text.splitlines() == ["kind,on,text", '''note,group:model/head,"'=1+1 ""quoted"""''']
