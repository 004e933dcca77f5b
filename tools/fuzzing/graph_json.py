"""opscope's own JSON: bytes of a file, and edits of a complete graph that know what a name, a group and a shape are."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import atheris

import opscope
from opscope.errors import OpscopeError

from .models import EDITS
from .target import Target, fresh_file, look, one_line

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from json_mutations import complete, mutated_json  # the tests' own generator


class Steered(random.Random):
    """Random numbers that are the fuzzer's bytes, so that it can steer the edits; zeros at their end."""

    def __init__(self, provider):
        super().__init__(0)
        self._provider = provider

    def getrandbits(self, k):
        return self._provider.ConsumeIntInRange(0, (1 << min(k, 63)) - 1) if self._provider.remaining_bytes() else 0

    def random(self):
        return self.getrandbits(20) / (1 << 20)


def make(_):
    """A training step that uses every field of the format."""
    target, turns = fresh_file(), iter(range(1 << 62))

    def use(data):
        if data[:1] < EDITS:
            target.write_bytes(b"{" + data[1:])
        else:
            text = mutated_json(Steered(atheris.FuzzedDataProvider(data[1:])))
            target.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            look(opscope.load(target), next(turns))
        except OpscopeError as error:
            one_line(error)
            raise

    whole = json.dumps(complete(), separators=(",", ":")).encode()
    edits = (EDITS + bytes(seed * step % 256 for step in range(40)) for seed in range(1, 41))
    return Target([b"\0" + whole[1:], *edits], use)
