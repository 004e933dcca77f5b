"""What Keras's layers and operations return that make frames and spectra of a signal.

Source: keras/src/layers/preprocessing/stft_spectrogram.py and mel_spectrogram.py, keras/src/ops/math.py.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Sequence

from ..graph.types import Shape
from .budget import Unknown
from .inference import Dim
from .keras_windows import WINDOWS, channels_first

_Settings = Mapping[str, Any]
_Rule = Callable[[_Settings, Sequence[Shape]], List[Shape]]


def frequencies(length: int) -> int:
    """How many frequencies the spectrum of a real signal of this length has."""
    return length // 2 + 1


def spectrum_length(settings: _Settings) -> int:
    """How many samples an STFTSpectrogram transforms at once: as set, else the frame's, rounded up to a power of 2."""
    length = settings.get("fft_length")
    return int(length) if length is not None else 1 << max(settings["frame_length"] - 1, 0).bit_length()


def _spectrogram(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """STFTSpectrogram: a convolution over each channel by itself, with a filter for each frequency."""
    shape, first = shapes[0], channels_first(settings)
    if shape is None or len(shape) != 3:
        raise Unknown
    channels = shape[1] if first else shape[-1]
    count = frequencies(spectrum_length(settings)) * (2 if settings.get("mode") == "stft" else 1)
    steps = settings.get("frame_step") or max(settings["frame_length"] // 2, 1)
    filters = 0 if channels is None else channels * count
    window = {**settings, "kernel_size": settings["frame_length"], "strides": steps, "filters": filters}
    (found,) = WINDOWS["Conv1D"](window, shapes)
    if found is None or channels is None:
        raise Unknown
    batch, frames = found[0], found[2] if first else found[1]
    if settings.get("expand_dims"):
        return [(batch, channels, frames, count) if first else (batch, frames, count, channels)]
    return [found]


def _mel(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """MelSpectrogram: so many bins for each frame of a signal that is padded at both ends."""
    shape, stride = shapes[0], settings["sequence_stride"]
    if not shape:
        raise Unknown
    samples = shape[-1]
    frames = None if samples is None else (samples + stride + 1) // stride
    return [(*shape[:-1], settings["num_mel_bins"], frames)]


def _frames(samples: Dim, length: int, stride: int) -> Dim:
    return None if samples is None else 1 + (samples - length) // stride


def _last(shapes: Sequence[Shape]) -> Dim:
    if not shapes[0]:
        raise Unknown
    return shapes[0][-1]


def _stft(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Real and imaginary parts, for each frame and frequency."""
    samples, length = _last(shapes), settings["fft_length"]
    if samples is not None and settings.get("center", True):
        samples += length // 2 * 2
    found = (*(shapes[0] or ())[:-1], _frames(samples, length, settings["sequence_stride"]), frequencies(length))
    return [found, found]


def _sequences(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    length = settings["sequence_length"]
    return [(*(shapes[0] or ())[:-1], _frames(_last(shapes), length, settings["sequence_stride"]), length)]


def _rfft(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    samples, length = _last(shapes), settings.get("fft_length")
    length = samples if length is None else length
    found = (*(shapes[0] or ())[:-1], None if length is None else frequencies(length))
    return [found, found]


SIGNALS: Dict[str, _Rule] = {"STFTSpectrogram": _spectrogram, "MelSpectrogram": _mel}
"""Class of a layer -> its rule."""
SIGNAL_OPERATIONS: Dict[str, _Rule] = {
    "STFT": _stft,
    "RFFT": _rfft,
    "ExtractSequences": _sequences,
    **dict.fromkeys(("FFT", "FFT2", "IFFT2"), lambda _, shapes: [shapes[0], shapes[1]]),
}
"""Class of an operation -> its rule."""
