from opscope.render.summary import summarize
from opscope.render.text import text


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


def test_square_brackets_in_names_are_no_markup(small_graph):
    from dataclasses import replace

    groups = tuple(replace(group, cls="Block[red]") for group in small_graph.groups)
    assert text(small_graph.with_content(groups=groups)).count("Block[red]") == 3


def test_lines_keep_to_the_width(small_graph):
    assert max(map(len, text(small_graph, width=60).splitlines())) <= 60
