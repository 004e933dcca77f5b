"""Doctests are looked for in every module; the demo's models are TensorFlow's, so without it there is nothing to look in."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("tensorflow") else ["src/opscope/demo/*.py"]
