"""Recognises the configuration from which the Object Detection API builds a model (``pipeline.config``).

Format: object_detection/protos/pipeline.proto.
"""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.word_in("model", "train_config", "eval_config", "train_input_reader", "eval_input_reader"),
    what="a configuration from which a model is built, and no graph",
    do="give the model that was built of it, such as its saved_model folder",
)
