"""Where several wires enter or leave a card that is open in the overview, words at its border say which is which: so it is in the graph."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from page_driver import SHADOW, mark
from page_graphs import mixed, skips

NAMED = """(before) => {
  const root = document.querySelector('.overview').shadowRoot, found = {};
  const box = (element) => element.getBoundingClientRect();
  for (const opened of root.querySelectorAll('.opened')) for (const text of opened.querySelectorAll('text')) {
    if (!text.textContent.startsWith(before)) continue;
    const ends = [];
    for (const path of opened.querySelectorAll('path')) for (const part of path.getAttribute('d').match(/M[^M]*/g)) {
      const one = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      one.setAttribute('d', part);
      path.parentNode.append(one);
      const at = (length) => one.getPointAtLength(length).matrixTransform(one.getScreenCTM());
      const [from, to] = [at(0), at(one.getTotalLength())];
      one.remove();
      const [named, other] = before === 'from ' ? [from, to] : [to, from];
      const side = text.getAttribute('text-anchor') === 'end' ? 'right' : 'left';
      if (Math.abs(box(text)[side] - named.x) > 12 || Math.abs(box(text).top - named.y) > 32) continue;
      for (const rect of opened.querySelectorAll('rect')) {
        const { left, right, top, bottom } = box(rect);
        if (other.x < left || other.x > right || Math.abs(other.y - (other === to ? top : bottom)) > 9) continue;
        const words = [...opened.querySelectorAll('text')].filter((each) => box(each).left >= left - 1 && box(each).right <= right + 1 && box(each).top > top && box(each).top < top + 14);
        ends.push(...words.map((each) => each.textContent));
      }
    }
    found[text.textContent.slice(before.length)] = [...new Set(ends)].sort();
  }
  return found;
}"""
"""For each name at a port the mark at the other end of the wire there, as the browser draws both."""


def open_in_place(opened: Any, text: str) -> None:
    mark(opened, text).dblclick()
    opened.run("opscope.view()")
    opened.wait(f"{SHADOW}.querySelector('.opened text')")


def entering(opened: Any) -> "Dict[str, Any]":
    """What the named wires lead to that enter what is open."""
    found: Dict[str, Any] = opened.page.evaluate(NAMED, "from ")
    return found


def test_each_wire_that_enters_is_called_after_what_gives_it(open_page):
    graph = mixed()
    opened = open_page(graph, overview=True)
    open_in_place(opened, "mix")
    by_graph: "Dict[str, set[str]]" = {}
    for op in graph.ops():
        if op.name.startswith("block_0/mix/"):
            for given in op.inputs:
                source = given.op.name
                if not source.startswith("block_0/mix/"):
                    by_graph.setdefault("widen" if "widen" in source else source, set()).add(op.type)
    assert by_graph == {"widen": {"Sub"}, "mask": {"Exp"}}
    assert {name: set(ends) for name, ends in entering(opened).items()} == by_graph


@pytest.mark.parametrize("copy, before", [(0, "x"), (4, "copy 4"), (11, "copy 11")])
def test_in_a_stack_the_names_are_those_of_the_copy_that_is_shown(open_page, copy, before):
    opened = open_page(mixed(), overview=True)
    open_in_place(opened, "block_0 … 11")
    for _ in range(copy):
        opened.page.click("[aria-label='Next copy']")
    opened.run("opscope.view()")
    found = entering(opened)
    assert set(found) == {before, "mask"}
    assert found["mask"] == ["mixMix"]  # its name and its class


def test_each_wire_that_leaves_is_called_after_what_takes_it(open_page):
    graph = skips()
    opened = open_page(graph, overview=True)
    open_in_place(opened, "down_0 … 3")
    users = {
        op.name: {taker.name for taker in graph.ops() for given in taker.inputs if given.op.name == op.name}
        for op in graph.ops()
    }
    assert users["down0/pool"] == {"down1/0"}
    assert users["down0/masked"] == {"down0/pool", "up3/join", "total"}
    assert opened.page.evaluate(NAMED, "to ") == {"copy 2": ["MaxPool"], "up_0 … 3 and +": ["Mul"]}
