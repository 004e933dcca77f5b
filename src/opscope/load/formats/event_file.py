"""Recognises an event file of TensorBoard. Format: tensorflow/core/util/event.proto, in records (lib/io/record_writer.h)."""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    # A record's length and its checksum take 12 bytes; then come the time, 9 bytes, and the version of the file.
    lambda head: b"brain.Event:" in head.data[12:48],
    what="an event file of TensorBoard, which opscope does not read",
    do="give the model, or its SavedModel",
)
