"""Coverage-guided fuzzing of every loader: a clear error or a graph, never anything else, never slowly.

    pip install atheris; python tools/fuzz.py --seconds 60 [FILE OR FOLDER OF FILES TO MUTATE ...]

Atheris (libFuzzer) steers by the branches of opscope.load. Half of its inputs are bytes of a file, half are edit scripts
that change fields of a real message, which gets deeper than the wire. A finding stops the run and is written to crash-*.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["opscope.load"]):
    import opscope
    from opscope.errors import OpscopeError

    importlib.import_module("opscope.load.saved_model")
    from opscope.load import detect
    from opscope.load.proto import message_class

MOST_BYTES = 200_000
NUMBERS = (0, 1, -1, 2, 7, 255, 65_537, 1 << 31, (1 << 63) - 1, -(1 << 63))
TEXTS = (
    "",
    "^",
    "/",
    "a:0",
    "a:0:1",
    "^a:1",
    "While",
    "Case",
    "Split",
    "Enter",
    "Exit",
    "LoopCond",
    "VarHandleOp",
    "a" * 3000,
)
TEXT_TYPES, MESSAGE, BOOL = (9, 12), 11, 8


def seeds(paths):
    """The bytes of the given files, and a small graph that is always there."""
    graph = message_class("GraphDef")()
    for name, op, inputs in (("a", "Placeholder", ()), ("b/c", "Relu", ("a",)), ("d", "AddV2", ("b/c:0", "a", "^a"))):
        graph.node.add(name=name, op=op, input=inputs).attr["T"].type = 1
    model = message_class("SavedModel")(saved_model_schema_version=1)
    model.meta_graphs.add(graph_def=graph).signature_def["serving_default"].outputs["y"].name = "d:0"
    found = [graph.SerializeToString(), model.SerializeToString()]
    for path in paths:
        files = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
        found += [file.read_bytes() for file in files if file.stat().st_size <= MOST_BYTES]
    return found


def is_map(field):
    """Whether a field of a message is a map."""
    return field.type == MESSAGE and field.message_type.GetOptions().map_entry


def is_repeated(field):
    """Whether a field holds a list; protobuf 7 has no `label` any more."""
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def pick(provider, message):
    """Walk down from `message` to some field that is set."""
    while True:
        fields = message.ListFields()
        if not fields:
            return None
        field, value = fields[provider.ConsumeIntInRange(0, len(fields) - 1)]
        if is_map(field):
            inner = field.message_type.fields_by_name["value"]
            keys = sorted(value)
            value = [value[keys[provider.ConsumeIntInRange(0, len(keys) - 1)]]] if inner.type == MESSAGE else []
        deeper = field.type == MESSAGE and len(value) if is_repeated(field) else field.type == MESSAGE
        if not deeper or provider.ConsumeIntInRange(0, 9) == 0:
            return message, field
        message = value[provider.ConsumeIntInRange(0, len(value) - 1)] if is_repeated(field) else value


def edit(provider, message):
    """Change one field somewhere below `message`."""
    place = pick(provider, message)
    if place is None:
        return
    owner, field = place
    if field.type in TEXT_TYPES:
        text = (
            TEXTS[provider.ConsumeIntInRange(0, len(TEXTS) - 1)]
            if provider.ConsumeBool()
            else provider.ConsumeUnicodeNoSurrogates(8)
        )
        new = text if field.type == TEXT_TYPES[0] else text.encode()
    else:
        new = provider.ConsumeBool() if field.type == BOOL else NUMBERS[provider.ConsumeIntInRange(0, len(NUMBERS) - 1)]
    try:
        if field.type == MESSAGE and not is_repeated(field):
            owner.ClearField(field.name)
        elif not is_repeated(field):
            setattr(owner, field.name, new)
        elif is_map(field):
            values = getattr(owner, field.name)
            del values[min(values)]
        else:
            edit_list(provider, field, getattr(owner, field.name), new)
    except (ValueError, TypeError):
        return  # the number does not fit the field


def edit_list(provider, field, values, new):
    """Remove, copy or replace one item of a repeated field."""
    at = provider.ConsumeIntInRange(0, len(values) - 1)
    if provider.ConsumeBool():
        del values[at]
    elif field.type == MESSAGE:
        values.add().CopyFrom(values[at])
    else:
        values[at] = new


def main():
    """Fuzz for the given time; exit code 0 when nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("paths", nargs="*", type=Path)
    options = parser.parse_args()
    corpus = seeds(options.paths)
    known = [(detect.binary_message(raw), raw) for raw in corpus if not detect.is_text(raw)]
    models = [(message, raw) for message, raw in known if message in {"GraphDef", "SavedModel"}]
    importlib.import_module("opscope.load.expand").MOST_OPS = 20_000
    target = Path(tempfile.mkdtemp()) / "fuzzed"

    def one(data):
        if data[:1] < b"\x80":
            target.write_bytes(data[1:])
        else:
            provider = atheris.FuzzedDataProvider(data[1:])
            name, raw = models[provider.ConsumeIntInRange(0, len(models) - 1)]
            message = message_class(name)()
            message.ParseFromString(raw)
            for _ in range(provider.ConsumeIntInRange(1, 8)):
                edit(provider, message)
            target.write_bytes(message.SerializeToString())
        try:
            graph = opscope.load(target, all=data[:1] == b"\xff")
            if len(graph) < 500:
                graph.to_json()
        except OpscopeError as error:
            if str(target) not in str(error) or "\n" in str(error):
                raise AssertionError(str(error)) from error

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(corpus):
            (Path(folder) / f"{number}").write_bytes(b"\0" + data)
            (Path(folder) / f"{number}-edits").write_bytes(b"\x80" + bytes(range(number, number + 60)))
        limits = [f"-max_total_time={options.seconds}", "-timeout=30", "-rss_limit_mb=2000", f"-max_len={MOST_BYTES}"]
        atheris.Setup([sys.argv[0], "-verbosity=0", *limits, folder], one)
        os.environ.setdefault("PYTHONHASHSEED", "0")
        atheris.Fuzz()


if __name__ == "__main__":
    main()
