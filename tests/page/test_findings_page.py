"""What `check` found, in the page: the list that leads to the places, the signs in the drawing, what is told of a selection."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from page_graphs import tower as layered

from graphs import graph, tower
from opscope.check.findings import Findings
from opscope.check.hit import Finding
from opscope.check.shown_findings import with_findings
from opscope.graph.types import Source

EVIL = "<img src=x onerror=alert(1)> is wrong"
LINE = Source("models/net.py", 12, "call")


def finding(rule, severity="warning", nodes=(), group=None, source=None):
    return Finding(rule, severity, f"{rule}: {EVIL}", "do otherwise", tuple(nodes), group, source=source)


def checked():
    """Six equal blocks as one stack: an error at an op of the third, a warning at a layer of the fifth, and what is nowhere or worth a look."""
    found = [
        finding("worse", "error", ["net/block2/norm/Sub"], source=LINE),
        finding("no-guard", group="net/block4/dense"),
        finding("whole"),
        finding("slow", "note", ["head"]),
    ]
    return with_findings(graph(tower(6)), Findings("net", found, []))


def badges(opened):
    """The texts of badges in the drawing as it is now, which the page itself saves."""
    root = ET.fromstring(opened.saved_svg())
    return sorted(
        text for mark in root.iter("{http://www.w3.org/2000/svg}text") if (text := mark.text or "")[:1] == "!"
    )


def rows(opened):
    return opened.page.locator(".finding-row").all_inner_texts()


def test_the_list_tells_all_of_each_finding(open_page):
    opened = open_page(checked())
    first, second, third, fourth = rows(opened)
    for said in ("worse", "net.py:12", "net/block2/norm/Sub", EVIL, "do otherwise"):
        assert said in first
    assert "no-guard" in second
    assert "net/block4/dense" in second
    assert "whole" in third
    assert "slow" in fourth
    assert opened.page.inner_text(".findings .verdict") == "check found 1 error (!!), 2 warnings (!); 1 note"
    assert not opened.errors


def test_a_filter_leaves_out_a_severity(open_page):
    opened = open_page(checked())
    opened.page.click("button:has-text('notes 1')")
    assert len(rows(opened)) == 3
    opened.page.click("button:has-text('notes 1')")
    assert len(rows(opened)) == 4


def test_a_finding_leads_to_its_copy(open_page):
    opened = open_page(checked())
    opened.page.click(".finding-row >> nth=0")
    assert opened.run("opscope.view().select") == "op:net/block2/norm/Sub"
    assert "worse" in opened.page.inner_text(".details .found-here")
    opened.page.keyboard.press("n")
    assert opened.run("opscope.view().select") == "group:net/block4/dense"
    opened.page.keyboard.press("n")  # it is about the whole graph
    assert opened.run("opscope.view().select") == ""
    opened.page.keyboard.press("p")
    assert opened.run("opscope.view().select") == "group:net/block4/dense"
    assert not opened.errors


def test_a_link_leads_to_the_finding_that_the_reader_is_at(open_page):
    opened = open_page(checked())
    assert opened.run("opscope.view().change") == ""
    opened.page.click(".finding-row >> nth=1")
    opened.wait("location.hash.includes('d=2')")
    chosen = "document.querySelector('.finding-row.selected').id"
    for link in (opened.run("location.hash.slice(1)"), "d=2"):
        again = open_page(checked(), link=link)
        assert again.run("opscope.view().select") == "group:net/block4/dense"
        assert again.run(chosen) == "finding1"
        again.page.keyboard.press("n")
        assert again.run(chosen) == "finding2"
    mangled = open_page(checked(), link="d=7")
    assert mangled.run("opscope.view().change") == ""
    assert not mangled.errors


def test_the_list_is_moved_in_by_keys(open_page):
    opened = open_page(checked())
    opened.page.keyboard.press("c")
    for name in ("ArrowDown", "ArrowDown", "End"):
        opened.page.keyboard.press(name)
    assert opened.run("opscope.view().select") == "op:head"
    assert opened.page.get_attribute(".findings [role=listbox]", "aria-activedescendant") == "finding3"
    opened.page.keyboard.press("t")
    assert not opened.page.is_visible(".findings")
    assert opened.page.is_visible("[role=tree]")


def test_signs_are_those_of_the_copy_that_is_shown(open_page):
    opened = open_page(checked())
    assert badges(opened) == ["!! 2, 1 of 6"]  # the first is shown, which has none
    opened.page.click(".finding-row >> nth=0")
    assert badges(opened) == ["!!"]  # at the op
    opened.page.click(".finding-row >> nth=1")
    assert badges(opened) == ["!"]  # at the open card of the layer
    opened.run("opscope.close('net')")
    opened.run("opscope.close('net/block4')")
    assert badges(opened) == ["!! 2, 1 of 6"]


def test_a_page_that_was_not_checked_has_no_list(open_page):
    opened = open_page(graph(tower(6)))
    assert not opened.page.locator(".findings, .side-tab").count()
    assert badges(opened) == []


def test_each_copy_that_a_finding_tells_of_has_its_sign(open_page):
    """A layer of the fourth and the ninth of fourteen equal blocks."""
    told = finding("several", nodes=["block_3/widen/Neg", "block_8/widen/Neg"], group="tower/block_3/widen")
    opened = open_page(with_findings(layered(), Findings("tower", [told], [])))
    seen = {}
    for copy in (0, 3, 4, 8, 13):
        opened.run(f"opscope.select('block_{copy}/widen/Neg')")
        seen[copy] = badges(opened), opened.page.locator(".details .found-here").count()
    there, elsewhere = (["!"], 1), (["! 2 of 14"], 0)
    assert seen == {0: elsewhere, 3: there, 4: elsewhere, 8: there, 13: elsewhere}
    assert not opened.errors
