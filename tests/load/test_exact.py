"""Loaded graphs hold exactly the ops and edges that an independent walk over the bytes finds."""

from __future__ import annotations

import pytest

import opscope
from opscope.graph.content import content_of

GRAPHS = (
    "graphs/resnet50_fwd.pb",
    "graphs/resnet50_train.pb",
    "graphs/tfm12_train.pb",
    "graphs/tfm48_train.pb",
    "wild/frozen/lstm.pb",
)
MODELS = (
    "tf1.1-half_plus_two", "tf1.5-counter", "tf1.6-word_segmentation", "tf2.0-multiple_signatures", "tf2.2-mixed_precision",
    "tf2.3-flask", "tf2.7-gan_generator", "tf2.10-dcnn", "tf2.10-lstm_text", "tf2.15-seq2seq",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_def_has_the_ops_and_edges_of_its_nodes(shared, walk, ops_and_edges, name):
    assert ops_and_edges(opscope.load(shared / name)) == walk.graph_def(shared / name)


@pytest.mark.parametrize("name", MODELS)
def test_every_signature_has_the_ops_and_edges_that_its_outputs_reach(shared, walk, ops_and_edges, name):
    folder = shared / "wild" / name
    for signature in walk.signatures(folder / "saved_model.pb"):
        if not signature.startswith("__"):
            graph = opscope.load(folder, signature=signature)
            assert ops_and_edges(graph) == walk.saved_model(folder / "saved_model.pb", signature), signature


@pytest.mark.parametrize("name", MODELS)
def test_all_has_every_op_of_the_main_graph_and_what_it_calls(shared, walk, ops_and_edges, name):
    folder = shared / "wild" / name
    assert ops_and_edges(opscope.load(folder, all=True)) == walk.everything(folder / "saved_model.pb")


@pytest.mark.parametrize("name", [name for name in MODELS if name != "tf1.5-counter"])
def test_saving_and_restoring_do_not_show_by_default(shared, name):
    ops = set(content_of(opscope.load(shared / "wild" / name)).table.ops)
    assert not ops & {"SaveV2", "RestoreV2", "MergeV2Checkpoints", "ShardedFilename"}


def test_the_bare_file_gives_what_its_folder_gives(shared, ops_and_edges):
    folder = shared / "wild" / "tf2.3-flask"
    assert ops_and_edges(opscope.load(folder / "saved_model.pb")) == ops_and_edges(opscope.load(folder))
