"""`profile` runs steps on several replicas, and leaves every replica's variables as they were."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

pytest.importorskip("tensorflow")

Found = Dict[str, Any]


@pytest.fixture(scope="module")
def found(run_replicas: Callable[..., Dict[str, Found]]) -> Dict[str, Found]:
    return run_replicas("measure", "fit", "one_device", "parts", "batches", "missing", "given")


def test_ops_of_all_replicas_are_measured(found: Dict[str, Found]) -> None:
    products = [node for node in found["measure"]["nodes"] if node["op"] == "MatMul"]
    assert len(products) == 10
    assert all(node["measured"]["calls"] == 1 for node in products)
    assert {node["group"].partition("/")[0] for node in products} == {"replica_0", "replica_1"}


def test_every_component_of_every_variable_has_its_value_again(found: Dict[str, Found]) -> None:
    measure = found["measure"]
    assert {len(parts) for parts in measure["before"]} == {2}
    assert measure["after"] == measure["before"]
    # The step does change the weights, on both replicas alike.
    weights = slice(0, 4)
    assert all(parts[0] == parts[1] for parts in measure["moved"][weights])
    assert all(old != new for old, new in zip(measure["before"][weights], measure["moved"][weights]))


def test_a_compiled_models_own_step_runs_on_each_replica(found: Dict[str, Found]) -> None:
    fit = found["fit"]
    layers = [group["path"] for group in fit["groups"] if group["kind"] == "layer"]
    assert sorted(path.rpartition("/")[2] for path in layers) == ["drop", "drop", "hid", "hid", "out", "out"]
    assert {path.partition("/")[0] for path in layers} == {"replica_0", "replica_1"}
    assert fit["parameters"] == 47


def test_a_strategy_of_one_device_is_measured_like_a_step_without_strategy(found: Dict[str, Found]) -> None:
    one = found["one_device"]
    phases = [group["path"] for group in one["groups"] if group["parent"] is None]
    assert phases == ["forward", "loss", "backward", "optimizer"]
    products = [node for node in one["nodes"] if node["op"] == "MatMul"]
    assert len(products) == 5
    # Once in hundreds of runs TensorFlow 2.15 gave no event of one product in the only step there was: hence five steps.
    assert not [node["name"] for node in products if not node["measured"]], one["measurement"]


def test_each_replica_runs_on_the_part_that_was_given_for_it(found: Dict[str, Found]) -> None:
    assert [node["measured"]["calls"] for node in found["parts"]["nodes"] if node["op"] == "Assert"] == [1, 1]


def test_an_iterator_of_the_strategy_feeds_the_replicas(found: Dict[str, Found]) -> None:
    assert all(node["measured"] for node in found["batches"]["nodes"] if node["op"] == "MatMul")


def test_a_device_that_does_not_exist_is_told_and_not_waited_for(found: Dict[str, Found]) -> None:
    missing = found["missing"]
    assert [group["path"] for group in missing["groups"] if group["kind"] == "replica"] == ["replica_0", "replica_1"]
    assert missing["error"].startswith("the step has replicas on CPU:7, and TensorFlow has only CPU:0, CPU:1")
    assert "\n" not in missing["error"]


def test_a_step_that_was_traced_elsewhere_has_each_variable_once(found: Dict[str, Found]) -> None:
    given = found["given"]
    trained = [tuple(variable["shape"]) for variable in given["variables"] if variable["trainable"]]
    assert sorted(trained) == [(2,), (5,), (5, 2), (6, 5)]
    assert all(node["measured"] for node in given["nodes"] if node["op"] == "MatMul")
