"""Further words of an overview: whose weights an op uses, shapes inside rows, tables, fills, names. The right answers are written by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from graphs import Builder
from layout.test_overview_rows import Net, told
from opscope.graph.content import content_of, with_content
from opscope.graph.view import SHAPING
from opscope.layout.overview.authors import Authors, OwnClass
from opscope.layout.overview.common_ends import common_end
from opscope.layout.overview.insides import Insides
from opscope.layout.overview.one_page import overview, with_batch_as_wires
from opscope.passes import prepared, repeats_folded
from opscope.passes.opening import Opening
from opscope.passes.shape_arithmetic import fold_shapes
from opscope.render.svg.overview_page import overview_svg

ROWS, VECTOR = [("float32", (8, 16, 4))], [("float32", (8, 4))]


def test_an_op_that_uses_the_weights_of_another_layer_says_whose_they_are_and_has_not_the_name_of_the_layer_before_it():
    net = Net()
    make = net.make
    x = make.op("x", "Placeholder")
    table = make.variable("table", "net.embed.embeddings", (8000, 4))
    embed = make.group(
        "embed", "layer", net.model, cls="Embedding", defined_in="keras", variables=(0,), object_path="net.embed"
    )
    here = make.op("net/embed/rows", "ResourceGather", table, x, group=embed)
    here = net.layer("final_norm", "LayerNormalization", "Mul", here)
    last = make.op("net/logits", "MatMul", here, table, group=net.model)
    rows = told(net.drawn(last))
    assert ("matmul embeddings of embed (8000, 4)", "") in [(cells.rpartition(" · ")[2], name) for cells, name in rows]
    assert not any("final_norm" in name and "matmul" in cells for cells, name in rows)


def test_a_layer_in_a_row_that_takes_an_axis_says_the_shape_and_others_do_not():
    net = Net()
    x = net.make.op("x", "Placeholder", out=ROWS)
    group = net.make.group("pool", "layer", net.model, cls="GlobalAveragePooling1D", defined_in="keras", outputs=())
    pooled = net.make.op("net/pool/Mean", "Mean", x, group=group, out=VECTOR)
    head = net.make.group(
        "head", "layer", net.model, cls="Dense", defined_in="keras", settings={"units": 3, "activation": "relu"}
    )
    logits = net.make.op("net/head/MatMul", "MatMul", pooled, group=head, out=[("float32", (8, 3))])
    (row,) = told(net.drawn(logits))
    assert row[0] == "global average pool → (8, 4) · Dense 3, ReLU"


@pytest.mark.parametrize(("value", "word"), [(0.0, "zeros"), (1.0, "ones"), (0.5, "fill 0.5")])
def test_a_tensor_of_one_number_is_called_by_it(value, word):
    net = Net()
    dims = net.make.op("dims", "Const", out=[("int32", (2,))], value={"shape": [2], "values": [8, 4]})
    one = net.make.op("one", "Const", out=[("float32", ())], value={"dtype": "float32", "shape": [], "values": [value]})
    x = net.make.op("x", "Placeholder")
    filled = net.make.op("net/fill", "Fill", dims, one, group=net.model)
    rows = told(
        net.drawn(
            net.make.op(
                "net/add", "AddV2", net.make.op("net/relu", "Relu", x, group=net.model), filled, group=net.model
            )
        )
    )
    assert any(cells.startswith(f"{word} → (8, 4)") for cells, _ in rows)


def test_a_closed_layer_that_sums_rows_of_tables_says_so_and_checks_of_its_input_are_no_part_of_it():
    net = Net()
    make = net.make
    ids, kinds = (make.op(name, "Placeholder", out=[("int32", (8,))]) for name in ("x", "kinds"))
    block = make.group("embed", "layer", net.model, cls="Embeddings", defined_in="transformers", outputs=())
    norm = make.group("norm", "layer", block, cls="LayerNormalization", defined_in="keras")
    check = make.group("assert_less", "scope", block)
    make.op(
        "net/embed/assert_less/Assert",
        "Assert",
        make.op("net/embed/assert_less/Less", "Less", ids, ids, group=check),
        group=check,
        out=[],
    )
    sums = []
    for name, index in (("words", ids), ("types", kinds)):
        table = make.variable(f"{name}_table", f"net.embed.{name}", (100, 4))
        sums.append(make.op(f"net/embed/{name}", "ResourceGather", table, index, group=block))
    added = make.op("net/embed/sum", "AddV2", *sums, group=block)
    here = make.op("net/embed/norm/Mul", "Mul", added, group=norm)
    folded = repeats_folded(prepared(make.graph("net", ["x", "kinds"], [here]), shapes=False))
    authors = Authors()
    told_inside = Insides(Opening(folded, {}, authors.is_own, authors.is_told), authors).of({net.model})
    assert told_inside[block].full.steps == "words[input] + types[input 2] → LayerNorm"


def test_numbers_that_all_names_of_a_stack_end_with_are_not_told():
    assert common_end(["query_1", "query_1"]) == "_1"
    assert common_end(["block_1", "block_2"]) == ""
    assert common_end(["only_1"]) == ""


def test_a_size_that_nobody_uses_is_folded_and_one_that_is_an_output_is_not():
    def boxes(outputs):
        make = Builder()
        x = make.op("x", "Placeholder")
        make.op("shape", "Shape", x, out=[("int32", (2,))])
        make.op("size", "Prod", "shape", out=[("int32", ())])
        make.op("relu", "Relu", x)
        return fold_shapes(make.graph("net", ["x"], outputs))

    folded = content_of(boxes(["relu"]))
    assert [name for row, name in enumerate(folded.table.names) if folded.view.role(row) == SHAPING] == [
        "shape",
        "size",
    ]
    kept = content_of(boxes(["relu", "size"]))
    assert SHAPING not in kept.view.roles
    without_outputs = content_of(boxes([]))
    assert SHAPING not in without_outputs.view.roles


def of_two_classes(first, second):
    """The overview of layers of two classes, each a name and where it is defined, in turn."""
    make = Builder()
    here = make.op("x", "Placeholder")
    for number in range(45):
        cls, package = second if number % 2 else first
        group = make.group(f"layer_{number}", "layer", cls=cls, defined_in=package)
        here = make.op(f"op{number}", ("Relu", "Tanh", "Exp")[number % 3], here, group=group)
    return overview(make.graph("net", ["x"], [here]))


def texts(found):
    return re.findall(r">([^<>]+)<", overview_svg(found))


@pytest.mark.parametrize("package", ["__main__", "keras"])
def test_the_legend_names_the_classes_of_the_author(package):
    found = of_two_classes(("Other", package), ("Mixer", "__main__"))
    own = package == "__main__"
    assert sorted(each.name for each in found.classes) == (["Mixer", "Other"] if own else ["Mixer"])
    (words,) = [text for text in texts(found) if text.startswith("custom class")]
    # Where the colours of layers of Keras leave no room for names, these stand behind the sentence of what has most.
    assert words == ("custom class: Other, Mixer (no layer of a library)" if own else "custom class: Mixer")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("Net", "Mixer", "Norm"), "Net (the whole model), Mixer, Norm"),
        (("Net", "A", "B", "C", "D", "E", "F"), "A, B, C, D, E, F and 1 more"),
        (("Net", "A" * 30, "B" * 30, "C" * 30), f"{'A' * 30} and 3 more"),
    ],
)
def test_the_legend_says_how_many_more_classes_are_the_authors(names, told):
    """Every class of which a layer has the thick outline is in the legend, or counted there; models come last where not all have room."""
    found = of_two_classes(("Other", "__main__"), ("Mixer", "__main__"))
    own = tuple(OwnClass(name, name == "Net") for name in names)
    (words,) = [text for text in texts(replace(found, classes=own, all_own=False)) if text.startswith("custom class")]
    assert words == f"custom class: {told}"


@pytest.mark.parametrize(
    ("other", "known"),
    [
        (("LayerNormalization", "keras_hub"), True),
        (("Mixer", "__main__"), False),
        (("Mixer", None), False),  # a file that does not tell where the class is defined
        (("Dense", None), False),  # so that it may as well be one of the author's with that name
        ((None, None), False),  # a file that does not tell the class
    ],
)
def test_that_no_class_is_the_authors_is_said_only_where_it_is_known_of_all_layers(other, known):
    found = of_two_classes(("Dense", "keras"), other)
    said = [text for text in texts(found) if "no custom layers" in text]
    assert bool(said) == known
    assert not said or said[0].endswith("no custom layers")


def test_the_legend_says_where_classes_are_whose_names_stand_nowhere():
    """A card whose name says what its class would has no class beside it, and the model has no frame."""
    make = Builder()
    net = make.group("net", "model", cls="Net", defined_in="__main__")
    here = make.op("x", "Placeholder")
    for name, cls in (("inner_part", "InnerPart"), ("tail", "Mixer")):
        group = make.group(name, "layer", net, cls=cls, defined_in="__main__")
        for number in range(25):
            kind = ("Relu", "Tanh", "Exp", "Sin", "Neg")[number % 5 if name == "tail" else number % 4]
            layer = make.group(f"{name}_{number}", "layer", group, cls="Activation", defined_in="keras")
            here = make.op(f"{name}/op{number}", kind, here, group=layer)
    found = overview(make.graph("net", ["x"], [here]))
    (words,) = [text for text in texts(found) if text.startswith("custom class")]
    assert words == "custom class: Net (the whole model), InnerPart (inner_part), Mixer"


@pytest.mark.parametrize(
    ("shape", "told"),
    [((None, 4), "None: any batch size"), ((3, None), "None: any size"), ((None, None, 4), "None: any size")],
)
def test_none_is_the_batch_only_where_no_other_axis_has_any_size(shape, told):
    make = Builder()
    here = make.op("x", "Placeholder", out=[("float32", shape)])
    for number in range(45):
        kind = ("Relu", "Tanh", "Exp", "Sin", "Neg")[number * number % 5]
        here = make.op(f"op{number}", kind, here, out=[("float32", shape)])
    said = " \u00b7 ".join(texts(overview(make.graph("net", ["x"], [here]))))
    assert re.findall("None: any (?:batch )?size", said) == [told]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("(b, 32)", "(None, 32)"),
        ("(3, b)", "(3, None)"),
        ("(b, t, 8)", "(b, t, 8)"),
        ("(2b, 3)", "(2b, 3)"),
        ("(4, 3)", "(4, 3)"),
    ],
)
def test_a_batch_of_any_size_has_one_sign(made, told):
    """That of the wires, but where letters tell several open sizes apart."""
    make = Builder()
    graph = make.graph("net", ["x"], [make.op("z", "Fill", make.op("x", "Placeholder"))])
    graph = with_content(graph, view=replace(content_of(graph).view, makes={1: made}))
    assert content_of(with_batch_as_wires(graph)).view.makes == {1: told}
