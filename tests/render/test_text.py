from dataclasses import replace

from graphs import Builder
from opscope.graph.content import content_of, with_content
from opscope.render.report.summary import estimated, summarize
from opscope.render.report.text import text


def test_summary_is_a_table_by_layer(small_graph, golden):
    golden("summary.txt", text(small_graph))


def test_totals_count_each_variable_once(small_graph):
    facts = summarize(small_graph)
    assert (facts["ops"], facts["parameters"], facts["variables"], facts["dead"]) == (10, 16, 1, 1)


def test_a_group_counts_everything_inside_it(small_graph):
    assert {row["path"]: row["ops"] for row in summarize(small_graph)["layers"]} == {
        "net": 7,
        "net/dense": 3,
        "net/dense#2": 3,
    }


def test_times_get_a_column_when_there_are_any(small_graph):
    assert " ms " not in text(small_graph)
    timed = text(small_graph.overlay({"Dense": {"time": 0.25}}))
    assert " ms " in timed
    assert timed.count("250.000") == 2


def test_what_training_does_not_change_is_told_apart(small_graph):
    assert "non-trainable" not in text(small_graph)
    variables = tuple(replace(variable, trainable=False) for variable in small_graph.variables)
    frozen = with_content(small_graph, variables=variables)
    assert "non-trainable" in text(frozen)
    assert [row["non_trainable"] for row in summarize(frozen)["layers"]] == [16, 16, 16]


def test_an_estimated_graph_says_what_costs_most(small_graph):
    from opscope.cost import estimate

    assert "top ops" not in text(small_graph)
    found = text(estimate(small_graph))
    for title in ("top layers", "top ops", "by op type", "FLOP/B", "activation memory along the step: "):
        assert title in found


def test_the_memory_along_the_schedule_is_in_the_figures(small_graph):
    from opscope.cost import estimate

    assert "memory" not in summarize(small_graph)
    memory = summarize(estimate(small_graph))["memory"]
    assert len(memory["schedule"]) == len(memory["alive"]) == len(small_graph)
    assert max(memory["alive"]) == memory["peak"] == sum(tensor["bytes"] for tensor in memory["tensors"])


def test_square_brackets_in_names_are_no_markup(small_graph):
    groups = tuple(replace(group, cls="Block[red]") for group in content_of(small_graph).groups)
    assert text(with_content(small_graph, groups=groups)).count("Block[red]") == 3


KINDS = ["kernel", "mean", "moment", "rate", "seen"]


def trained(**columns):
    """A layer with a kernel and a mean; an optimizer with a moment and a rate; a counter."""
    make = Builder()
    dense = make.group("dense", "layer", variables=(0, 1), parameters=8)
    update = make.group("optimizer", "optimizer")
    for index, name in enumerate(KINDS):
        make.variable(name, name, (4,) if index < 3 else (), group=dense if index < 2 else -1)
        make.variables[-1] = replace(make.variables[-1], trainable=name == "kernel")
    make.op("step", "ResourceApplyKerasMomentum", "kernel", "moment", "rate", group=update)
    make.op("count", "AssignAddVariableOp", "seen")
    return with_content(make.graph(), **columns)


def test_parameters_are_the_models_and_an_optimizers_state_is_told_apart():
    graph = trained()
    facts = summarize(graph)
    assert (facts["parameters"], facts["trainable"], facts["variables"]) == (4 + 4, 4, 5)
    assert facts["state"] == {"optimizer": {"elements": 5, "variables": 2}, "other": {"elements": 1, "variables": 1}}
    lines = text(graph).splitlines()
    assert lines[1].endswith("8 parameters in 2 variables, 4 trainable")
    assert [line.lower() for line in lines[2:4]] == [
        "optimizer state: 5 values in 2 variables",
        "other state: 1 value in 1 variable",
    ]


def test_a_model_without_state_is_told_in_short(small_graph):
    assert text(small_graph).splitlines()[1].endswith("16 parameters in 1 variable, 16 trainable")


def test_a_variable_of_unknown_size_is_counted_and_said_to_be_in_no_sum():
    made = trained()
    variables = (*made.variables[:4], replace(made.variables[4], shape=None))
    assert "; 1 variable of unknown size not counted" in text(trained(variables=variables))


def test_a_summary_with_costs_is_that_of_the_estimated_graph(small_graph):
    assert small_graph.summary(cost=True) == small_graph.estimate().summary()
    assert small_graph.summary(batch=3) == small_graph.estimate(batch=3).summary()
    assert "FLOP" not in small_graph.summary()
    assert max(map(len, small_graph.summary(cost=True, width=60).splitlines())) <= 60


def test_costs_that_a_graph_has_stay_as_they_are():
    """Those of a measured graph rest on how often its loops ran; only another batch makes new ones."""
    graph = trained().estimate()
    assert estimated(graph, cost=True, batch=None) is graph
    assert estimated(graph, cost=True, batch=2).cost.batch == 2


def test_flops_and_multiply_adds_stand_by_layer():
    make = Builder()
    dense = make.group("dense", "layer")
    make.op("x", "Placeholder", out=[("float32", (2, 30))])
    make.op("w", "Const", out=[("float32", (30, 50))])
    make.op("y", "MatMul", "x", "w", group=dense, out=[("float32", (2, 50))])
    make.op("z", "Relu", "y", group=dense, out=[("float32", (2, 50))])
    lines = make.graph().summary(cost=True).splitlines()
    head, row = next((lines[k], lines[k + 2]) for k in range(len(lines)) if lines[k].startswith("layer "))
    assert head.split() == ["layer", "class", "ops", "kFLOP", "kMAC"]
    assert row.split() == ["dense", "layer", "2", "6.10", "3.00"]
    assert "estimated: 6,100 FLOP per step, 3,000 MAC, " in "\n".join(lines)


def test_lines_keep_to_the_width(small_graph):
    assert max(map(len, text(small_graph, width=60).splitlines())) <= 60
