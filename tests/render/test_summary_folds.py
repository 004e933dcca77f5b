"""What the table of layers says of repeats: told once, with the figures of all copies, and nothing else left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphs import Builder
from networks import Network, Scoped, residual
from opscope.graph.content import content_of, with_content
from opscope.passes import for_drawing
from opscope.render.report.layer_rows import folded_rows
from opscope.render.report.summary import summarize
from opscope.render.report.text import text


def transformer(blocks=8, *, shared=False, empty=False, widths=None):
    """A model of equal blocks, each a layer with a norm (3 ops, 8 weights) and a dense layer (3 ops, 72 weights) in it."""
    make = Builder()
    model = make.group("net", "model", cls="Net", variables=tuple(range(2 * (1 if shared else blocks))))
    last = make.op("x", "Placeholder")
    for block in range(blocks):
        number, layers = 0 if shared else block, {}
        out = [("float32", (8, widths[block] if widths else 4))]
        name = ("block" + f"#{block + 1}" * (block > 0)) if shared else f"block_{block}"
        layers["block"] = make.group(name, "layer", model, cls="Block", call=block + 1 if shared else 1)
        for layer, cls in (("norm", "Norm"), ("dense", "Dense")):
            layers[layer] = make.group(layer, "layer", layers["block"], cls=cls, call=block + 1 if shared else 1)
        if empty:
            make.group("drop", "layer", layers["block"], cls="Dropout", call=1)
        if not shared or not block:
            make.variable(f"gamma_{block}", f"gamma_{block}", (8,))
            make.variable(f"kernel_{block}", f"kernel_{block}", (9, 8))
        for kind in ("Mean", "Sub", "Mul"):
            last = make.op(f"{name}/norm/{kind}", kind, last, f"gamma_{number}", group=layers["norm"], out=out)
        for kind in ("MatMul", "BiasAdd", "Relu"):
            last = make.op(f"{name}/dense/{kind}", kind, last, f"kernel_{number}", group=layers["dense"], out=out)
        own = {"norm": (2 * number,), "dense": (2 * number + 1,), "block": (2 * number, 2 * number + 1)}
        for layer, index in layers.items():
            sizes = {"norm": 8, "dense": 72, "block": 80}
            given = make.rows[-1].outputs
            make.groups[index] = replace(
                make.groups[index], variables=own[layer], parameters=sizes[layer], outputs=given
            )
    make.groups[model] = replace(make.groups[model], parameters=80 * (1 if shared else blocks))
    return make.graph("net", ["x"], [last])


def table(said):
    """The lines of the table of layers, without the rule, and what is said below it."""
    lines = said.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("layer "))
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return [" ".join(line.split()) for place, line in enumerate(lines[start:end]) if place != 1]


def test_eight_equal_blocks_are_told_once_with_the_figures_of_all_and_of_each():
    assert table(text(transformer())) == [
        "layer class ops each parameters each output shape",
        "net Net 48 640",
        "block_0 … 7 ×8 Block 48 6 640 80 (8, 4)",
        "norm Norm 24 3 64 8 (8, 4)",
        "dense Dense 24 3 576 72 (8, 4)",
        "21 more layers in copies; full=True lists them",
    ]


def test_layers_are_indented_below_the_one_that_they_lie_in():
    lines = text(transformer()).splitlines()
    found = [line for line in lines if line.lstrip().startswith(("net  ", "block_0", "norm"))]
    assert [len(line) - len(line.lstrip()) for line in found] == [0, 2, 4]


def test_a_full_table_has_every_copy_and_nothing_else():
    lines = table(text(transformer(), full=True))
    assert lines[0] == "layer class ops parameters output shape"
    assert len(lines) == 1 + 1 + 8 * 3
    assert lines[2:5] == ["block_0 Block 6 80 (8, 4)", "norm Norm 3 8 (8, 4)", "dense Dense 3 72 (8, 4)"]


def test_plain_values_have_every_copy():
    assert [row["path"] for row in summarize(transformer(3))["layers"]] == [
        "net", "net/block_0", "net/block_0/norm", "net/block_0/dense", "net/block_1", "net/block_1/norm",
        "net/block_1/dense", "net/block_2", "net/block_2/norm", "net/block_2/dense",
    ]  # fmt: skip


def test_a_graph_without_repeats_has_the_full_table(small_graph):
    for graph in (small_graph, transformer(1)):
        assert text(graph) == text(graph, full=True)


def test_siblings_that_repeat_together_stand_under_a_line_that_says_so():
    net = Network()
    for block in range(4):
        net.layer(f"up_{block}", ops=("MatMul", "BiasAdd", "Relu"))
        net.layer(f"down_{block}")
    net.layer("head", ops=("Mean",))
    assert table(text(net.graph())) == [
        "layer class ops each",
        "up_0 … down_0 ×4 20 5",
        "up_0 … 3 Layer 12 3",
        "down_0 … 3 Layer 8 2",
        "head Layer 1",
        "6 more layers in copies; full=True lists them",
    ]


def test_a_layer_that_repeats_alone_needs_no_line_more():
    net = Network()
    for block in range(6):
        net.layer(f"dense_{block}" if block else "dense", ops=("MatMul", "BiasAdd", "Relu"))
    assert table(text(net.graph()))[1:] == [
        "dense … 5 ×6 Layer 18 3",
        "5 more layers in copies; full=True lists them",
    ]


def test_a_copy_that_differs_is_named_with_how_and_its_own_layers_are_listed():
    # In a block are 2 convolutions of 2 ops, 2 normalizations of 2, 2 activations, a sum and its activation: 12; a projection has 2 more.
    lines = table(text(residual(4)))
    assert lines[2:5] == [
        "conv0_block0 … 3 ×4 50",
        "copies differ: copy 1: projection shortcut",
        "conv0_block0_1_conv … conv0_block3_1_conv Layer 8 2",
    ]
    assert lines[-3:-1] == ["conv0_block0_0_conv (copy 1) Layer 2", "head Layer 2"]
    # Of the 35 layers, 33 are in blocks: the 8 of one block and the projection have rows.
    assert lines[-1] == "24 more layers in copies; full=True lists them"


def test_repeats_in_a_repeat_have_a_line_each():
    lines = table(text(residual(3, 3, 3)))
    assert lines[2] == "conv0_block … conv2_block ×3 114 38"
    assert lines[3] == "copies differ: copy 1: stride 1; Relu (64, 8) → (32, 16) → (16, 32)"
    assert lines[4] == "conv1_block0 … 2 ×3 (9 in all) 114"
    assert lines[5] == "copies differ: copy 1: projection shortcut, stride 2"
    assert "conv1_block0_0_conv (copy 1) Layer 6 2" in lines


def test_the_words_are_those_of_the_drawing():
    for graph in (
        residual(3, 4, 3),
        residual(2, 2),
        residual(3, 3, net=Scoped(), name="stage{}/block{}/"),
        transformer(),
    ):
        drawn = content_of(for_drawing(graph, unfold=False)).view.stacks.values()
        assert drawn
        words = [stack.differences for stack in drawn if stack.differences]
        said = " ".join(text(graph).split())
        assert said.count("copies differ: ") == len(words)
        for differences in words:
            assert f"copies differ: {'; '.join(differences)}" in said


GRAPHS = {
    "blocks": transformer(),
    "two stages": residual(3, 3),
    "stages of two": residual(2, 2, 2),
    "equal stages": residual(3, 3, 3, projections=False),
    "scopes": residual(3, 4, net=Scoped(), name="stage{}/block{}/"),
}


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_every_layer_is_in_exactly_one_row(graph):
    every, told = summarize(graph)["layers"], folded_rows(graph)
    own = [row for row in told.rows if not row.is_made]
    assert len(own) + told.folded == len(every)
    assert sum(row.figures["ops"] for row in own) == sum(row["ops"] for row in every)
    assert len(own) < len(every) * 2 / 3


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_what_repeats_together_has_the_ops_of_what_is_in_it_and_no_more_than_what_it_is_in(graph):
    rows = [(len(row.name) - len(row.name.lstrip()), row) for row in folded_rows(graph).rows]
    for place, (depth, row) in enumerate(rows):
        inside = []
        for deeper, inner in rows[place + 1 :]:
            if deeper <= depth:
                break
            inside += [inner] if deeper == depth + 2 else []
        assert sum(inner.figures["ops"] for inner in inside) <= row.figures["ops"]


def test_calls_of_one_layer_are_named_so_and_its_parameters_count_once():
    lines = table(text(transformer(shared=True)))
    assert lines[2:5] == [
        "block … block#8 ×8 Block (calls 1 … 8) 48 6 80 80 (8, 4)",
        "norm Norm (calls 1 … 8) 24 3 8 8 (8, 4)",
        "dense Dense (calls 1 … 8) 24 3 72 72 (8, 4)",
    ]


def test_what_training_does_not_change_is_told_of_all_copies():
    graph = transformer(4)
    fixed = [replace(one, trainable=not one.object_path.startswith("gamma")) for one in graph.variables]
    lines = table(text(with_content(graph, variables=tuple(fixed))))
    assert lines[0] == "layer class ops each parameters each non-trainable each output shape"
    assert lines[3] == "norm Norm 12 3 32 8 32 8 (8, 4)"


def test_shapes_that_change_from_copy_to_copy_are_told_in_their_course():
    lines = table(text(transformer(4, widths=[4, 4, 8, 16])))
    assert lines[2].endswith(" (8, 4) → (8, 8) → (8, 16)")


def test_layers_without_ops_are_listed_all_the_same():
    said = text(transformer(3, empty=True))
    assert sum(" Dropout " in line for line in said.splitlines()) == 3


def test_costs_are_those_of_all_copies():
    # Each of these ops takes one FLOP for each of 8 x 4 values.
    make = Builder()
    last = make.op("x", "Placeholder")
    for block in range(4):
        layer = make.group(f"act_{block}", "layer", cls="Act")
        for kind in ("Relu", "Neg", "Abs", "Relu"):
            last = make.op(f"act_{block}/{kind}{last}", kind, last, group=layer)
    lines = table(make.graph("net", ["x"], [last]).summary(cost=True))
    assert lines[0] == "layer class ops each FLOP each MAC each"
    assert lines[1] == "act_0 … 3 ×4 Act 16 4 512 128 0 0"


def test_times_of_copies_are_summed_only_if_all_are_known():
    graph = transformer(4)
    known = table(text(graph.overlay({"Block": {"time": 0.25}})))
    assert "block_0 … 3 ×4 Block 24 6 320 80 1.000 (8, 4)" in known
    some = table(text(graph.overlay({"block_1": {"time": 0.25}, "block_2": {"time": 0.25}})))
    assert "block_0 … 3 ×4 Block 24 6 320 80 (8, 4)" in some
    assert "time known of 2 of 4 copies: 500 ms" in some


def test_scopes_fold_where_no_layers_are_known():
    lines = table(text(residual(3, 4, net=Scoped(), name="stage{}/block{}/")))
    assert lines[2:6] == [
        "stage0 scope 38",
        "block0 … 2 ×3 scope 38",
        "copies differ: copy 1: projection shortcut",
        "1_conv scope 6 2",
    ]
    assert lines[-1].endswith(" more scopes in copies; full=True lists them")


def test_a_full_table_that_has_not_all_scopes_is_not_said_to_list_them(monkeypatch):
    monkeypatch.setattr("opscope.render.report.summary.MAX_SCOPES", 20)
    lines = table(text(residual(6, 6, net=Scoped(), name="stage{}/block{}/")))
    # A stem, a head, two stages of six blocks: with the ten scopes and more of each block they are more than 20.
    assert lines[-1].endswith(" more scopes in copies; full=True lists 16 scopes")


def test_names_from_strangers_stay_harmless():
    graph = transformer(3)
    evil = tuple(
        replace(group, path=group.path.replace("block", "\x1b[31m[red]\n"), name=group.name.replace("block", "\x1b[31m[red]\n"), cls=f"{group.cls}[b]\u202e")
        for group in content_of(graph).groups
    )  # fmt: skip
    said = text(with_content(graph, groups=evil))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "[red]¶_0 … 2  ×3" in said
    assert "[b]" in said


@pytest.mark.parametrize("width", [50, 70, 90])
def test_lines_keep_to_the_width(width):
    said = text(residual(3, 4, 3), width=width)
    assert max(map(len, said.splitlines())) <= width


def test_where_space_is_short_the_figures_of_each_copy_go_before_a_name_is_cut():
    wide, narrow = (text(transformer(), width=width) for width in (80, 58))
    assert "each" in wide
    assert "each" not in narrow
    assert "block_0 … 7  ×8" in narrow
