"""How often a training step updates its weights, and what it returns. The graphs and the right answers are written by hand."""

from __future__ import annotations

import re

import pytest

from layout.test_overview_steps import ADAM, Step
from opscope.graph.content import content_of
from opscope.graph.types import TensorType
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import Pill, items
from opscope.passes.counters import home_counters
from rows_apart import apart
from truth import lies

INT, BOOL = [("int64", ())], [("bool", ())]


def number(make, name, value, group=-1):
    return make.op(name, "Const", group=group, out=INT, value={"dtype": "int64", "shape": [], "values": [value]})


def accumulating(by=4, step=1, comparing="Equal", rest=0, again=False):
    """A step that counts, and updates its weights in a branch: where the count divided by a number has a rest."""
    made = Step(optimizer={"optimizers": [ADAM]})
    make, optimizer, forward = made.make, made.of["optimizer"], made.of["forward"]
    made.weight("sums", "sums", trained=False)
    made.weight("trainer.seen", "seen", trained=False)
    for times in range(2 if again else 1):
        added = [] if step is None else [number(make, f"one{times}", step, forward)]
        make.op(f"count{times}", "AssignAddVariableOp", "seen", *added, group=forward)
    made.update(("add", "AssignAddVariableOp", "sums", "back/b"))
    read = make.op("read", "ReadVariableOp", "seen", group=optimizer, out=INT)
    remainder = make.op("mod", "FloorMod", read, number(make, "by", by, optimizer), group=optimizer, out=INT)
    compared = make.op("equal", comparing, remainder, number(make, "rest", rest, optimizer), group=optimizer, out=BOOL)
    make.op("cond", "If", compared, "kernel", "sums", group=optimizer, out=[])
    owner = len(make.rows) - 1
    around = make.group("cond", "if", optimizer, owner)
    branch = make.group("then", "branch", around, owner)
    make.group("else", "branch", around, owner)
    kernel = make.op("cond/then/kernel", "_Arg", "kernel", group=branch, out=[("resource", ())], index=0)
    make.handles["cond/then/kernel"] = make.handles["kernel"]
    sums = make.op("cond/then/sums", "_Arg", "sums", group=branch, out=[("resource", ())], index=1)
    total = make.op("cond/then/total", "ReadVariableOp", sums, group=branch)
    clipped = make.op("cond/then/clip_by_norm/Mul", "Mul", total, total, group=branch)
    make.op("cond/then/update", "ResourceApplyAdam", kernel, clipped, group=branch, out=[])
    return made


def said(made):
    return re.split("\n| · ", made.said()["optimizer"][1])


def test_every_fourth_step_updates_and_each_step_adds_up():
    assert said(accumulating()) == [
        "each step: gradients added up",
        "every 4th step (counter seen): clipped by norm, weights updated",
    ]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"by": 2, "rest": 1}, "every 2nd step (counter seen): "),
        ({"step": 3}, "if seen % 4 = 0: "),  # 3 is added in each step: which steps these are nobody can see at once
        ({"again": True}, "if seen % 4 = 0: "),  # it is counted twice in each step
        ({"step": None}, "if seen % 4 = 0: "),  # a damaged file does not tell what is added
    ],
)
def test_how_often_is_said_only_where_each_step_counts_by_one(made, words):
    assert said(accumulating(**made))[-1].startswith(words)


@pytest.mark.parametrize("made", [{"comparing": "NotEqual"}, {"rest": 5}])
def test_other_conditions_are_no_words(made):
    lines = said(accumulating(**made))
    assert lines[-1] == "update in tf.cond"
    assert not any("%" in line for line in lines)


def test_what_counts_steps_stands_in_the_optimizer_that_looks_at_it_alone():
    made = accumulating()
    graph = made.make.graph("step", ["x"], ["loss/mean"])
    content = content_of(home_counters(graph))
    where = {
        name: content.groups[home].kind for name, home in zip(content.table.names, content.node_group) if home >= 0
    }
    assert (where["count0"], where["one0"]) == ("optimizer", "optimizer")
    made.make.op("shown", "ReadVariableOp", "seen", group=made.of["forward"], out=INT)  # the forward pass reads it too
    other = made.make.graph("step", ["x"], ["loss/mean", "shown"])
    content = content_of(home_counters(other))
    assert content.groups[content.node_group[content.table.names.index("count0")]].kind == "forward"


def test_the_loss_and_the_only_metric_among_the_outputs_are_called_so():
    made = Step(optimizer={"optimizers": [ADAM]})
    make = made.make
    metrics = make.group("metrics", "metrics")
    for name in ("total", "count"):
        made.weight(f"accuracy.{name}", name, trained=False)
        make.op(f"metrics/{name}", "AssignAddVariableOp", name, "net/MatMul", group=metrics, out=[])
    make.op("metrics/result", "Neg", "net/MatMul", group=metrics)
    made.update(("update", "ResourceApplyGradientDescent", "kernel", "back/b"))
    place = [row.name for row in make.rows].index("loss/mean")
    make.rows[place] = make.rows[place]._replace(outputs=(TensorType("float32", ()),))
    graph = make.graph("step", ["x"], {"output_0": "loss/mean", "output_1": "metrics/result"})
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    pills = [item.title for item in items(found.drawing.scene) if isinstance(item, Pill) and item.kind == "output"]
    assert sorted(pills) == ["accuracy", "loss"]
    named = make.graph("step", ["x"], {"mine": "loss/mean", "output_1": "metrics/result"})
    pills = [item.title for item in items(overview(named).drawing.scene) if isinstance(item, Pill)]
    assert "mine" in pills  # what the author named keeps its name
