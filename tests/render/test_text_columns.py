"""Text in columns."""

from opscope.render.report.text_columns import TextColumn, indented, table_lines


def test_numbers_stand_at_their_right_and_names_at_their_left():
    assert table_lines([TextColumn("name", ["a", "long"]), TextColumn("ops", ["1,000", "7"], number=True)]) == [
        "name    ops",
        "────  ─────",
        "a     1,000",
        "long      7",
    ]


def test_a_column_without_content_is_left_out():
    assert table_lines([TextColumn("name", ["a"]), TextColumn("ms", [""], number=True)])[0] == "name"
    assert table_lines([TextColumn("name", [])]) == []


def test_no_line_is_longer_than_the_width_and_numbers_stay_whole():
    path = "outer/" * 10 + "kernel"
    found = table_lines([TextColumn("op", [path], keep="end"), TextColumn("calls", ["1,234,567"], number=True)], 40)
    assert max(map(len, found)) == 40
    assert found[2] == "…" + path[-28:] + "  1,234,567"


def test_a_cut_name_keeps_its_end_and_its_indentation():
    found = table_lines([TextColumn("layer", ["net", "    " + "a" * 30 + "_end"], keep="end")], 20)
    assert found[3] == "    …aaaaaaaaaaa_end"


def test_a_cut_class_keeps_its_start():
    assert table_lines([TextColumn("class", ["SpatialDropout1D"])], 13)[2] == "SpatialDropo…"


def test_a_path_stands_below_the_nearest_one_that_holds_it():
    assert indented(["a", "a/b", "a/b/while/c", "ab", "ab/c"]) == ["a", "  b", "    while/c", "ab", "  c"]
