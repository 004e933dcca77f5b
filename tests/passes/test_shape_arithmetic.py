"""Shape arithmetic is folded where its values reach no output, and nowhere else; the label says the shape."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import Builder
from opscope import passes
from opscope.graph.content import content_of
from opscope.graph.lite_ops import tensorflow_op
from opscope.layout.scene.captions import notes
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import places
from opscope.passes.shape_arithmetic import fold_shapes
from opscope.passes.shape_operands import OTHERS, TOLD
from opscope.program.opdefs import OpSignatures
from shape_truth import DECLARED
from shaped import claiming, decided, false, folded, made, roles_given
from truth import lies

SCALAR, VECTOR = ("int32", ()), ("int32", (3,))


class Shapes(Builder):
    """Graphs of x of (b, t, 64), in which shapes are computed."""

    def __init__(self) -> None:
        super().__init__()
        self.op("x", "Placeholder", out=[("float32", (None, None, 64))])

    def number(self, value, group=-1):
        """A constant."""
        return self.constant((), [value], group)

    def constant(self, shape, values, group=-1):
        value = {"dtype": "int32", "shape": list(shape), "values": values}
        return self.op(f"const{len(self.rows)}", "Const", group=group, out=[("int32", shape)], value=value)

    def size(self, name, of="x", place=0, group=-1):
        """One dimension of a tensor: a Shape and a slice."""
        self.op(f"{name}/shape", "Shape", of, out=[VECTOR], group=group)
        bounds = [self.constant((1,), [number], group) for number in (place, place + 1, 1)]
        return self.op(name, "StridedSlice", f"{name}/shape", *bounds, out=[SCALAR], group=group, shrink_axis_mask=1)

    def reshape(self, name, of, *dims, group=-1):
        """A Reshape to dimensions that are ops."""
        self.op(f"{name}/to", "Pack", *dims, out=[("int32", (len(dims),))], group=group)
        return self.op(name, "Reshape", of, f"{name}/to", out=[("float32", (None,) * len(dims))], group=group)


def heads(make):
    """x as (b, t, 8, 8), as an attention splits its heads."""
    return make.reshape("heads", "x", make.size("b"), make.size("t", place=1), make.number(8), make.number(8))


def test_what_only_computes_the_shape_of_a_reshape_is_folded_into_it():
    make = Shapes()
    heads(make)
    graph = make.graph(inputs=["x"], outputs=["heads"])
    kinds = sorted(folded(graph).values())
    assert kinds == ["Const"] * 8 + ["Pack"] + ["Shape"] * 2 + ["StridedSlice"] * 2
    assert made(graph) == {"heads": "(b, t, 8, 8)"}
    assert false(graph) == []


def test_sizes_that_nothing_uses_are_folded_too():
    """A file may have leftovers, such as the length that an attention of Keras 3 computes and does not use: a box that nothing leads from."""
    make = Shapes()
    make.size("b")
    make.op("y", "Relu", "x", out=[("float32", (None, None, 64))])
    graph = make.graph(inputs=["x"], outputs=["y"])
    assert {"b", "b/shape"} <= set(folded(graph))
    assert false(graph) == []
    asked = make.graph(inputs=["x"], outputs=["y", "b"])
    assert not {"b", "b/shape"} & set(folded(asked))
    assert false(asked) == []


def test_the_ops_are_counted_under_the_picture_and_have_their_place():
    make = Shapes()
    heads(make)
    drawn = passes.fold(decided(make.graph(inputs=["x"], outputs=["heads"])), "all")
    scene = compose(drawn)
    assert "shape arithmetic folded: 13 ops" in notes(drawn)
    assert sum(places(scene).values()) == len(drawn)
    assert len([wire for wire in scene.root.wires if wire.kind == "data"]) == 2  # x to the Reshape, that to the output


def test_products_sums_and_quotients_are_said_with_the_names():
    make = Shapes()
    b, t, two = make.size("b"), make.size("t", place=1), make.number(2)
    make.op("rows", "Mul", b, t, out=[SCALAR])
    make.op("half", "FloorDiv", t, two, out=[SCALAR])
    make.op("more", "AddV2", t, two, out=[SCALAR])
    make.reshape("flat", "x", "rows", make.number(64))
    make.reshape("halved", "flat", b, "half", make.number(-1))
    make.op("dims", "Pack", "more", two, out=[("int32", (2,))])
    one = make.op("one", "Const", out=[("float32", ())], value={"shape": [], "values": [1.0]})
    make.op("fill", "Fill", "dims", one, out=[("float32", (None, 2))])
    graph = make.graph(inputs=["x"], outputs=["halved", "fill"])
    assert made(graph) == {"flat": "(b·t, 64)", "halved": "(b, t/2, None)", "fill": "(t + 2, 2)"}
    assert false(graph) == []


def test_of_two_inputs_each_has_its_own_length_and_both_the_batch():
    make = Shapes()
    make.op("y", "Placeholder", out=[("int32", (None, None))])
    make.op("image", "Placeholder", out=[("float32", (None, None, None, 3))])
    make.reshape("first", "x", make.size("a", "x", 1), make.size("c", "y", 0))
    make.reshape("second", "y", make.size("d", "y", 1), make.size("e", "image", 1), make.size("f", "image", 2))
    graph = make.graph(inputs=["x", "y", "image"], outputs=["first", "second"])
    assert made(graph) == {"first": "(t, b)", "second": "(t2, h, w)"}


@pytest.mark.parametrize(
    "use",
    ["data", "output", "cast", "value of a fill", "start of a range", "indices"],
)
def test_what_reaches_an_output_stays(use):
    make = Shapes()
    heads(make)
    outputs = ["heads"]
    if use == "output":
        outputs.append("t")
    elif use == "cast":
        make.op("cast", "Cast", "t", out=[("float32", ())])
        outputs.append(make.op("scaled", "Mul", "heads", "cast"))
    else:
        one = make.number(1)
        kind, inputs = {
            "data": ("Mul", ["heads", "t"]),
            "value of a fill": ("Fill", [make.constant((1,), [3]), "t"]),
            "start of a range": ("Range", ["t", one, one]),
            "indices": ("GatherV2", ["heads", "t", one]),
        }[use]
        outputs.append(make.op("user", kind, *inputs))
    graph = make.graph(inputs=["x"], outputs=outputs)
    found = folded(graph)
    assert "t" not in found and "t/shape" not in found
    assert {"b", "b/shape", "heads/to"} <= set(found)
    assert false(graph) == []


def test_what_is_made_of_data_stays():
    make = Shapes()
    make.op("longest", "Max", "x", make.number(0), out=[SCALAR])
    make.op("long", "AddV2", "longest", make.size("t", place=1), out=[SCALAR])
    make.op("n", "Placeholder", out=[SCALAR])
    make.reshape("y", "x", "long", "n")
    graph = make.graph(inputs=["x", "n"], outputs=["y"])
    assert not {"longest", "long", "n", "y/to"} & set(folded(graph))
    assert false(graph) == []


def test_a_constant_is_folded_where_it_is_the_shape_and_stays_a_chip_where_it_says_more():
    make = Shapes()
    shape, axis = make.constant((2,), [-1, 64]), make.constant((1,), [1])
    make.op("flat", "Reshape", "x", shape, out=[("float32", (None, 64))])
    make.op("mean", "Mean", "flat", axis, out=[("float32", (None,))])
    graph = make.graph(inputs=["x"], outputs=["mean"])
    assert set(folded(graph)) == {shape}
    assert made(graph) == {"flat": "(b·t, 64)"}
    assert false(graph) == []


def test_a_constant_that_others_use_as_well_stays_a_chip():
    make = Shapes()
    shape = make.constant((2,), [-1, 64])
    make.op("flat", "Reshape", "x", shape, out=[("float32", (None, 64))])
    make.op("sum", "AddV2", "flat", shape)
    assert folded(make.graph(inputs=["x"], outputs=["sum"])) == {}


def test_an_order_between_boxes_keeps_them():
    make = Shapes()
    make.op("check", "Assert", "x", out=[])
    make.op("t/shape", "Shape", "x", "^check", out=[VECTOR])
    make.op("y", "Reshape", "x", "t/shape", out=[("float32", (None, None, None))])
    graph = make.graph(inputs=["x"], outputs=["y"])
    assert folded(graph) == {}
    assert false(graph) == []


def test_a_dead_user_does_not_count():
    make = Shapes()
    heads(make)
    make.op("probe", "Mul", "t", "t", out=[SCALAR])
    make.dead.append("probe")
    graph = make.graph(inputs=["x"], outputs=["heads"])
    assert "t" in folded(graph)
    assert false(graph) == []


def test_a_layer_is_not_folded_as_a_whole_unless_keras_made_it_of_an_op():
    for cls in ("Lengths", "TFOpLambda"):
        make = Shapes()
        layer = make.group("lengths", "layer", cls=cls, call=1)
        scope = make.group("inner", "scope", layer)
        b, t = make.size("b", group=layer), make.size("t", place=1, group=scope)
        make.reshape("y", "x", b, t, make.number(64))
        graph = make.graph(inputs=["x"], outputs=["y"])
        found = set(folded(graph))
        assert ({"b", "b/shape", "t", "t/shape"} <= found) == (cls == "TFOpLambda")
        assert "y/to" in found
        assert false(graph) == []


def test_a_graph_without_shape_arithmetic_is_the_same_graph():
    make = Shapes()
    make.op("y", "Relu", "x")
    graph = decided(make.graph(inputs=["x"], outputs=["y"]))
    assert fold_shapes(graph) is graph


def test_copies_of_which_one_gives_its_size_to_an_output_are_not_one_stack():
    make = Shapes()
    last, sizes = "x", []
    for copy in range(5):
        scope = make.group(f"block{copy}")
        t = make.size(f"t{copy}", last, 1, group=scope)
        last = make.reshape(f"r{copy}", last, make.number(8, group=scope), t, group=scope)
        for place in range(3):
            last = make.op(f"relu{copy}_{place}", "Relu", last, group=scope)
        sizes.append(t)
    graph = make.graph(inputs=["x"], outputs=[last, sizes[2]])
    drawn = passes.repeat(decided(graph))
    assert false(graph) == []
    assert sizes[2] in content_of(drawn).table.names
    whole = make.graph(inputs=["x"], outputs=[last])
    drawn = content_of(passes.repeat(decided(whole)))
    assert drawn.view.stacks
    assert {drawn.table.names[row]: text for row, text in drawn.view.makes.items()} == {"r0": "(8, t)"}
    assert false(whole) == []


def test_a_part_of_the_graph_is_drawn_with_what_is_folded_in_it():
    make = Shapes()
    heads(make)
    make.op("y", "Relu", "heads")
    graph = passes.select(roles_given(make.graph(inputs=["x"], outputs=["y"])), passes.Selection(hide=("Reshape",)))
    drawn = passes.fold(fold_shapes(graph), "all")
    assert content_of(drawn).view.counts.shaping == 13
    assert content_of(drawn).view.makes == {}  # the Reshape has no label: a wire runs through it
    assert sum(places(compose(drawn)).values()) == len(drawn)


# what the checker says of a drawing that is wrong


@pytest.mark.parametrize("name", ["t", "b/shape"])
def test_the_checker_finds_what_is_wrongly_said_to_be_shape_arithmetic(name):
    make = Shapes()
    heads(make)
    make.op("sum", "AddV2", "heads", "t")
    graph = make.graph(inputs=["x"], outputs=["sum"])
    drawn = claiming(graph, name)
    assert any("shape arithmetic" in lie for lie in lies(graph, drawn, compose(drawn)))


def test_the_checker_finds_data_that_is_said_to_be_shape_arithmetic():
    make = Shapes()
    make.op("longest", "Max", "x", make.number(0), out=[SCALAR])
    make.reshape("y", "x", "longest")
    graph = make.graph(inputs=["x"], outputs=["y"])
    drawn = claiming(graph, "longest", "y/to")
    assert any("made of the value of x" in lie for lie in lies(graph, drawn, compose(drawn)))


@pytest.mark.parametrize("op", sorted({*TOLD, *OTHERS}))
def test_each_input_that_is_no_data_is_declared_as_such_by_tensorflow(op):
    signature = OpSignatures().get(tensorflow_op(op))
    assert signature is not None
    names = [arg.name for arg in signature.inputs]
    told = (TOLD[op],) if op in TOLD else ()
    assert {names[place] for place in (*told, *OTHERS.get(op, ()))} <= DECLARED


# random graphs


class Random(Shapes):
    """Adds ops that ask for shapes, compute with them, and use them as shapes and as data."""

    def __init__(self, draw) -> None:
        super().__init__()
        self.draw = draw
        self.data, self.scalars, self.vectors = ["x"], [self.number(2)], [self.constant((2,), [2, -1])]
        self.homes = [-1, self.group("layer", "layer", cls="Own", call=1), self.group("scope")]

    def any(self, *lists):
        return self.draw(st.sampled_from([name for names in lists for name in names]))

    def scalar(self, name, order, group):
        """A number, mostly a size."""
        kind = self.any(["size", "size", "Mul", "Sub", "Maximum", "Identity"])
        if kind == "size":
            return self.size(name, self.any(self.data), self.draw(st.integers(0, 1)), group)
        inputs = [self.any(self.scalars) for _ in range(1 if kind == "Identity" else 2)]
        return self.op(name, kind, *inputs, *order, out=[SCALAR], group=group)

    def vector(self, name, order, group):
        """A shape, as a whole or put together."""
        if self.draw(st.booleans()):
            return self.op(name, "Shape", self.any(self.data), *order, out=[VECTOR], group=group)
        return self.op(
            name, "Pack", self.any(self.scalars), self.any(self.scalars), *order, out=[("int32", (2,))], group=group
        )

    def tensor(self, name, order, group):
        """Data, for which shapes may be used one way or the other."""
        kind = self.any(["Reshape", "Reshape", "Fill", "Range", "Tile", "AddV2", "Mul", "Relu", "StridedSlice"])
        made_of = {
            "Fill": [self.any(self.vectors), self.any(self.scalars)],
            "Range": [self.any(self.scalars) for _ in range(3)],
            "AddV2": [self.any(self.data), self.any(self.scalars, self.vectors, self.data)],
            "Relu": [self.any(self.data)],
            "StridedSlice": [self.any(self.data), *[self.any(self.vectors) for _ in range(3)]],
        }.get(kind, [self.any(self.data), self.any(self.vectors)])
        if kind == "Mul":
            made_of[1] = self.op(f"{name}/cast", "Cast", self.any(self.scalars), out=[("float32", ())], group=group)
        return self.op(name, kind, *made_of, *order, out=[("float32", (None, None))], group=group)


@st.composite
def shaping(draw):
    """Graphs with shape arithmetic, of which some reaches outputs."""
    make = Random(draw)
    for number in range(draw(st.integers(4, 24))):
        order = [f"^{make.any(make.data)}"] if draw(st.integers(0, 12)) == 0 else []
        kinds = [
            (make.scalar, make.scalars),
            (make.vector, make.vectors),
            (make.tensor, make.data),
            (make.tensor, make.data),
        ]
        add, known = draw(st.sampled_from(kinds))
        known.append(add(f"op{number}", order, draw(st.sampled_from(make.homes))))
    outputs = {make.data[-1], *draw(st.lists(st.sampled_from([*make.data, *make.scalars]), max_size=2))} - {"x"}
    return make.graph(inputs=["x"], outputs=sorted(outputs or {make.op("end", "Relu", "x")}))


@settings(deadline=None)
@given(shaping())
def test_random_drawings_tell_the_truth(graph):
    assert false(graph) == []


@pytest.mark.parametrize(
    ("name", "ops"),
    # The second number of each sum is of what leads to a StridedSlice or FloorDiv that nothing uses.
    [("tfm12_train", 996), ("resnet50_train", 803), ("resnet50_fwd", 0)],
)
def test_how_much_of_real_training_steps_is_shape_arithmetic(shared, name, ops):
    import opscope

    graph = decided(opscope.load(shared / "graphs" / f"{name}.pb"))
    assert content_of(graph).view.counts.shaping == ops
