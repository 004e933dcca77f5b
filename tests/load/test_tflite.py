"""TensorFlow Lite files: operators, tensors and quantisation are those that TensorFlow's interpreter and its generated schema tell."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import opscope
from opscope.graph.content import content_of
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.compose import compose
from opscope.passes import for_drawing
from opscope.shapes.resolve import resolve
from rows_apart import apart
from truth import lies

tf = pytest.importorskip("tensorflow", exc_type=ImportError)
keras = pytest.importorskip("keras", exc_type=ImportError)
if not keras.__version__.startswith("3."):
    pytest.skip("needs Keras 3", allow_module_level=True)
L = keras.layers
RANDOM = np.random.default_rng(7)
OURS = {"_Arg", "_Retval", "Placeholder", "Const", "VariableV2", "_Missing"}
"""Ops of the graph that are no operators in the file."""


def network():
    """Convolutions of each kind, without what conversion folds."""
    return keras.Sequential(
        [
            L.Input((28, 28, 2)),
            L.Conv2D(8, 3, activation="relu", name="first"),
            L.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, name="each"),
            L.ReLU(6.0),
            L.MaxPooling2D(name="pool"),
            L.Conv2DTranspose(4, 3, strides=2, padding="same", name="up"),
            L.Flatten(),
            L.Dense(10, activation="softmax", name="head"),
        ]
    )


class Flow(tf.Module):
    """A loop, and a branch that also keeps a variable."""

    def __init__(self):
        self.w = tf.Variable(np.linspace(-1, 1, 16, dtype="float32").reshape(4, 4))
        self.count = tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([2, 4])])
    def loop(self, x):
        i = tf.constant(0)
        while i < 5:
            x = tf.tanh(tf.matmul(x, self.w))
            i += 1
        return {"y": x}

    @tf.function(input_signature=[tf.TensorSpec([2, 4])])
    def branch(self, x):
        self.count.assign_add(1.0)
        x = tf.matmul(x, self.w) if tf.reduce_sum(x) > 0 else x + 1.0
        return {"z": x * self.count}


def converted(model, kind):
    """The bytes of a model, in one of the four ways to quantise."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if kind != "float":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if kind == "integer":
        shape = (1, *model.input_shape[1:])
        converter.representative_dataset = lambda: ([RANDOM.random(shape, dtype="float32")] for _ in range(3))
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Name -> path of a converted model."""
    folder = tmp_path_factory.mktemp("tflite")
    made = {kind: converted(network(), kind) for kind in ("float", "float16", "dynamic", "integer")}
    # Dynamic quantisation leaves weights of fewer than 1024 elements as they are.
    made["wide"] = converted(keras.Sequential([L.Input((64,)), L.Dense(64, activation="relu"), L.Dense(3)]), "dynamic")
    made["recurrent"] = converted(keras.Sequential([L.Input((12, 5), batch_size=1), L.LSTM(7)]), "float")
    module = Flow()
    saved = str(folder / "saved")
    tf.saved_model.save(module, saved, signatures={"loop": module.loop, "branch": module.branch})
    converter = tf.lite.TFLiteConverter.from_saved_model(saved, signature_keys=["loop", "branch"])
    converter.experimental_enable_resource_variables = True
    made["flow"] = converter.convert()
    for name, data in made.items():
        (folder / f"{name}.tflite").write_bytes(data)
    return {name: folder / f"{name}.tflite" for name in made}


SINGLE = ("float", "float16", "dynamic", "integer", "wide", "recurrent")


def interpreted(path):
    """The interpreter, and each of its operators and tensors as it tells them."""
    interpreter = tf.lite.Interpreter(
        str(path),
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}
    return interpreter._get_ops_details(), tensors


def expect_as_interpreted(path, graph):
    """Fail unless the main part of the graph has the interpreter's operators, on its tensors."""
    ops, tensors = interpreted(path)
    content = content_of(graph)
    table = content.table
    main = [row for row in range(len(table)) if all(content.groups[at].owner < 0 for at in around(content, row))]
    rows = [row for row in main if table.ops[row] not in OURS]
    assert [table.ops[row] for row in rows] == [op["op_name"] for op in ops]
    made = {}
    for row, op in zip(rows, ops):
        attrs = table.attrs(row)
        taken = [int(number) for number in op["inputs"] if number >= 0]
        edges = table.data_inputs(row)
        assert len(edges) == len(taken)
        for edge, number in zip(edges, taken):
            assert shown(table.input_type(edge)) == of_tensor(tensors[number]), table.names[row]
            # The same tensor always comes from the same place.
            assert made.setdefault(number, tuple(edge)) == tuple(edge)
        for output, number in enumerate(op["outputs"]):
            made[int(number)] = (row, output)
            assert shown(table.outputs[row][output]) == of_tensor(tensors[int(number)])
            mark = f"_{output}" if output else ""
            assert same_scales(attrs.get(f"quantization{mark}"), tensors[int(number)])
    for number, (row, _) in made.items():
        if table.ops[row] == "Const":
            assert same_scales(table.attrs(row).get("quantization"), tensors[number])
    return len(made)


def around(content, row):
    at, found = content.node_group[row], []
    while at >= 0:
        found.append(at)
        at = content.groups[at].parent
    return found


def shown(kind):
    return kind.dtype, kind.shape


def of_tensor(tensor):
    """Dtype and shape, open dimensions as opscope has them."""
    dtype = np.dtype(tensor["dtype"]).name if tensor["dtype"] is not np.object_ else "resource"
    if tensor["dtype"] in (np.bytes_, np.str_):
        dtype = "string"
    return dtype, tuple(None if dim < 0 else int(dim) for dim in tensor["shape_signature"])


def same_scales(attribute, tensor):
    told = tensor["quantization_parameters"]
    scales, zeros = told["scales"], told["zero_points"]
    if attribute is None:
        return len(scales) == 0
    if "scale" in attribute:
        return len(scales) == 1 and np.isclose(attribute["scale"], scales[0]) and attribute["zero_point"] == zeros[0]
    first = [float(scale) for scale in scales[:8]]
    same = np.allclose(attribute["scales"], first) and attribute["axis"] == told["quantized_dimension"]
    return bool(same and attribute["channels"] == len(scales))


@pytest.mark.parametrize("name", SINGLE)
def test_operators_and_tensors_are_the_interpreters(files, name) -> None:
    graph = opscope.load(files[name])
    assert expect_as_interpreted(files[name], graph) > 4
    expect_true(graph)


def expect_true(graph):
    """Fail if the drawings lie: the overview, and all of it."""
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    drawn = for_drawing(graph, "all")
    assert lies(graph, drawn, compose(drawn)) == []


def test_the_scales_of_channels_are_there(files) -> None:
    """Else the comparison above would compare nothing."""
    graph = opscope.load(files["integer"])
    found = [op.attrs["quantization"] for op in graph.ops(type="Const") if "quantization" in op.attrs]
    assert any("scales" in each for each in found)
    assert any(op.attrs.get("quantization", {}).get("zero_point") for op in graph.ops())


@pytest.mark.parametrize("name", ("add4", "fully_connected", "half_plus_two-signature"))
def test_files_of_others(name) -> None:
    path = Path(__file__).parents[3] / "shared" / "wild" / "tflite" / f"{name}.tflite"
    if not path.exists():
        pytest.skip("no shared files here")
    expect_as_interpreted(path, opscope.load(path))


def test_a_file_with_an_operator_that_is_not_built_in() -> None:
    """TensorFlow's interpreter does not load it here, but its schema tells what is in it."""
    path = Path(__file__).parents[3] / "shared" / "wild" / "tflite" / "parse_example.tflite"
    if not path.exists():
        pytest.skip("no shared files here")
    generated = schema()
    model = generated.ModelT.InitFromObj(generated.Model.GetRootAs(path.read_bytes(), 0))
    (subgraph,) = model.subgraphs
    custom = [model.operatorCodes[each.opcodeIndex].customCode.decode() for each in subgraph.operators]
    table = content_of(opscope.load(path)).table
    rows = [row for row in range(len(table)) if table.ops[row] not in OURS]
    assert custom == ["ParseExampleV2"]
    assert [table.ops[row] for row in rows] == ["Custom>ParseExampleV2"]  # called as an op of TensorFlow's is
    for row, operator in zip(rows, subgraph.operators):
        given = [subgraph.tensors[number] for number in operator.inputs]
        assert [len(table.input_type(edge).shape) for edge in table.data_inputs(row)] == [
            len(each.shape) for each in given
        ]
        told = [subgraph.tensors[number].shapeSignature for number in operator.outputs]
        assert [kind.shape for kind in table.outputs[row]] == [
            tuple(None if dim < 0 else dim for dim in each) for each in told
        ]


@pytest.fixture(scope="module")
def application():
    """A network of Keras, and the multiply-adds of its graph, which is what each kind of file is made of."""
    made = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, weights=None)
    return made, opscope.trace(made, (1, 96, 96, 3)).estimate().cost.macs


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["float", "float16", "dynamic", "integer"])
def test_an_application_is_read_as_the_interpreter_tells_it(kind, application, tmp_path) -> None:
    made, macs = application
    path = tmp_path / "model.tflite"
    path.write_bytes(converted(made, kind))
    graph = opscope.load(path)
    assert expect_as_interpreted(path, graph) > 60
    cost = graph.estimate().cost
    assert cost.macs == macs


def schema():
    return pytest.importorskip("tensorflow.lite.python.schema_py_generated")


def parts(path):
    """Every subgraph by the generated schema: (type, number of inputs and of outputs) of each operator."""
    generated = schema()
    model = generated.ModelT.InitFromObj(generated.Model.GetRootAs(path.read_bytes(), 0))
    names = {
        value: name
        for name, value in vars(generated.BuiltinOperator).items()
        if isinstance(value, int) and name[0] != "_"
    }
    found = []
    for subgraph in model.subgraphs:
        codes = [model.operatorCodes[operator.opcodeIndex] for operator in subgraph.operators]
        found.append([names[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in codes])
    return model, found


@pytest.mark.parametrize("signature", ["loop", "branch"])
def test_subgraphs_stand_where_they_are_run(files, signature) -> None:
    graph = opscope.load(files["flow"], signature=signature)
    model, found = parts(files["flow"])
    signed = {each.signatureKey.decode(): each for each in model.signatureDefs}[signature]
    shown = {group.path: [] for group in content_of(graph).groups if group.owner >= 0}
    content = content_of(graph)
    main = []
    for row, op in enumerate(content.table.ops):
        if op in OURS:
            continue
        owner = next((at for at in around(content, row) if content.groups[at].owner >= 0), None)
        (main if owner is None else shown[content.groups[owner].path]).append(op)
    assert main == found[signed.subgraphIndex]
    inner = {"loop": "WHILE", "branch": "IF"}[signature]
    options = next(
        operator.builtinOptions
        for operator in model.subgraphs[signed.subgraphIndex].operators
        if found[signed.subgraphIndex][model.subgraphs[signed.subgraphIndex].operators.index(operator)] == inner
    )
    pairs = (
        (("cond", options.condSubgraphIndex), ("body", options.bodySubgraphIndex))
        if inner == "WHILE"
        else (("then", options.thenSubgraphIndex), ("else", options.elseSubgraphIndex))
    )
    (name,) = [op.name for op in graph.ops(type=inner)]
    for role, number in pairs:
        assert shown[f"{name}/{role}"] == found[number]
    expect_true(graph)
    assert [port.name for port in content.inputs] == [each.name.decode() for each in signed.inputs]
    assert [port.name for port in content.outputs] == [each.name.decode() for each in signed.outputs]


def test_a_loop_is_counted_as_often_as_it_runs(files) -> None:
    graph = opscope.load(files["flow"], signature="loop").estimate()
    assert set(graph.cost.loops.values()) == {5}
    assert graph.cost.macs == 5 * 2 * 4 * 4


def test_several_signatures_are_listed(files) -> None:
    with pytest.raises(opscope.errors.LoadError, match="'branch', 'loop'"):
        opscope.load(files["flow"])
    with pytest.raises(opscope.errors.LoadError, match="'nope'"):
        opscope.load(files["flow"], signature="nope")


@pytest.mark.parametrize("name", ["float", "float16", "dynamic"])
def test_multiply_adds_are_those_of_the_graph_that_was_converted(files, name) -> None:
    traced = opscope.trace(network(), (None, 28, 28, 2)).estimate()
    read = opscope.load(files[name]).estimate()
    assert read.cost.macs == traced.cost.macs
    assert not read.cost.unknown_shape
    assert not read.cost.without_formula
    dequantized = sum(op.cost.flops for op in read.ops(type="DEQUANTIZE"))
    # Biases are zeros, of which conversion leaves two out.
    outputs = [op.outputs[0].shape for op in read.ops() if op.type in {"TRANSPOSE_CONV", "FULLY_CONNECTED"}]
    left_out = sum(int(np.prod([dim or 1 for dim in shape])) for shape in outputs)
    assert read.cost.flops - dequantized == traced.cost.flops - left_out


def test_parameters_are_those_of_keras(files) -> None:
    """Of a model whose biases are not zero, since conversion leaves zeros out and keeps equal constants once."""
    model = network()
    model.set_weights([RANDOM.random(weight.shape, dtype="float32") for weight in model.get_weights()])
    path = files["float"].parent / "random.tflite"
    for kind in ("float", "float16", "dynamic", "integer"):
        path.write_bytes(converted(model, kind))
        graph = opscope.load(path)
        assert sum(variable.size for variable in graph.variables) == model.count_params(), kind


def test_every_option_of_every_operator_is_read(tmp_path) -> None:
    """Tables that the generated schema writes, each field with a value that is not its default."""
    import flatbuffers

    from opscope.load.tflite_files.lite_reading import stored_model
    from opscope.load.tflite_files.option_tables import ENUMS

    generated = schema()
    unions = (("BuiltinOptions", "builtinOptions"), ("BuiltinOptions2", "builtinOptions2"))
    seen = 0
    for union, place in unions:
        members = {
            name: number
            for name, number in vars(getattr(generated, union)).items()
            if isinstance(number, int) and name[0] != "_"
        }
        for name, number in members.items():
            if number == 0:
                continue
            table = getattr(generated, f"{name}T")()
            fields = list(vars(table))
            for at, field in enumerate(fields):
                setattr(table, field, value_for(getattr(table, field), name, field, at))
            operator = generated.OperatorT()
            operator.opcodeIndex, operator.inputs, operator.outputs = 0, [], []
            setattr(operator, f"{place}Type", number)
            setattr(operator, place, table)
            builder = flatbuffers.Builder(64)
            builder.Finish(model_of(generated, operator).Pack(builder), b"TFL3")
            read = stored_model(bytes(builder.Output())).subgraphs[0].operators[0].options
            told = {**read.values, **{key: list(value) for key, value in read.subgraphs.items()}}
            for field in fields:
                own = snake(field)
                value = getattr(table, field)
                assert own in told, (name, own, told)
                assert same_option(told[own], value, ENUMS), (name, own, told[own], value)
                seen += 1
            assert len(told) == len(fields)
    assert seen > 170


def model_of(generated, operator):
    code = generated.OperatorCodeT()
    subgraph = generated.SubGraphT()
    subgraph.tensors, subgraph.inputs, subgraph.outputs, subgraph.operators = [], [], [], [operator]
    model = generated.ModelT()
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [subgraph], []
    return model


def value_for(default, table, field, at):
    if isinstance(default, bool):
        return not default or True
    if isinstance(default, float):
        return 0.5 + at
    if isinstance(default, int):
        return 1
    texts = {"container", "sharedName", "callTargetName", "backendConfig", "name"}
    if field in texts:
        return f"{field} of {table}"
    if field == "boundaries":
        return [0.25, 4.0]
    if field == "windowReversal":
        return [True, False]
    return [3, 1, 2]


def snake(field):
    """The name in the schema of a field of a generated class."""
    found = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field)
    found = found.replace("_w_factor", "_w_factor")
    return {"dilationWFactor": "dilation_w_factor", "dilationHFactor": "dilation_h_factor", "seed2": "seed2"}.get(
        field, found
    )


def same_option(read, written, enums):
    if isinstance(written, bool):
        return read is written
    if isinstance(read, str) and isinstance(written, int):  # an enum, or a dtype
        return read == "float16" or any(len(names) > 1 and names[1] == read for names in enums.values())
    if isinstance(read, list) and isinstance(written, int):
        return read == [written]
    if isinstance(read, int) and isinstance(written, list):  # bytes that only a kernel knows: how many
        return read == len(written)
    return read == written


def test_the_names_of_operators_are_the_schemas() -> None:
    from opscope.load.tflite_files.operators import operator_name

    names = {
        value: name
        for name, value in vars(schema().BuiltinOperator).items()
        if isinstance(value, int) and name[0] != "_"
    }
    assert len(names) > 150
    assert {number: operator_name(number) for number in names} == names


def test_the_summary_lists_the_largest_constants(files) -> None:
    text = opscope.load(files["integer"]).summary()
    lines = text[text.index("largest constants") :].splitlines()[2:5]
    sizes = [int(line.split()[1].replace(",", "")) for line in lines]
    buffers = sorted(
        (len(buffer.data) for buffer in parts(files["integer"])[0].buffers if buffer.data is not None), reverse=True
    )
    assert sizes == [size for size in buffers if size in sizes][:3]
    assert "scales along axis" in lines[0]


def test_nothing_of_tensorflow_is_imported(files) -> None:
    """The file is read by opscope alone."""
    import subprocess
    import sys

    code = "import opscope, sys; opscope.load(sys.argv[1]).summary(); print([m for m in ('tensorflow', 'numpy', 'flatbuffers') if m in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", code, str(files["integer"])], capture_output=True, text=True, check=True, env=os.environ
    )
    assert said.stdout.strip() == "[]"


def mixed():
    """What transformers and mobile networks are made of, on a text and an image."""
    text, image = L.Input((8,), name="text", dtype="int32"), L.Input((17, 16, 4), name="image")
    x = L.Embedding(40, 12)(text)
    x = L.LayerNormalization()(x + L.MultiHeadAttention(2, 6)(x, x))
    x = L.LayerNormalization()(x + L.Dense(12)(L.Dense(20, activation="gelu")(x)))
    y = L.Conv2D(8, 3, strides=2, padding="same", activation="relu6")(L.ZeroPadding2D(((1, 2), (0, 1)))(image))
    y = L.Concatenate()([L.AveragePooling2D(2)(y), L.MaxPooling2D(2)(L.GlobalAveragePooling2D(keepdims=True)(y) + y)])
    y = L.UpSampling2D(2, interpolation="bilinear")(L.PReLU(shared_axes=[1, 2])(y))
    y = L.GlobalAveragePooling2D()(L.Permute((2, 1, 3))(L.Cropping2D(1)(y)))
    return keras.Model([text, image], L.Dense(3)(L.Concatenate()([L.Flatten()(x), y])))


def test_shapes_for_a_batch_are_those_that_the_interpreter_allocates(tmp_path) -> None:
    path = tmp_path / "mixed.tflite"
    path.write_bytes(converted(mixed(), "float"))
    interpreter = tf.lite.Interpreter(
        str(path),
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    for given in interpreter.get_input_details():
        interpreter.resize_tensor_input(given["index"], (3, *given["shape"][1:]))
        interpreter.allocate_tensors()
    for given in interpreter.get_input_details():
        interpreter.set_tensor(given["index"], np.ones(given["shape"], given["dtype"]))
    interpreter.invoke()  # what depends on values has its shape only then
    tensors = {tensor["index"]: tuple(map(int, tensor["shape"])) for tensor in interpreter.get_tensor_details()}
    graph = opscope.load(path)
    table, known = content_of(graph).table, resolve(graph, 3).outputs
    rows = [row for row, op in enumerate(table.ops) if op not in OURS]
    operators = interpreter._get_ops_details()
    assert [table.ops[row] for row in rows] == [operator["op_name"] for operator in operators]
    wrong = {
        table.names[row]: (table.ops[row], known[row], tensors[int(number)])
        for row, operator in zip(rows, operators)
        for output, number in enumerate(operator["outputs"])
        if known[row][output][1] != tensors[int(number)]
    }
    assert not wrong
    assert len(rows) > 60
