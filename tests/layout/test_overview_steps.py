"""What an overview says of a training step, of a network used twice, of recurrence. The graphs and the right answers are written by hand."""

from __future__ import annotations

import re
from dataclasses import replace

from graphs import Builder, F
from opscope.graph.content import content_of, with_content
from opscope.graph.types import Measured
from opscope.layout.overview import page_shapes
from opscope.layout.overview.one_page import overview
from opscope.layout.overview.recurrent_words import RecurrentWords
from opscope.layout.scene.items import Box, Card, Cell, ChainRow, Pill, cards, items
from opscope.render.svg import figure_room, overview_page
from opscope.render.svg.overview_page import overview_svg
from opscope.render.svg.row_names import row_name
from opscope.render.svg.told_lines import told_lines
from rows_apart import apart
from truth import lies

ADAM = {"class": "Adam", "learning_rate": 0.001, "variables": 2, "of": ["net"]}


class Step:
    """A step of one layer ``net``: forward, loss, backward, optimizer, each with an op or two."""

    def __init__(self, loss=None, backward=None, optimizer=None, taken="loss/square"):
        """`taken`: which tensor the gradient is made of."""
        make = self.make = Builder()
        given = {"loss": loss, "backward": backward, "optimizer": optimizer}
        self.of = {
            name: make.group(name, name, settings=given.get(name) or {})
            for name in ("forward", "loss", "backward", "optimizer")
        }
        layer = make.group("net", "layer", self.of["forward"], cls="Dense", defined_in="keras", outputs=(F,))
        make.op("x", "Placeholder")
        handle = self.weight("net.kernel")
        make.op("net/MatMul", "MatMul", "x", handle, group=layer)
        make.op("loss/square", "Square", "net/MatMul", group=self.of["loss"])
        make.op("loss/mean", "Mean", "loss/square", group=self.of["loss"])
        make.op("back/a", "Neg", taken, group=self.of["backward"])
        make.op("back/b", "Neg", "back/a", group=self.of["backward"])

    def weight(self, path, name="kernel", trained=True):
        self.make.variable(name, path, (3, 3))
        if not trained:
            self.make.variables[-1] = replace(self.make.variables[-1], trainable=False)
        return name

    def update(self, *ops, group=None):
        """Ops of the optimizer: ``(name, type, inputs...)``."""
        for name, kind, *inputs in ops:
            self.make.op(name, kind, *inputs, group=self.of["optimizer"] if group is None else group)

    def said(self):
        """By phase what its card says, after the checker has found nothing in the drawing."""
        graph = self.make.graph("step", ["x"], ["loss/mean"])
        found = overview(graph)
        assert lies(graph, found.graph, apart(found.drawing.scene)) == []
        return {
            card.kind: (card.subtitle, card.detail)
            for card in cards(found.drawing.scene)
            if card.kind in ("loss", "backward", "optimizer")
        }


UPDATE = ("update", "ResourceApplyGradientDescent", "kernel", "back/b")


def test_cards_say_which_loss_and_optimizer_and_whose_gradient():
    mse = {"losses": [{"class": "MeanSquaredError", "defined_in": "keras", "calls": 2}], "and_more": True}
    step = Step(mse, {"of": ["net"], "through": {"net": 1, "critic": 1}}, {"optimizers": [ADAM]})
    step.update(UPDATE)
    said = step.said()
    assert said["loss"][0].startswith("mean squared error ×2 and more")
    assert said["backward"] == ("gradient of the loss, for the weights of net", "through critic")
    assert said["optimizer"] == (
        "Adam, lr 0.001, updates 2 variables of net",
        "",
    )


def test_a_gradient_to_which_no_line_leads_from_the_loss_is_called_so_too():
    step = Step(None, {"of": ["net"]}, {"optimizers": [ADAM]}, taken="net/MatMul")
    step.update(UPDATE)
    assert step.said()["backward"] == ("gradient of the loss, for the weights of net", "")


def test_several_optimizers_say_for_whom_they_are():
    step = Step(None, None, {"optimizers": [{**ADAM, "of": ["generator"]}, {**ADAM, "class": "SGD", "of": ["critic"]}]})
    step.update(UPDATE)
    beside, below = step.said()["optimizer"]
    assert (beside, below.split("\n")) == ("", ["Adam, lr 0.001, updates generator", "SGD, lr 0.001, updates critic"])
    found = overview(step.make.graph("step", ["x"], ["loss/mean"]))
    assert [card.title for card in cards(found.drawing.scene) if card.kind == "optimizer"] == ["2 optimizers"]


def test_optimizers_for_which_there_is_no_room_beside_the_title_have_a_line_each():
    adam = {**ADAM, "learning_rate": 0.0001, "of": ["a_generator_of_faces"]}
    step = Step(None, None, {"optimizers": [adam, {**adam, "class": "RMSprop", "of": ["a_critic_of_faces"]}]})
    step.update(UPDATE)
    beside, below = step.said()["optimizer"]
    told = ["Adam, lr 0.0001, updates a_generator_of_faces", "RMSprop, lr 0.0001, updates a_critic_of_faces"]
    assert [line for line in (beside, *below.split("\n")) if line] == told


def test_lines_of_figures_are_called_what_the_picture_calls_their_rows_and_phases_say_that_layers_are_not_in_them():
    make = Builder()
    forward = make.group("forward", "forward")
    make.op("x", "Placeholder")
    timed = {"measured": Measured(time_us=10.0)}
    same = {"cls": "Critic", "defined_in": "__main__", "object_path": "critic", "variables": (0,), "outputs": (F,)}
    make.variable("kernel", "critic.kernel", (3, 3))
    ends = []
    for call in (1, 2):
        path = f"forward/critic{'#2' if call == 2 else ''}"
        group = make.group("critic", "model", forward, call=call, path=path, **same)
        inner = make.op(f"{path}/a", "MatMul", "x", "kernel", group=group, **timed)
        ends.append(make.op(f"{path}/b", "Softmax", inner, group=group, **timed))
    loss = make.group("loss", "loss")
    value = make.op("loss/l", "AddV2", *ends, group=loss, **timed)
    backward = make.group("backward", "backward")
    mirror = make.group("critic", "scope", backward, of="forward/critic")
    value = make.op("backward/critic/g", "MatMul", value, group=mirror, **timed)
    value = make.op("backward/g", "MatMul", value, group=backward, **timed)
    drawn = overview_svg(overview(make.graph("step", ["x"], [value])))
    notes = re.findall(r'class="note"[^>]*>([^<]*)<', drawn)
    assert notes.count("outside of layers") == 1
    assert "shared" in notes
    assert not any("critic#2" in note for note in notes)
    shown = re.findall(r">([^<>]+)<", drawn)
    named = [note for note in notes if note not in ("outside of layers", "shared")]
    assert len(named) == 4
    # The name of a weight stands without its shape: `matmul kernel (3, 3)` is the row's own text.
    assert all(sum(text.partition(" (")[0] == note for text in shown) > 1 for note in named)


def test_what_nobody_noted_has_no_name():
    step = Step()
    step.update(UPDATE)
    said = step.said()
    assert [" ".join(said[phase]).strip() for phase in ("loss", "backward", "optimizer")] == [
        "2 ops", "gradient of the loss", "2 ops, beside the layers",
    ]  # fmt: skip


def test_clipping_and_adding_up_are_told_by_the_ops():
    step = Step(optimizer={"optimizers": [ADAM]})
    step.weight("sums", "sums", trained=False)
    step.update(
        ("add", "AssignAddVariableOp", "sums", "back/b"),
        ("clip_by_global_norm/Mul", "Mul", "back/b"),
        ("update", "ResourceApplyAdam", "kernel", "clip_by_global_norm/Mul"),
    )
    assert step.said()["optimizer"][1] == "gradients added up · clipped by global norm"


def test_what_is_added_from_elsewhere_is_no_gradient():
    step = Step(optimizer={"optimizers": [ADAM]})
    step.weight("count", "count", trained=False)
    step.update(("one", "Const"), ("add", "AssignAddVariableOp", "count", "one"), UPDATE)
    assert "added up" not in " ".join(step.said()["optimizer"])


def test_a_second_use_of_a_network_says_whose_weights_it_has():
    make = Builder()
    model = make.group("gan", "model", cls="GAN", defined_in="__main__")
    make.op("x", "Placeholder")
    make.op("y", "Placeholder")
    same = {"cls": "Critic", "defined_in": "__main__", "object_path": "critic", "variables": (0,), "outputs": (F,)}
    make.variable("kernel", "critic.kernel", (3, 3))
    one = make.group("critic", "model", model, call=1, **same)
    two = make.group("critic", "model", model, call=2, path="gan/critic#2", **same)
    other = make.group("judge", "model", model, call=1, **{**same, "object_path": "judge", "cls": "Judge"})
    make.op("a", "MatMul", "x", "kernel", group=one)
    make.op("b", "MatMul", "y", "kernel", group=two)
    make.op("c", "MatMul", "x", "kernel", group=other)
    make.op("join", "ConcatV2", "a", "b", "c", group=model)
    graph = make.graph("gan", ["x", "y"], ["join"])
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    marked = [
        item.items[0].group
        for item in items(found.drawing.scene)
        if isinstance(item, ChainRow) and item.name.endswith("same weights as critic")
    ]
    marked += [card.group for card in cards(found.drawing.scene) if "same weights as critic" in card.subtitle]
    assert marked == [two]
    told = [
        (line.item.title if isinstance(line.item, Card) else line.item.items[0].title, row.parameters, row.shared)
        for line, row in zip(found.lines, found.figures.rows)
        if row.parameters or row.shared
    ]
    # The judge has the critic's kernel too: it stands behind the first call of the critic. Both stand side by side, each with one line.
    assert told == [("critic#2", None, True), ("critic", 9, False), ("judge", None, True)]
    assert graph.parameters == 9


def test_parameters_that_are_used_twice_count_at_their_first_use_and_add_up_to_the_total():
    make = Builder()
    model = make.group("lm", "model", cls="LM", defined_in="__main__")
    make.op("x", "Placeholder")
    make.variable("table", "lm.table", (100, 8))
    make.variable("bias", "lm.bias", (100,))
    make.variable("seen", "lm.seen", ())
    make.variables[-1] = replace(make.variables[-1], trainable=False)
    embed = make.group("embed", "layer", model, cls="Embedding", defined_in="keras", variables=(0,), outputs=(F,))
    make.op("lm/embed/g", "GatherV2", "table", "x", group=embed)
    norm = make.group("norm", "layer", model, cls="LayerNormalization", defined_in="keras", outputs=(F,))
    make.op("lm/norm/n", "Mul", "lm/embed/g", "x", group=norm)
    make.op("lm/logits", "MatMul", "lm/norm/n", "table", group=model)
    make.op("lm/add", "BiasAdd", "lm/logits", "bias", group=model)
    make.op("one", "Const")
    make.op("count", "AssignAddVariableOp", "seen", "one")
    graph = make.graph("lm", ["x"], ["lm/add"])
    found = overview(graph)
    told = [(row.parameters, row.shared) for row in found.figures.rows if row.parameters or row.shared]
    assert told in ([(800, False), (100, True)], [(800, False), (None, True), (100, False)])
    assert graph.parameters == 900  # the counter is none, in the total as in the column
    assert "900 parameters" in overview_svg(found)


def test_a_counter_is_said_as_python_writes_it():
    make = Builder()
    make.op("x", "Placeholder")
    make.variable("seen", "seen", ())
    make.op("one", "Const", out=[("float32", ())], value={"shape": [], "values": [1]})
    make.op("add", "AssignAddVariableOp", "seen", "one", out=[])
    make.op("out", "Neg", "x")
    graph = make.graph("step", ["x"], ["out"])
    texts = [
        cell.text for item in items(overview(graph).drawing.scene) if isinstance(item, ChainRow) for cell in item.cells
    ]
    assert "seen += 1" in texts


def test_an_error_stands_beside_every_figure_of_which_it_is_known():
    """As in the page's tree; the sign of doubt stands before what is uncertain, and is explained."""

    def drawn(error):
        make = Builder()
        model = make.group("net", "model", cls="Functional", defined_in="keras")
        make.op("x", "Placeholder")
        here = "x"
        for name in ("a", "b"):
            measured = Measured(time_us=1790.0, error_us=error)
            layer = make.group(name, "layer", model, cls="Dense", defined_in="keras", outputs=(F,))
            here = make.op(f"{name}/MatMul", "MatMul", here, group=layer, measured=measured)
        return overview_svg(overview(make.graph("net", ["x"], [here])))

    assert "1.8 ± 0.1 ms" in drawn(100.0) or "1.79 ± 0.10 ms" in drawn(100.0)
    assert "± standard error" in drawn(100.0)
    assert "1.79 ± 0.01 ms" in drawn(10.0)
    assert "~" not in drawn(10.0)
    assert "~1.8 ± 0.4 ms" in drawn(400.0) or "~1.79 ± 0.40 ms" in drawn(400.0)
    assert "~ error may be above 10 %" in drawn(400.0)
    assert "±" not in drawn(None)


def of_ten_steps(make, top, kinds):
    """A loop of 10 steps over variables, each with its name, its type and what it begins with, the first a counter.

    Gives the loop, the group of its body, and the counter's next value.
    """
    first, i32 = kinds[0][:2]
    out = [kind for _, types, _ in kinds for kind in types]
    loop = make.op("loop", "While", *(given for _, _, given in kinds), group=top, out=out)
    around = make.group("loop", "while", top, owner=len(make.rows) - 1)
    cond, body = (make.group(part, part, around, owner=len(make.rows) - 1) for part in ("cond", "body"))
    for part, group in (("cond", cond), ("body", body)):
        for index, (name, types, given) in enumerate(kinds):
            make.op(f"loop/{part}/{name}", "_Arg", given, group=group, out=types, index=index)
    ten = make.op("loop/cond/ten", "Const", group=cond, out=i32, value={"shape": [], "values": [10]})
    less = make.op("loop/cond/less", "Less", f"loop/cond/{first}", ten, group=cond, out=[("bool", ())])
    make.op("loop/cond/result", "_Retval", less, group=cond, out=[("bool", ())], index=0)
    one = make.op("loop/body/one", "Const", group=body, out=i32, value={"shape": [], "values": [1]})
    return loop, body, make.op("loop/body/add", "AddV2", f"loop/body/{first}", one, group=body, out=i32)


def looped(layer=None):
    """A loop of 10 steps with a counter that is used, a list of results and a state; in a layer, if its fields are given."""
    make = Builder()
    i32, row, some = [("int32", ())], [("float32", (8, 4))], [("variant", ())]
    x = make.op("x", "Placeholder", out=row)
    top = make.group("layer", "layer", outputs=(F,), **layer) if layer else -1
    zero = make.op("zero", "Const", group=top, out=i32, value={"shape": [], "values": [0]})
    empty = make.op("empty", "EmptyTensorList", x, x, group=top, out=some)
    kinds = (("while_placeholder", i32, zero), ("while_placeholder_1", some, empty), ("while_placeholder_2", row, x))
    loop, body, added = of_ten_steps(make, top, kinds)
    at, listed, state = (f"loop/body/{name}" for name, _, _ in kinds)
    tanh = make.op("loop/body/tanh", "Tanh", state, group=body, out=row)
    kept = make.op("loop/body/keep", "TensorListSetItem", listed, at, tanh, group=body, out=some)
    for index, (made, out) in enumerate(((added, i32), (kept, some), (tanh, row))):
        make.op(f"loop/body/r{index}", "_Retval", made, group=body, out=out, index=index)
    last = make.op("end", "Relu", f"{loop}:2", group=top, out=row)
    stacked = make.op("stacked", "TensorListStack", f"{loop}:1", empty, group=top, out=row)
    return make.graph("net", ["x"], [last, stacked])


def test_variables_of_a_loop_are_called_what_they_are_for():
    graph = looped()
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    pills = [item for item in items(found.drawing.scene) if isinstance(item, Pill) and item.kind == "state"]
    assert [pill.title for pill in pills] == [
        "state"
    ]  # how often it runs is on its card, and that each result is kept in the loop


def test_a_closed_recurrent_layer_says_its_states_and_steps():
    keras = {"defined_in": "keras"}
    told = RecurrentWords(looped({"cls": "LSTM", "settings": {"units": 64}, **keras}))
    assert told.of(0) == "states h, c · 10 steps"
    inner = {"layer": {"class": "GRU", "units": 3}}
    assert (
        RecurrentWords(looped({"cls": "Bidirectional", "settings": inner, **keras})).of(0)
        == "two loops, forward and backward · state h · 10 steps each"
    )
    merged = RecurrentWords(looped({"cls": "Bidirectional", "settings": {**inner, "merge_mode": "concat"}, **keras}))
    assert merged.of(0) == "two loops, forward and backward → concat · state h · 10 steps each"
    own = {"cell": {"class": "GatedCell", "units": 3}}
    assert RecurrentWords(looped({"cls": "RNN", "settings": own, **keras})).of(0) == "10 steps"
    assert (
        RecurrentWords(looped({"cls": "LSTM", "defined_in": "mine"})).of(0) == ""
    )  # a class of that name, not Keras's


def test_a_recurrent_layer_of_keras_runs_as_often_as_its_input_has_steps():
    """Where the bound of its loop is the length of a tensor whose shape is open."""
    layer = {"cls": "SimpleRNN", "settings": {"units": 4}, "defined_in": "keras"}
    graph = looped(layer)
    table = content_of(graph).table
    bound = table.names.index("loop/cond/ten")
    ops = ["Shape" if row == bound else op for row, op in enumerate(table.ops)]
    open_ended = with_content(graph, table=replace(table, ops=ops))
    assert RecurrentWords(open_ended).of(0) == "state h · as many steps as its input"


def test_a_note_says_that_no_wires_lead_to_gradients_from_the_layers_whose_tensors_they_use():
    def drawn(back):
        step = Step()
        step.make.op("back/c", back, "back/b", "net/MatMul", group=step.of["backward"])
        step.update(("update", "ResourceApplyGradientDescent", "kernel", "back/c"))
        graph = step.make.graph("step", ["x"], ["loss/mean"])
        return graph, overview(graph)

    graph, found = drawn("MatMul")
    scene = apart(found.drawing.scene)
    note = "lines from layers to backward are left out"
    assert note in scene.notes
    assert note in overview_svg(found)
    assert lies(graph, found.graph, scene) == []
    assert lies(graph, found.graph, replace(scene, notes=())) != []  # it has to be said
    alone = Step()
    alone.update(UPDATE)
    assert note not in overview(alone.make.graph("step", ["x"], ["loss/mean"])).drawing.scene.notes


def step_of_a_file():
    """A training step as a file has it: scopes of layers, a loss in no scope, gradients in ``gradient_tape``, which use two tensors of each layer."""
    make = Builder()
    here = make.op("x", "Placeholder")
    net = make.group("net", "scope")
    inside = []
    for number in range(4):
        layer = make.group(f"dense_{number}", "scope", net)
        product = make.op(f"net/dense_{number}/MatMul", "MatMul", here, here, group=layer)
        here = make.op(f"net/dense_{number}/Tanh", "Tanh", product, group=layer)
        inside += [product, here]
    loss = make.op("pow", "Square", here)
    tape = make.group("gradient_tape", "scope")
    grad = make.op("gradient_tape/a", "TanhGrad", loss, here, group=tape)
    for number, used in enumerate(inside):
        grad = make.op(f"gradient_tape/g{number}", "TanhGrad", grad, used, group=tape)
    return make.graph("step", ["x"], [grad, loss])


def test_what_gradients_of_a_file_use_of_layers_is_told_on_their_card_but_for_the_last():
    graph = step_of_a_file()
    found = overview(graph)
    scene = apart(found.drawing.scene)
    (tape,) = [card for card in cards(found.drawing.scene) if card.title == "gradient_tape"]
    # Two tensors of each of four layers: seven are told, and what the loss uses too is wired.
    assert "uses 7 more tensors of the layers" in f"{tape.subtitle} {tape.detail}"
    assert lies(graph, found.graph, scene) == []
    (net,) = [card for card in cards(found.drawing.scene) if card.title == "net"]
    assert net.open


def test_the_checker_counts_what_gradients_are_said_to_use():
    graph = step_of_a_file()
    found = overview(graph)

    def less(card):
        children = tuple(less(child) if isinstance(child, Card) else child for child in card.children)
        return replace(
            card,
            children=children,
            subtitle=card.subtitle.replace("uses 7", "uses 6"),
            detail=card.detail.replace("uses 7", "uses 6"),
        )

    scene = apart(found.drawing.scene)
    assert lies(graph, found.graph, replace(scene, root=less(scene.root))) != []


def recurrent(layer, cell, tail=True):
    """A model with a recurrent layer, whose loop of 10 steps calls a cell: ``gate × state + (1 − gate) × Dense(state)``, gate by ``input | state``."""
    make = Builder()
    model = make.group("net", "model", cls="Functional", defined_in="keras")
    i32, row, some = [("int32", ())], [("float32", (8, 4))], [("variant", ())]
    x = make.op("x", "Placeholder", out=row)
    top = make.group("rnn", "layer", model, outputs=(F,), **layer)
    zero = make.op("zero", "Const", group=top, out=i32, value={"shape": [], "values": [0]})
    listed = make.op("steps", "TensorListFromTensor", x, group=top, out=some)
    start = make.op("start", "Relu", x, group=top, out=row)
    kinds = (("at", i32, zero), ("state", row, start), ("listed", some, listed))
    loop, body, added = of_ten_steps(make, top, kinds)
    taken = make.op("loop/body/get", "TensorListGetItem", "loop/body/listed", "loop/body/at", group=body, out=row)
    own = make.group("cell", "layer", body, outputs=(F,), **cell)
    dense = {"cls": "Dense", "defined_in": "keras", "outputs": (F,)}
    gate, fresh = (make.group(name, "layer", own, settings={"units": 4, "activation": kind}, **dense) for name, kind in
                   (("gate", "sigmoid"), ("fresh", "tanh")))  # fmt: skip
    state = "loop/body/state"
    both = make.op("cell/concat", "ConcatV2", taken, state, group=own, out=row)
    opened = make.op("cell/gate/MatMul", "MatMul", both, group=gate, out=row)
    made = make.op("cell/fresh/MatMul", "MatMul", state, group=fresh, out=row)
    whole = make.op("cell/one", "Const", group=own, out=[("float32", ())], value={"shape": [], "values": [1.0]})
    rest = make.op("cell/rest", "Sub", whole, opened, group=own, out=row)
    left = make.op("cell/left", "Mul", opened, state, group=own, out=row)
    right = make.op("cell/right", "Mul", rest, made, group=own, out=row)
    after = make.op("cell/after", "AddV2", left, right, group=own, out=row)
    for index, (done, out) in enumerate(((added, i32), (after, row), ("loop/body/listed", some))):
        make.op(f"loop/body/r{index}", "_Retval", done, group=body, out=out, index=index)
    last = make.op("end", "Relu", f"{loop}:1", group=top, out=row)
    if tail:
        head = make.group("head", "layer", model, cls="Dense", defined_in="keras", settings={"units": 2}, outputs=(F,))
        last = make.op("head/MatMul", "MatMul", last, group=head, out=row)
    return make.graph("net", ["x"], [last])


def test_a_recurrent_layer_of_a_library_stays_closed_however_much_room_there_is():
    units = {"units": 4, "return_sequences": True}
    graph = recurrent(
        {"cls": "LSTM", "defined_in": "keras", "settings": units}, {"cls": "LSTMCell", "defined_in": "keras"}
    )
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    rows = [item for item in items(found.drawing.scene) if isinstance(item, ChainRow)]
    assert rows[0].cells[0].text == "LSTM 4, returns sequences · states h, c · 10 steps"


def test_what_is_all_of_the_model_opens_even_if_its_settings_say_what_it_does():
    graph = recurrent(
        {"cls": "LSTM", "defined_in": "keras", "settings": {"units": 4}},
        {"cls": "LSTMCell", "defined_in": "keras"},
        tail=False,
    )
    assert any(card.kind == "while" for card in cards(overview(graph).drawing.scene))


GATED = {"cls": "RNN", "defined_in": "keras", "settings": {"cell": {"class": "GatedCell", "units": 4}}}


def test_a_cell_of_the_author_stands_in_the_loop_of_its_layer_with_its_equations_if_the_page_has_room():
    graph = recurrent(GATED, {"cls": "GatedCell", "defined_in": "__main__"})
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    opened = {card.title: card for card in cards(found.drawing.scene) if card.open}
    assert opened["rnn/while"].subtitle == "loop of RNN · loop · 10 iterations, each runs cell"
    # The gate is taken twice, so that wires would run around each other. What it computes, by the graph above:
    (own,) = [card for card in cards(found.drawing.scene) if card.title == "cell"]
    assert own.own and not own.open
    assert own.detail.split("\n") == [
        "fresh = state → Dense 4, tanh",
        "gate = concat(input | state) → Dense 4, sigmoid",
        "new state = gate × state + (1 − gate) × fresh",
    ]
    assert not any(card.title == "rnn" for card in cards(found.drawing.scene))
    # What the layer does around its loop is in no row with another layer. Of the two rows before it one says whose they are.
    rows = [item for item in items(found.drawing.scene) if isinstance(item, ChainRow)]
    told = [([cell.text for cell in row.cells], row.name) for row in rows]
    assert [each for each in told if each[0] == ["ReLU"]] == [(["ReLU"], ""), (["ReLU"], "rnn, after its loop")]
    assert (["each step"], "rnn, before its loop") in told
    assert ["Dense 2"] in [texts for texts, _ in told]


def test_a_cell_of_the_author_is_told_by_what_it_does_in_each_step(monkeypatch):
    """Tensors that are taken twice have names, so that any wiring can be said. The page is too low for a drawing of it."""
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", 200.0)
    graph = recurrent(GATED, {"cls": "GatedCell", "defined_in": "__main__"})
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    (card,) = [card for card in cards(found.drawing.scene) if card.title == "rnn"]
    assert card.own and not card.open
    assert card.subtitle == "RNN of GatedCell units 4 · 10 steps"
    assert card.detail.split("\n") == [
        "each step: fresh = state → Dense 4, tanh",
        "gate = concat(input | state) → Dense 4, sigmoid",
        "new state = gate × state + (1 − gate) × fresh",
    ]


def two_backward_passes(outside, outside_us=10.0):
    """The overview of a step that trains two networks; of those named in `outside`, the backward pass has an op outside of layers too."""
    make = Builder()
    forward = make.group("forward", "forward")
    make.op("x", "Placeholder")
    timed = {"measured": Measured(time_us=10.0)}
    ends = []
    for name in ("generator", "critic"):
        layer = make.group(name, "layer", forward, cls="Dense", defined_in="keras", outputs=(F,))
        ends.append(make.op(f"forward/{name}/m", "MatMul", "x", group=layer, **timed))
    loss = make.group("loss", "loss")
    value = make.op("loss/l", "AddV2", *ends, group=loss, **timed)
    last = []
    for name, whose in (("backward", "generator"), ("backward#2", "critic")):
        backward = make.group(name, "backward", settings={"of": [whose], "through": {whose: 1}})
        mirror = make.group(whose, "scope", backward, of=f"forward/{whose}")
        last.append(make.op(f"{name}/{whose}/g", "MatMul", value, group=mirror, **timed))
        if whose in outside:
            rest = {"measured": Measured(time_us=outside_us)}
            last[-1] = make.op(f"{name}/g", "MatMul", last[-1], group=backward, **rest)
    return overview(make.graph("step", ["x"], last))


def test_two_backward_passes_are_told_apart_by_whose_they_are_on_cards_and_beside_their_figures():
    found = two_backward_passes(outside=("generator", "critic"))
    backward = [card for card in cards(found.drawing.scene) if card.kind == "backward"]
    assert [(card.title, card.detail) for card in backward] == [
        ("backward: generator", ""),
        ("backward: critic", ""),
    ]
    labels = [told.label for told in told_lines(found) if "outside of layers" in told.label]
    assert labels == [("backward: generator", "outside of layers"), ("backward: critic", "outside of layers")]


def test_names_before_figures_are_cut_where_the_page_would_be_too_wide(monkeypatch):
    found = two_backward_passes(outside=("generator", "critic"))
    monkeypatch.setattr(overview_page, "LEAST_WIDE", 0.0)
    shown = overview_svg(found)
    assert shown.count(">outside of layers<") == 2
    wide = page_wide(shown)
    while ">outside of layers<" in shown:  # bars are shorter first
        wide -= 10.0
        for module in (overview_page, figure_room):
            monkeypatch.setattr(module, "PAGE_WIDEST", wide / 1.25)
        shown = overview_svg(found)
    assert page_wide(shown) <= wide
    assert shown.count(">outside of") == 2


def page_wide(svg):
    return float(re.search(r'viewBox="0 0 ([0-9.]+) ', svg)[1])


def test_a_phase_with_nothing_outside_of_layers_has_no_line_and_that_of_the_one_beside_it_says_whose_it_is():
    """Lines without a number, or with next to none, were puzzles to every reader."""
    found = two_backward_passes(outside=("critic",))
    lines = {told.label: told.amounts.total for told in told_lines(found) if told.label[:1] == ("backward: critic",)}
    assert lines == {("backward: critic", "outside of layers"): 10.0}
    assert overview_svg(found).count("outside of layers") == 1


def test_a_phase_whose_rest_is_next_to_nothing_has_no_line_of_it():
    found = two_backward_passes(outside=("critic",), outside_us=0.05)
    assert [told.label for told in told_lines(found) if "outside of layers" in told.label] == []


def test_the_slowest_call_of_a_layer_is_named_without_the_words_beside_its_name():
    """Cut to its room these came before the name: ``critic#2, same …ghts as critic``."""
    cell = Cell(Box(0, "MatMul", "matmul", ""), "Dense 1", "dense")
    assert row_name(ChainRow((cell,), "critic#2, same weights as critic", 0)) == "critic#2"
    assert row_name(ChainRow((cell,), "same weights as critic", 0)) == "Dense 1, same weights as critic"
