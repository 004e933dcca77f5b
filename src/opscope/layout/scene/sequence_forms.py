"""Forms of layers that run along a sequence, of wrappers, and of attention; see `layer_forms`."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from . import setting_values as values
from .layer_forms import Form, Seen, activation, recurrent_words, sized
from .setting_values import number, number_words, text_setting, with_commas


def recurrent_layer(word: str, *, gates: str = "sigmoid") -> Form:
    """``LSTM 128, returns sequences``; the usual activations are understood."""

    def behind(seen: Seen) -> str:
        return with_commas(
            activation(seen, silent="tanh"),
            _gates(seen, gates),
            _dropouts(seen.settings),
            recurrent_words(seen.settings),
        )

    return sized(word, "units", "hidden_size", behind=behind)


def _gates(seen: Seen, usual: str) -> str:
    gates = activation(seen, "recurrent_activation", silent=usual)
    return f"gates {gates}" if gates else ""


def _dropouts(settings: Mapping[str, Any]) -> str:
    inputs, state = number(settings, "dropout"), number(settings, "recurrent_dropout")
    return with_commas(
        f"dropout {number_words(inputs)}" if inputs else "", f"recurrent dropout {number_words(state)}" if state else ""
    )


def of_cell(seen: Seen) -> Optional[str]:
    """``RNN of LSTM cell 64, returns sequences``."""
    cell = seen.settings.get("cell")
    cells = cell if isinstance(cell, (list, tuple)) else [cell]
    inside = " + ".join(filter(None, map(seen.inner, cells)))
    return with_commas(f"RNN of {inside}", recurrent_words(seen.settings)) if inside else None


def stacked_cells(seen: Seen) -> Optional[str]:
    """``LSTM cell 64 + LSTM cell 32``."""
    cells = seen.settings.get("cells")
    return " + ".join(filter(None, map(seen.inner, cells))) or None if isinstance(cells, (list, tuple)) else None


def bidirectional(seen: Seen) -> Optional[str]:
    """``bidirectional LSTM 64, returns sequences``; how the directions are merged, unless they are concatenated."""
    forward, backward = seen.settings.get("layer"), seen.settings.get("backward_layer")
    inside = seen.inner(forward)
    if not inside:
        return None
    other = seen.inner(_same_way(backward)) if values.class_of(backward) else ""
    merge = seen.settings.get("merge_mode", "concat")
    said = (
        ""
        if merge == "concat" or not (merge is None or isinstance(merge, str))
        else "not merged"
        if merge is None
        else f"merged by {merge}"
    )
    return with_commas(
        f"bidirectional {inside}",
        f"backwards {other}" if other and other != seen.inner(_same_way(forward)) else "",
        said,
    )


def _same_way(layer: Any) -> Any:
    """The settings of a layer without the direction in which it runs."""
    return (
        {name: value for name, value in layer.items() if name != "go_backwards"}
        if isinstance(layer, Mapping)
        else layer
    )


def wrapped(word: str) -> Form:
    """``each step: Dense 84, softmax``."""

    def form(seen: Seen) -> Optional[str]:
        inside = seen.inner(seen.settings.get("layer"))
        return f"{word}: {inside}" if inside else None

    return form


def heads(seen: Seen) -> Optional[str]:
    """``8 heads × 64``."""
    count, size, value = (number(seen.settings, name) for name in ("num_heads", "key_dim", "value_dim"))
    if count is None or size is None:
        return None
    return with_commas(
        f"{number_words(count)} {'head' if count == 1 else 'heads'} × {number_words(size)}",
        f"values {number_words(value)}" if value is not None and value != size else "",
        _dropouts(seen.settings),
    )


def grouped_heads(seen: Seen) -> Optional[str]:
    """``8 heads × 64, 2 of keys and values``."""
    count, shared, size = (
        number(seen.settings, name) for name in ("num_query_heads", "num_key_value_heads", "head_dim")
    )
    if count is None or shared is None or size is None:
        return None
    return with_commas(
        f"{number_words(count)} heads × {number_words(size)}",
        f"{number_words(shared)} of keys and values",
        _dropouts(seen.settings),
    )


def attention(word: str) -> Form:
    """``attention``, with what is unusual about it."""

    def form(seen: Seen) -> Optional[str]:
        score = text_setting(seen.settings, "score_mode")
        scaled = "scaled" if values.is_on(seen.settings, "use_scale") and word == "attention" else ""
        return with_commas(word, scaled, f"{score} scores" if score not in {"", "dot"} else "",
                      "causal" if values.is_on(seen.settings, "causal") else "", _dropouts(seen.settings))  # fmt: skip

    return form
