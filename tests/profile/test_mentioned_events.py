"""Events of a profile that are found by their bytes, without parsing the others."""

from __future__ import annotations

import re

import pytest

from opscope.profile.recordings import xspace_file
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.profile.recordings.xspace_file import in_memory, planes_of
from opscope.program.proto import message_class


def line_of(*durations, piece=None):
    """A line of events 0, 1, 2, ...; each begins when the one before has ended."""
    space = message_class("XSpace", XPLANE)()
    line = space.planes.add(name=b"/host:CPU").lines.add(name=b"main")
    start = 0
    for number, duration in enumerate(durations):
        event = line.events.add(metadata_id=number, offset_ps=start, duration_ps=duration)
        event.stats.add(metadata_id=3, int64_value=number)
        start += duration
    (plane,) = planes_of(in_memory(space.SerializeToString(), "a profile"))
    (found,) = plane.lines
    return found


@pytest.mark.parametrize("wanted", [[0], [2], [0, 1, 4], [4], []])
def test_only_the_events_in_which_the_pattern_is_are_parsed(wanted):
    line = line_of(*[10**12 + number for number in range(5)])
    # A duration is field 3 of an event, written 7 bits a byte, the lowest first: its lowest bits tell the events apart.
    starts = [bytes([0x18, (10**12 + number) & 127 | 128]) for number in wanted]
    pattern = re.compile(b"|".join(map(re.escape, starts)) or b"(?!)")
    assert [event.metadata_id for event in line.events_with(pattern)] == wanted


def test_an_event_in_which_the_pattern_is_twice_is_there_once():
    line = line_of(5, 6, 7)
    assert [event.metadata_id for event in line.events_with(re.compile(rb"\x08"))] == [0, 1, 2]


def test_what_begins_behind_the_end_is_not_read_on_even_if_nothing_is_wanted(monkeypatch):
    monkeypatch.setattr(xspace_file, "_PIECE", 40)
    line = line_of(*[10] * 100)
    asked = []

    def wanted(piece):
        asked.append(piece)
        return False

    assert list(line.events_until(200.0, wanted)) == []
    # The events up to that end are 20 of at most 14 bytes, two or more in a piece of 40: ten pieces, and the first behind it.
    assert 5 <= len(asked) <= 11
    assert [event.metadata_id for event in line.events_until(200.0)][:20] == list(range(20))
