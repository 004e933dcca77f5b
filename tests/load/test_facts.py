"""`graph.facts`: what graphs carry as a whole has exactly the keys that are declared."""

from __future__ import annotations

from typing import Any

import opscope
from opscope.graph import Graph
from opscope.graph.facts import Facts, SignatureFacts, TensorFacts

F = "float32"
OF_LOGS = {"log_graph", "other_graphs", "graphs_in_log", "damage"}
OF_KERAS = {"keras", "weights_unread", "calls_unknown"}
OF_CHECKPOINTS = {"graphs_beside", "values_missing", "objects_unread"}
OF_LITE = {"tensors", "schema_version", "description", "uncalled", "metadata", "needs_runtime"}
OF_TRACES = {"training", "gradients", "earlier_traces", "silent_layers", "definition", "made_lines"}
OF_GRAPHS = {"profile", "own_run", "log_profile", "step_times", "timeline"}


def loaded(tmp_path: Any, build: Any) -> Graph:
    path = tmp_path / "1" / "saved_model.pb"  # a folder of versions, since only such a graph has all facts
    path.parent.mkdir()
    graph = build.graph([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("y", "Relu", "x")])
    path.write_bytes(
        build.saved_model(build.meta(graph, {"serving_default": build.signature({"x": "x:0"}, {"y": "y:0"})}))
    )
    return opscope.load(tmp_path)


def test_a_saved_model_has_all_facts_of_a_file(tmp_path: Any, build: Any) -> None:
    facts = loaded(tmp_path, build).facts
    others = OF_GRAPHS | OF_TRACES | OF_KERAS | OF_LITE | OF_CHECKPOINTS | OF_LOGS
    assert set(facts) == set(Facts.__annotations__) - others
    (signature,) = facts["signatures"].values()
    assert set(signature) == set(SignatureFacts.__annotations__)
    assert set(signature["inputs"]["x"]) == set(TensorFacts.__annotations__)
