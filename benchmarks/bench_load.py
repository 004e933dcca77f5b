"""Reading files: whole processes on one SavedModel and on a model in every format beside the peers, and parse-to-Graph on large GraphDefs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import List, Optional

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
GRAPH = SHARED / "graphs" / "tfm48_train.pb"
PEERS = os.environ.get("OPSCOPE_BENCH_PEERS", sys.executable)
"""A Python that has the peers installed, where they do not go with this one's packages."""
RUNS, FEW = 5, 3
BLOCKS = 50_000
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
END = (
    "; import resource, time; u, c = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)); "
    "print(u.ru_utime + u.ru_stime + c.ru_utime + c.ru_stime, max(u.ru_maxrss, c.ru_maxrss) // 1024)"
)
"""CPU seconds, those of the process that opscope reads HDF5 in included, and the peak memory of the larger process."""
WHOLE = {
    "`opscope summary`": (sys.executable, "from opscope.cli import main; main(['summary', {path!r}])"),
    "`tf.saved_model.load`": (sys.executable, "import tensorflow as tf; tf.saved_model.load({path!r})"),
    "Model Explorer's converter": (
        PEERS,
        "import ai_edge_model_explorer_adapter as a; a.ConvertSavedModelToJson(a.VisualizeConfig(), {path!r})",
    ),
}
SAVE = """
import tensorflow as tf
class Model(tf.Module):
    def __init__(self):
        self.kernels = [tf.Variable(tf.ones((8, 8)), name=f"kernel_{{k}}") for k in range(300)]
    @tf.function(input_signature=[tf.TensorSpec((None, 8))])
    def __call__(self, x):
        for k, kernel in enumerate(self.kernels):
            with tf.name_scope(f"block_{{k}}"):
                x = tf.nn.relu(tf.matmul(x, kernel)) + x
        return x
model = Model()
tf.saved_model.save(model, {path!r}, signatures=model.__call__)
"""
SUMMARY = "from opscope.cli import main; main(['summary', {path!r}])"
READERS = {
    "resnet50.keras": "import keras; keras.models.load_model({path!r}, compile=False)",
    "resnet50.h5": "import keras; keras.models.load_model({path!r}, compile=False)",
    "resnet50.tflite": "import tensorflow as tf; i = tf.lite.Interpreter({path!r}); i.get_tensor_details(), i._get_ops_details()",
    "checkpoint/resnet50-1": "import tensorflow as tf; tf.train.load_checkpoint({path!r}).get_variable_to_shape_map()",
    "log": "import glob, tensorflow as tf; [e for p in glob.glob({path!r} + '/*') for e in tf.compat.v1.train.summary_iterator(p)]",
    "saved.tar.gz": "import tarfile, tempfile, tensorflow as tf; d = tempfile.mkdtemp(); tarfile.open({path!r}).extractall(d, filter='data'); tf.saved_model.load(d + '/saved')",
}
"""What is read beside its format's own reader."""
EXPLORED = {
    "resnet50.tflite": "import ai_edge_model_explorer_adapter as a; a.ConvertFlatbufferDirectlyToJson(a.VisualizeConfig(), {path!r})",
    "saved": "import ai_edge_model_explorer_adapter as a; a.ConvertSavedModelToJson(a.VisualizeConfig(), {path!r})",
}
"""What Model Explorer's converter is timed on as well."""
SAVE_ALL = """
import os, tarfile, tempfile, keras, tensorflow as tf
os.chdir({folder!r})
model = keras.applications.ResNet50(weights=None)
model.save("resnet50.keras")
model.save("resnet50.h5")
tf.train.Checkpoint(model=model).save("checkpoint/resnet50")
model.export("saved", verbose=False)
with tarfile.open("saved.tar.gz", "w:gz", compresslevel=1) as archive:
    archive.add("saved")
with open("resnet50.tflite", "wb") as file:
    file.write(tf.lite.TFLiteConverter.from_keras_model(model).convert())
call = tf.function(model)
tf.summary.trace_on(graph=True, profiler=False)
call(tf.ones((1, 224, 224, 3)))
with tf.summary.create_file_writer("log").as_default():
    tf.summary.trace_export("resnet50", step=0)
    for step in range(200_000):
        tf.summary.write("loss", 0.5, step=step)
"""
LOAD = "import opscope; print(len(opscope.load({path!r})))"


def measured(python: str, code: str) -> Optional[List[float]]:
    """Wall seconds, CPU seconds and peak MB of one process; ``None`` where it fails."""
    wrapped = f"import time; start = time.perf_counter(); {code}{END}; print(time.perf_counter() - start)"
    start = time.perf_counter()
    done = subprocess.run([python, "-c", wrapped], capture_output=True, text=True, check=False, env=ENVIRONMENT)
    wall = time.perf_counter() - start
    if done.returncode:
        return None
    cpu, memory = done.stdout.strip().splitlines()[-2].split()
    return [wall, float(cpu), float(memory)]


def row(name: str, python: str, code: str, runs: int = RUNS) -> None:
    """Print the medians of a few runs as a row of the table; one more run before them warms the caches."""
    laps = [lap for lap in (measured(python, code) for _ in range(runs + 1)) if lap is not None][1:]
    if not laps:
        print(f"| {name} | not installed here | | |")
        return
    wall, cpu, memory = (statistics.median(column) for column in zip(*laps))
    print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} |")


def million(path: Path) -> None:
    """Write a GraphDef of a million ops: blocks of twenty in named scopes."""
    from opscope.program.proto import message_class

    graph = message_class("GraphDef")()
    graph.node.add(name="x", op="Placeholder").attr["dtype"].type = 1
    before = "x"
    for block in range(BLOCKS):
        for step in range(20):
            name = f"stage_{block // 1000}/block_{block % 1000}/op_{step}"
            node = graph.node.add(name=name, op="AddV2" if step % 2 else "Relu", input=[before] * (1 + step % 2))
            node.attr["T"].type = 1
            node.attr["_output_shapes"].list.shape.add().dim.add(size=block % 7 + 1)
            before = name
    path.write_bytes(graph.SerializeToString())


def every_format(head: str) -> None:
    """Print the table of a ResNet50 in each format beside that format's own reader; a line that says so where it cannot be saved."""
    with tempfile.TemporaryDirectory() as folder:
        if measured(sys.executable, f"exec({SAVE_ALL.format(folder=folder)!r})") is None:
            print("No table of every format: the model could not be saved here, for want of TensorFlow or of memory.\n")
            return
        size = (Path(folder) / "resnet50.keras").stat().st_size / 1e6
        print(
            f"A whole process on a ResNet50 ({size:.0f} MB of weights; the log has 200,000 scalars too); limit 1 s, 200 MB:\n\n{head}"
        )
        for name, reader in READERS.items():
            path = str(Path(folder) / name)
            row(f"`opscope summary {name}`", sys.executable, SUMMARY.format(path=path), runs=FEW)
            row(f"its own reader on {name}", sys.executable, reader.format(path=path), runs=FEW)
        row("`opscope summary saved`", sys.executable, SUMMARY.format(path=str(Path(folder) / "saved")), runs=FEW)
        for name, code in EXPLORED.items():
            row(f"Model Explorer's converter on {name}", PEERS, code.format(path=str(Path(folder) / name)), runs=FEW)
        print()


def main() -> None:
    """Print the tables."""
    head = f"| seconds, median of {RUNS} | wall | CPU | peak MB |\n|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        if measured(sys.executable, f"exec({SAVE.format(path=path)!r})") is not None:
            size = (Path(path) / "saved_model.pb").stat().st_size
            print(f"A whole process on one SavedModel ({size / 1e6:.1f} MB); limit 0.4 s:\n\n{head}")
            for name, (python, code) in WHOLE.items():
                row(name, python, code.format(path=path))
            print("\nNetron parses in the browser, so that it has no process to time here.\n")
    every_format(head.replace(str(RUNS), str(FEW)))
    print(f"Parse to `Graph`, every op expanded (process start included):\n\n{head}")
    if GRAPH.is_file():
        row("tfm48_train.pb, 47,695 ops (limit 1 s, 220 MB)", sys.executable, LOAD.format(path=str(GRAPH)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.pb"
        million(path)
        row("generated, 1,000,001 ops (limit 20 s, 4 GB)", sys.executable, LOAD.format(path=str(path)), runs=1)


if __name__ == "__main__":
    main()
