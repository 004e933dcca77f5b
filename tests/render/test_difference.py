"""What a difference says in words, against sentences and counts written down from two small graphs by hand."""

import html
import re
from dataclasses import replace

from graphs import Builder, dense_model
from opscope import diff
from opscope.diff.model import FigureDelta
from opscope.render.told_difference.difference_markdown import escaped, markdown
from opscope.render.told_difference.difference_text import difference_text as text
from opscope.render.told_difference.layer_counts import layer_counts


def network(*layers, strange=""):
    """A chain of layers, each of a MatMul and an activation; a layer is its name and the activation's type."""
    made = Builder()
    net = made.group("net", kind="model", cls="Model")
    before = made.op("x", "Placeholder")
    for name, activation in layers:
        group = made.group(name, parent=net, kind="layer", cls="Dense")
        weight = made.op(f"{name}/w{strange}", "Const", group=group)
        product = made.op(f"{name}/MatMul", "MatMul", before, weight, group=group)
        before = made.op(f"{name}/act", activation, product, group=group)
    made.op("y", "Identity", before)
    return made.graph("net")


SHORT = network(("first", "Relu"), ("last", "Relu"))
LONG = network(("first", "Tanh"), ("middle", "Softmax"), ("last", "Relu"))


def test_the_same_is_said_in_one_line():
    assert text(diff(SHORT, SHORT)).splitlines()[2] == "the same"
    assert "the same" in markdown(diff(SHORT, SHORT))


def test_ops_are_counted_by_layer():
    rows = {row.path: (row.status, row.added, row.removed, row.changed) for row in layer_counts(diff(SHORT, LONG))}
    assert rows["net/middle"] == ("added", 3, 0, 0)
    assert rows["net/first"] == ("changed", 0, 0, 1)


def test_what_was_removed_is_told_where_it_was():
    rows = {row.path: (row.status, row.removed) for row in layer_counts(diff(LONG, SHORT))}
    assert rows["net/middle"] == ("removed", 3)


def test_signs_say_what_colours_say():
    said = text(diff(SHORT, LONG)).splitlines()
    assert any(line.startswith("+ ") and "middle" in line for line in said)
    assert any(line.startswith("~ ") and "Tanh" in line for line in said)
    turned = text(diff(LONG, SHORT)).splitlines()
    assert any(line.startswith("- ") and "middle" in line for line in turned)


def test_no_line_is_longer_than_the_terminal():
    assert max(map(len, text(diff(SHORT, LONG), width=50).splitlines())) <= 50


def test_names_of_strangers_are_text_in_markdown():
    said = markdown(diff(SHORT, network(("first", "Relu"), ("last", "Relu"), strange="<img src=x>|@all[a](http://b)")))
    assert "<img" not in said and "@all" not in said and "[a](http" not in said
    assert escaped("a|b") == r"a\|b"


def test_no_name_of_a_stranger_mentions_or_links_what_github_finds_in_the_text_it_shows():
    linked = "@all you/net#12 http://b.c ftp://d.e WWW.f.g h@i.j GH-7"
    assert re.findall(r"@\w|#\d|://|www\.|gh-\d", linked.lower())
    shown = html.unescape(escaped(linked))
    assert not re.findall(r"@\w|#\d|://|www\.|gh-\d", shown.lower())
    assert shown.replace("\u200b", "") == linked


def test_names_of_strangers_do_nothing_to_a_terminal():
    assert "\x1b" not in text(diff(SHORT, network(("first", "Relu"), ("last", "Relu"), strange="\x1b[31m")))


def test_a_long_list_is_cut_and_says_so():
    many = network(*[(f"layer{number}", "Relu") for number in range(120)])
    other = network(
        *[(f"layer{number}", "Relu" if number % 2 else ("Tanh", "Elu", "Selu")[number % 3]) for number in range(120)]
    )
    said, whole = text(diff(many, other)), text(diff(many, other), full=True)
    assert whole.count("\n") > said.count("\n")
    assert "more layer" in said and "more layer" not in whole


def row(*types, around=""):
    """A chain of ops of these types; `around` names a scope that all of them lie in."""
    made = Builder()
    group = made.group(around, kind="scope") if around else -1
    before = made.op("x", "Placeholder", group=group)
    for number, kind in enumerate(types):
        before = made.op(f"op{number}", kind, before, group=group)
    return made.graph("row")


def test_the_verdict_counts_ops_not_entries_of_the_story():
    found = diff(row("Relu"), row("Relu", "Tanh", "Tanh", "Tanh"))
    assert len(found.story) == 1
    assert text(found).splitlines()[2] == "different in 3 edits: 3 ops inserted"
    turned = found.reversed()
    assert text(turned).splitlines()[2] == "different in 3 edits: 3 ops removed"


def test_a_scope_put_around_ops_alone_is_said_of_the_ops():
    plain, inside = row("Relu", "Tanh"), row("Relu", "Tanh", around="block")
    assert [entry.words for entry in diff(plain, inside)] == ["ops wrapped in scope block (3 ops)"]
    assert [entry.words for entry in diff(inside, plain)] == ["ops taken out of scope block (3 ops)"]
    assert text(diff(plain, inside)).splitlines()[2].startswith("different in 1 edit: ops wrapped; same computation")


def test_where_nothing_but_figures_differs_they_are_counted():
    found = replace(diff(SHORT, SHORT), figures=(FigureDelta("", "flops", 8.0, 9.0),))
    assert text(found).splitlines()[2] == "different in 0 edits: 1 figure changed"


def test_times_that_are_not_claimed_are_told_with_what_can_be_done():
    single = [FigureDelta(name, "time_us", 1.0, 2.0, None, False) for name in "ab"]
    several = FigureDelta("a", "time_us", 1.0, 2.0, (-1.0, 3.0), False)
    for said in (text, markdown):
        assert "times of 2 layers are not told apart; profile" in said(
            replace(diff(SHORT, SHORT), figures=tuple(single))
        )
        advised = said(replace(diff(SHORT, SHORT), figures=(several,)))
        assert "times of 1 layer are not told apart: " in advised and "profile" not in advised


def test_figures_that_a_pull_request_has_no_room_for_are_counted():
    figures = tuple([FigureDelta(f"layer{number}", "flops", 1.0, 2.0) for number in range(37)])
    said = markdown(replace(diff(SHORT, SHORT), figures=figures))
    assert said.count("- FLOPs of layer") == 30
    assert "- … 7 more" in said


def test_what_is_not_compared_makes_no_difference_by_its_figures():
    a, b = dense_model().estimate(batch=1), row("Relu").estimate(batch=1)
    quantities = {figure.quantity for figure in diff(a, b).figures}
    assert quantities == {"parameters", "flops", "macs", "bytes"}
    assert not diff(a, b, ignore="shapes").figures
    assert {figure.quantity for figure in diff(a, b, only="variables").figures} == {"parameters"}
    assert {figure.quantity for figure in diff(a, b, only="ops").figures} == {"flops", "macs", "bytes"}
