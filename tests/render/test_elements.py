from opscope.render.svg.elements import ShapeElement, Text, svg_elements

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">'


def found(body):
    return list(svg_elements(f"{HEAD}{body}</svg>"))


def test_shapes_and_texts_come_in_drawing_order_through_groups_and_links():
    kinds = [
        item.tag if isinstance(item, ShapeElement) else item.runs[0][0]
        for item in found('<rect/><g><a xlink:href="x"><text>one</text><path d="M0,0"/></a></g><text>two</text>')
    ]
    assert kinds == ["rect", "one", "path", "two"]


def test_transforms_of_all_ancestors_add_up():
    (item,) = found(
        '<g transform="translate(10,20)"><g transform="scale(2) rotate(90)"><text x="3" y="0">t</text></g></g>'
    )
    assert isinstance(item, Text)
    x, y = item.matrix.at(item.x, item.y)
    assert (round(x, 6), round(y, 6)) == (10.0, 26.0)
    assert round(item.matrix.scale, 6) == 2.0


def test_style_sheet_beats_attribute_and_style_attribute_beats_both():
    sheet = "<style>.a{fill:red} rect.a{stroke:blue} @media (prefers-color-scheme: dark){.a{fill:black}}</style>"
    plain, own = found(
        f'{sheet}<g stroke-width="3"><rect class="a" fill="green"/><rect class="a" style="fill:#fff"/></g>'
    )
    assert plain.attributes == {"fill": "red", "stroke": "blue", "stroke-width": "3"}
    assert own.attributes["fill"] == "#fff"


def test_a_group_passes_on_what_is_inherited_and_no_more():
    (item,) = found('<g fill="red" opacity="0.5" id="g"><rect width="4"/></g>')
    assert item.attributes == {"width": "4", "fill": "red"}


def test_titles_definitions_and_hidden_elements_are_no_drawing():
    assert found("<title>t</title><defs><rect/></defs><g display='none'><rect/></g><rect visibility='hidden'/>") == []


def test_spans_are_runs_of_one_line_and_a_span_with_a_place_begins_another():
    lines = found('<text x="1" y="2">a<tspan font-weight="700">b</tspan>c<tspan x="5" dy="10">d</tspan></text>')
    assert [[text for text, _ in line.runs] for line in lines] == [["a", "b", "c"], ["d"]]
    assert lines[0].runs[1][1]["font-weight"] == "700"
    assert (lines[1].x, lines[1].y) == (5.0, 12.0)


def test_a_transparent_fill_is_none():
    assert found('<rect fill="transparent"/>')[0].attributes == {"fill": "none"}
