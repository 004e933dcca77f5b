from opscope.render.report.summary import summarize
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
    from dataclasses import replace

    assert "non-trainable" not in text(small_graph)
    variables = tuple(replace(variable, trainable=False) for variable in small_graph.variables)
    frozen = small_graph.with_content(variables=variables)
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
    from dataclasses import replace

    groups = tuple(replace(group, cls="Block[red]") for group in small_graph.groups)
    assert text(small_graph.with_content(groups=groups)).count("Block[red]") == 3


def test_lines_keep_to_the_width(small_graph):
    assert max(map(len, text(small_graph, width=60).splitlines())) <= 60
