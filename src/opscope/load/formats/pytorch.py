"""Recognises what PyTorch saved (``.pt``, ``.pth``), TorchScript or not, as a zip archive or as older versions wrote it.

Format: caffe2/serialize/inline_container.h (the archive's files); torch/serialization.py (MAGIC_NUMBER, as a pickle).
"""

from __future__ import annotations

from ..format import refused
from ..heads import Head

_OLD = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""The number 0x1950a86a20f9469cfc6c, pickled: how files began before PyTorch 1.6."""


def _fits(head: Head) -> bool:
    if head.data.startswith(_OLD):
        return True
    # All files of the archive are in one folder, which is called as the file was when it was written.
    return any(name.endswith("/data.pkl") for name in head.names)


FORMAT = refused(
    _fits,
    what="a PyTorch model, which opscope does not read",
    do="give a TensorFlow model, or convert it: litert-torch makes a .tflite of a model, torch.onnx.export and onnx2tf a SavedModel",
)
