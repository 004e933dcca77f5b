"""Records the GPU profiles that tests/profile/test_gpu_recorded.py reads: small steps in JAX, on a machine with a GPU.

    python tools/record_gpu_profile.py tests/profile/gpu/h100.zip

TensorFlow's GPU build and JAX profile with the same collector (CUPTI's, in OpenXLA), so the planes of the GPU are alike.
JAX is the smaller install. Only what opscope reads is kept: no stack of any source file is in the result.
"""

from __future__ import annotations

# ruff: noqa: PLC0415 - the process that starts the others needs neither JAX nor NumPy
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VARIANTS = {"graphs": "", "kernels": "--xla_gpu_enable_command_buffer="}
"""Name of a recording -> XLA's flags. By default XLA runs kernels as CUDA graphs, whose plane is poorer."""
STEPS, LOOPS, WIDTH, BATCH = 3, 5, 1024, 256


def training_step():
    """The step: two dense layers with a loop of `LOOPS` products between them, gradients, and a plain update."""
    import jax
    import jax.numpy as jnp

    def loss(weights, x, y):
        with jax.named_scope("dense_1"):
            hidden = jax.nn.relu(x @ weights["w1"] + weights["b1"])
        with jax.named_scope("recurrence"):
            hidden, _ = jax.lax.scan(lambda h, _: (jnp.tanh(h @ weights["r"]), None), hidden, None, length=LOOPS)
        with jax.named_scope("dense_2"):
            given = hidden @ weights["w2"]
        return jnp.mean((given - y) ** 2)

    def step(weights, x, y):
        gradients = jax.grad(loss)(weights, x, y)
        with jax.named_scope("optimizer"):
            return jax.tree_util.tree_map(lambda w, g: w - 0.001 * g, weights, gradients)

    return jax.jit(step)


def record(folder: Path) -> None:
    """Profile `STEPS` steps; each takes its input from the host and gives a result back to it."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    key = jax.random.PRNGKey(0)
    weights = {
        "w1": jax.random.normal(key, (WIDTH, WIDTH)) * 0.01,
        "b1": jnp.zeros(WIDTH),
        "r": jax.random.normal(key, (WIDTH, WIDTH)) * 0.01,
        "w2": jax.random.normal(key, (WIDTH, 16)) * 0.01,
    }
    x, y = np.ones((BATCH, WIDTH), np.float32), np.ones((BATCH, 16), np.float32)
    step = training_step()
    for _ in range(3):
        weights = jax.block_until_ready(step(weights, jnp.asarray(x), jnp.asarray(y)))
    options = jax.profiler.ProfileOptions()
    options.python_tracer_level, options.host_tracer_level = 0, 2
    jax.profiler.start_trace(str(folder), profiler_options=options)
    for number in range(STEPS):
        with jax.profiler.TraceAnnotation("opscope_step", step_num=number):
            weights = step(weights, jax.device_put(x), jax.device_put(y))
            np.asarray(jax.block_until_ready(weights)["b1"])
    jax.profiler.stop_trace()
    kept = reduced(b"".join(file.read_bytes() for file in sorted(folder.rglob("*.xplane.pb"))))
    (folder / "trace.xplane.pb").write_bytes(kept)
    (folder / "facts.json").write_text(json.dumps({"jax": jax.__version__, "device": jax.devices()[0].device_kind}))


def reduced(data: bytes) -> bytes:
    """An XSpace with only the planes and fields that opscope reads."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    from opscope.profile.recordings.xplane_schema import HLO, XPLANE
    from opscope.program.proto import message_class

    space = message_class("XSpace", XPLANE)()
    space.ParseFromString(data)
    for plane in list(space.planes):
        if not plane.name.startswith(("/device:GPU", "/host:CPU", "/host:metadata")):
            space.planes.remove(plane)
    for plane in space.planes:
        for metadata in plane.event_metadata.values() if plane.name == "/host:metadata" else ():
            for stat in metadata.stats:
                program = message_class("HloProto", HLO)()
                program.ParseFromString(stat.bytes_value)
                program.DiscardUnknownFields()
                stat.bytes_value = program.SerializeToString()
    space.DiscardUnknownFields()
    return bytes(space.SerializeToString())


def main() -> None:
    """Record each variant in a process of its own, since XLA reads its flags once, and write them to one archive."""
    if sys.argv[1] == "--one":
        record(Path(sys.argv[2]))
        return
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, flags in VARIANTS.items():
            with tempfile.TemporaryDirectory() as folder:
                command = [sys.executable, __file__, "--one", folder]
                subprocess.run(command, check=True, env={**os.environ, "XLA_FLAGS": flags})
                for kind in ("trace.xplane.pb", "facts.json"):
                    archive.write(Path(folder) / kind, f"{name}/{kind}")
    print(f"wrote {sys.argv[1]}, {Path(sys.argv[1]).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
