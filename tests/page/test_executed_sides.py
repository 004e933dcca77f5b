"""The page of a graph that is known as written and as executed: the switch, both ways of the mapping, counts, links and history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict

import pytest

from opscope.graph.content import with_executed
from opscope.render.options import Options
from opscope.render.page.whole_page import whole_page
from recorded_executed import with_what_ran

if TYPE_CHECKING:
    from page_driver import Opened

MOST_LISTED = 12
"""How many links a list in the details shows at first."""

EACH_THERE_AND_BACK = """async (names) => {
  const text = (selector) => document.querySelector(selector)?.innerText ?? '';
  const found = [];
  for (const name of names) {
    opscope.select('op:' + name);
    const links = [...document.querySelectorAll('.became li .ref')].map((each) => each.innerText).filter((each) => !/^and [0-9]+ more$/.test(each));
    const { side } = opscope.view();
    await opscope.flip();
    const there = opscope.view(), note = document.querySelector('div.note');
    const shown = note.hidden ? '' : note.querySelector('span').innerText;
    const told = text('.side-told');
    await opscope.flip();
    found.push({ links, side, there, note: shown, told, back: opscope.view() });
  }
  return found;
}"""
"""Selects each op of a side, goes over to the other and back; what the page says on the way."""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: Any) -> Any:
    """What TensorFlow 2.21 made of a function with fusions, a loop, a branch and a call."""
    return with_what_ran("tf221", tmp_path_factory.mktemp("ran"))


@pytest.fixture
def opened(open_page: Any, graph: Any) -> Opened:
    return open_page(graph, overview=True)


def view(opened: Opened) -> Dict[str, Any]:
    return opened.run("opscope.view()")


def flip(opened: Opened) -> None:
    opened.run("opscope.flip()")


def texts(opened: Opened, selector: str) -> "list[str]":
    return opened.page.locator(selector).all_inner_texts()


@pytest.mark.parametrize("side", ["written", "executed"])
def test_each_op_leads_to_those_that_the_json_names(opened: Opened, graph: Any, side: str) -> None:
    record = json.loads(graph.to_json())
    mapping = record["executed"]["fates" if side == "written" else "origins"]
    other = "executed" if side == "written" else "written"
    if side == "executed":
        flip(opened)
    found = opened.page.evaluate(EACH_THERE_AND_BACK, [each["node"] for each in mapping])
    for each, here in zip(mapping, found):
        name, ops, there = each["node"], each["ops"], here["there"]
        assert here["links"] == ops[:MOST_LISTED], name
        assert here["side"] == here["back"]["side"] == side
        assert there["side"] == other
        # One op is selected, that of the same name if there is one; of several all are lit. Of none, no op is.
        assert there["select"] in {f"op:{op}" for op in ops} if ops else not there["select"].startswith("op:"), name
        assert name not in ops or there["select"] == f"op:{name}"
        assert here["note"] == (f"{len(ops)} ops stand for {name}" if len(ops) > 1 else ""), name
        assert name in here["told"]
        assert here["back"]["select"] == f"op:{name}"  # back at once: there it is as it was left
    assert {min(len(each["ops"]), 2) for each in mapping} >= {1, 2}  # to one and to many
    assert opened.errors == []
    assert len(opened.requests) == 1


def test_the_counts_are_those_of_the_json_and_list_their_ops(opened: Opened, graph: Any) -> None:
    for counts, became in (
        (graph.executed.fate_counts, graph.executed.fates),
        (graph.executed.origin_counts, graph.executed.origins),
    ):
        shown = texts(opened, ".side-count")
        assert [int(text.split()[0]) for text in shown] == list(counts.values())
        assert texts(opened, ".side-total") == [f"{len(became)} ops"]
        place = list(counts).index("fused")
        opened.page.click(f".side-count >> nth={place}")
        named = {name.rpartition("/")[2] for name, one in became.items() if one.kind == "fused"}
        opened.wait(f"document.querySelectorAll('.hit').length === {counts['fused']}")
        assert set(texts(opened, ".hit-name")) == named
        assert view(opened)["query"] == "executed:fused"
        opened.page.keyboard.press("Escape")
        flip(opened)
    # What was searched for is searched for on the other side too.
    assert opened.page.input_value(".search input") == "executed:fused"


def test_the_details_say_the_fate_and_lead_over(opened: Opened) -> None:
    opened.run("opscope.select('op:conv')")
    assert "fused into one kernel with others" in opened.page.inner_text(".became")
    opened.page.click(".became .ref:text-is('relu')")
    opened.wait("opscope.view().side === 'executed'")
    assert view(opened)["select"] == "op:relu"
    told = opened.page.inner_text(".became")
    assert "_FusedConv2D in Grappler's graph" in told
    assert texts(opened, ".became .ref") == ["pad", "conv", "conv_bias", "relu"]
    opened.page.click(".became .ref:text-is('pad')")
    opened.wait("opscope.view().side === 'written'")
    assert view(opened)["select"] == "op:pad"
    opened.run("opscope.select('op:handed_on')")
    assert "deleted" in opened.page.inner_text(".became")
    opened.run("opscope.select('op:root')")
    assert "folded to a constant" in opened.page.inner_text(".became")


def test_button_key_history_and_link(opened: Opened) -> None:
    page = opened.page
    assert page.get_attribute(".side-choice:text-is('As written')", "aria-pressed") == "true"
    opened.run("opscope.select('op:matmul')")
    page.click(".side-choice:text-is('As executed')")
    opened.wait("opscope.view().side === 'executed'")
    ran = view(opened)
    assert ran["select"] == "op:PartitionedCall/tanh"
    assert page.get_attribute(".side-choice:text-is('As executed')", "aria-pressed") == "true"
    opened.run("opscope.select('op:sine')")
    page.keyboard.press("[")
    assert view(opened)["select"] == ran["select"]
    page.keyboard.press("[")
    opened.wait("opscope.view().side === 'written'")
    assert view(opened)["select"] == "op:matmul"
    page.keyboard.press("]")
    opened.wait("opscope.view().side === 'executed'")
    assert view(opened)["select"] == ran["select"]
    opened.wait("location.hash.includes('x=executed')")
    link = opened.run("location.hash")
    page.keyboard.press("x")
    opened.wait("opscope.view().side === 'written'")
    opened.wait("!location.hash.includes('x=')")
    opened.run(f"location.hash = {json.dumps(link)}")
    opened.wait("opscope.view().side === 'executed' && opscope.view().select !== ''")
    assert view(opened)["select"] == ran["select"]
    page.reload()
    opened.wait("document.documentElement.dataset.opscope === 'ready'")
    assert view(opened)["side"] == "executed"
    assert view(opened)["select"] == ran["select"]
    page.keyboard.press("?")
    assert "as written or as executed" in page.inner_text("dialog.help")
    assert opened.errors == []


def test_what_the_reader_chose_holds_on_both_sides(opened: Opened) -> None:
    page = opened.page
    page.click("button:has-text('View')")
    page.click("[role=menuitem]:has-text('theme')")
    theme = opened.run("document.documentElement.dataset.theme")
    page.click("[role=tab]:text-is('Ops')")
    flip(opened)
    assert opened.run("document.documentElement.dataset.theme") == theme
    assert page.get_attribute("[role=tab]:text-is('Ops')", "aria-selected") == "true"
    assert page.locator("#app").count() == 1
    # A table's row leads to its op on the side that is shown.
    assert opened.run("opscope.search('op:_MklNative')") == 2


def test_a_page_may_begin_with_what_ran(open_page: Any, graph: Any) -> None:
    opened = open_page(graph, text=whole_page(graph, Options(), executed=True))
    assert view(opened)["side"] == "executed"
    flip(opened)
    opened.wait("location.hash.includes('x=written')")
    assert opened.errors == []


def test_without_what_ran_nothing_is_there(open_page: Any, graph: Any) -> None:
    alone = with_executed(graph, None)
    assert 'id="data-executed"' not in whole_page(alone, Options())
    assert 'id="data-executed"' in whole_page(graph, Options())
    opened = open_page(alone, overview=True)
    assert opened.page.locator(".side-strip").count() == 0
    opened.page.keyboard.press("x")
    assert opened.run("opscope.flip === undefined")
    assert opened.errors == []
