"""A live TensorFlow object -> `Graph`. With the runner of `profile`, the only room that imports TensorFlow."""

from __future__ import annotations

from .tracing import trace

__all__ = ["trace"]
