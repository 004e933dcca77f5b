"""A distribution strategy traces each replica in a thread of its own; what each did is told apart in the one graph."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List

import pytest

pytest.importorskip("tensorflow")

Found = Dict[str, Any]


@pytest.fixture(scope="module")
def found(run_replicas: Callable[..., Dict[str, Found]]) -> Dict[str, Found]:
    return run_replicas("train", "infer", "together", "inner_function", "no_layers", "stranger")


def paths(found: Found, kind: str) -> List[str]:
    return [group["path"] for group in found["groups"] if group["kind"] == kind]


def inside(found: Found, path: str) -> List[Dict[str, Any]]:
    return [node for node in found["nodes"] if f"{node['group']}/".startswith(f"{path}/")]


@pytest.mark.parametrize("replica", ["replica_0", "replica_1"])
def test_each_replica_has_the_layers_the_phases_and_the_updates(found: Dict[str, Found], replica: str) -> None:
    train = found["train"]
    layers = {group["path"]: group["parameters"] for group in train["groups"] if group["kind"] == "layer"}
    assert {path: layers[path] for path in layers if path.startswith(replica)} == {
        f"{replica}/forward/net/hid": 35,
        f"{replica}/forward/net/out": 12,
    }
    children = [group["name"] for group in train["groups"] if group["parent"] == replica]
    assert children == ["forward", "loss", "backward", "optimizer"]
    # Two products forward; backward one for each kernel, and one to get from `out` to `hid`.
    products = [node["group"] for node in inside(train, replica) if node["op"] == "MatMul"]
    assert sorted(products) == sorted(
        [f"{replica}/{phase}/net/{layer}" for phase in ("forward", "backward") for layer in ("hid", "out")]
        + [f"{replica}/backward/net/out"]
    )
    mirrored = {group["path"]: group["of"] for group in train["groups"]}
    assert mirrored[f"{replica}/backward/net/hid"] == f"{replica}/forward/net/hid"
    updated = [
        group["of"] for group in train["groups"] if group["path"].startswith(f"{replica}/optimizer/") and group["of"]
    ]
    assert sorted(path.rpartition(".")[2] for path in updated) == ["bias", "bias", "kernel", "kernel"]
    for path in ("hid/kernel", "hid/bias", "out/kernel", "out/bias"):
        writes = [node["op"] for node in inside(train, f"{replica}/optimizer/{path}")]
        assert any("Assign" in op or op.startswith("ResourceApply") for op in writes)


def test_ops_are_where_the_executor_ran_them(found: Dict[str, Found]) -> None:
    train = found["train"]
    # An Identity that hands on a sum is wherever TensorFlow added it up.
    nodes = [node for node in train["nodes"] if node["op"] != "Identity"]
    replica = {node["name"]: (node["group"] or "").partition("/")[0] for node in nodes}
    ran = {name: device for name, device in train["executed"].items() if replica.get(name, "").startswith("replica")}
    assert {device: {replica[name] for name in ran if ran[name] == device} for device in set(ran.values())} == {
        "CPU:0": {"replica_0"},
        "CPU:1": {"replica_1"},
    }
    assert len(ran) > 40


def test_components_of_a_mirrored_variable_are_one_variable(found: Dict[str, Found]) -> None:
    train = found["train"]
    assert train["parameters"] == 47
    trained = [variable for variable in train["variables"] if variable["trainable"]]
    assert sorted(tuple(variable["shape"]) for variable in trained) == [(2,), (5,), (5, 2), (6, 5)]
    # Every op is in a phase of a replica, or of all of them.
    (line,) = [line for line in train["summary"].splitlines() if line.startswith("training step on 2 replicas: ")]
    assert sum(int(count) for count in re.findall(r"(\d+) ops?\b", line)) == len(train["nodes"])


def test_what_serves_all_replicas_stands_beside_them(found: Dict[str, Found]) -> None:
    train = found["train"]
    assert [group["path"] for group in train["groups"] if group["parent"] is None and group["kind"] != "replica"] == [
        "forward", "optimizer", "loss",
    ]  # fmt: skip
    (loss,) = [node for node in inside(train, "loss") if node["op"] == "AddN"]
    assert loss["group"] == "loss"
    # The gradients are added up by a collective op on each device, or on older versions by one AddN for each of the four.
    sums = [node for node in train["nodes"] if node["op"].startswith(("CollectiveReduce", "AddN")) and node is not loss]
    assert {node["group"].partition("/")[0] for node in sums} == {"optimizer"}


def test_drawings_of_replicas_tell_the_truth(found: Dict[str, Found]) -> None:
    assert found["train"]["lies"] == [[]] * 6


def test_tokens_of_collective_ops_are_no_inputs(found: Dict[str, Found]) -> None:
    assert found["train"]["inputs"] == ["x", "y"]
    tokens = [node for node in found["train"]["nodes"] if node["op"] == "Placeholder" and node["group"] == "forward"]
    assert [node["name"] for node in tokens] == ["x", "y"]


def test_replicas_without_a_training_step_hold_their_layers_and_fold(found: Dict[str, Found]) -> None:
    infer = found["infer"]
    names = [f"replica_{number}" for number in range(4)]
    assert paths(infer, "replica") == names
    assert paths(infer, "layer") == [f"{name}/net/{layer}" for name in names for layer in ("hid", "out")]
    assert [node["group"] for node in infer["nodes"] if node["op"] == "Softmax"] == names
    assert names in infer["stacks"]
    assert "runs on 4 replicas" in infer["summary"]


def test_sums_over_all_replicas_are_no_part_of_a_layer(found: Dict[str, Found]) -> None:
    together = found["together"]
    assert [path for path in paths(together, "layer") if path.endswith("/bn")] == [
        "replica_0/forward/net/bn",
        "replica_1/forward/net/bn",
    ]
    outside = [group["path"] for group in together["groups"] if group["parent"] is None and group["kind"] != "replica"]
    assert sorted(outside) == ["backward", "forward", "loss", "optimizer"]
    # The layer exchanges sums, sums of squares (and newer ones the number of samples) forward, and their gradients backward.
    sums = [
        node["group"].partition("/")[0]
        for node in together["nodes"]
        if node["op"].startswith("CollectiveReduce")
        or (node["op"] == "AddN" and not node["group"].startswith("replica"))
    ]
    assert {"forward", "backward", "optimizer"} <= set(sums)


def test_replicas_inside_a_function_are_told_apart_there(found: Dict[str, Found]) -> None:
    layers = paths(found["inner_function"], "layer")
    assert len(layers) == 4
    assert sorted(path.split("/")[-4] for path in layers) == ["replica_0", "replica_0", "replica_1", "replica_1"]


def test_a_scope_of_a_replica_is_not_taken_for_a_layer(found: Dict[str, Found]) -> None:
    plain = found["no_layers"]
    assert paths(plain, "replica") == ["replica_0", "replica_1"]
    assert not any(group["class"] or group["layer_source"] == "inferred" for group in plain["groups"])
    (total,) = plain["variables"]
    assert total["shape"] == []


def test_what_another_thread_traces_meanwhile_is_not_of_this_trace(found: Dict[str, Found]) -> None:
    assert found["stranger"]["seen"] == ["net", "hid", "out"] * 2
    assert paths(found["stranger"], "model") == ["replica_0/net", "replica_1/net"]
