"""What tells that other programs competed for the processors."""

from __future__ import annotations

import builtins
import os

import pytest

from opscope.profile import competition
from opscope.profile.competition import Counters, Usage, counters


@pytest.mark.parametrize(
    ("usage", "competed"),
    [
        (Usage(1.0, 1.0, 5, 0.05, 2), False),  # others did next to nothing
        (Usage(1.0, 1.0, 5, 1.0, 2), True),  # both processors were taken
        (Usage(1.0, 1.0, 5, 0.7, 2), False),  # 0.3 of 2 were free
        (Usage(1.0, 2.0, 500, 20.0, 64), False),  # others worked, on processors of their own
        (Usage(1.0, 8.0, 500, 56.0, 64), True),
        (Usage(0.2, 0.36, 5, 0.04, 2), False),  # four hundredths of a second may be the clock
        (Usage(0.2, 0.2, 5, 0.2, 2), True),
        (Usage(0.05, 0.05, 0, 0.05, 2), False),  # too short for the machine's clock, and nothing else tells it
        (Usage(1.0, 1.0, 5000, None, 2, 3.5), True),  # no /proc: interrupted often, on a crowded machine
        (Usage(1.0, 1.0, 5000, None, 2, 1.5), False),  # its own threads interrupt each other
        (Usage(1.0, 1.0, 5, None, 2, 3.5), False),  # the load is that of a minute: it may be over
        (Usage(1.0, 1.0, None, None, 2, None), False),  # Windows tells neither
        (Usage(), False),
    ],
)
def test_competition_is_others_on_processors_that_the_steps_could_have_used(usage, competed):
    assert usage.competed is competed


def test_readings_add_up_over_the_stretches_in_which_steps_ran(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "getloadavg", lambda: (2.5, 0.0, 0.0), raising=False)
    first = Counters(10.0, 1.0, 100, 50.0), Counters(12.0, 2.5, 130, 53.0)
    second = (
        Counters(20.0, 3.0, 130, 60.0),
        Counters(21.0, 4.0, 140, 60.5),
    )  # the clocks differ by a little: never less than nothing
    usage = Usage().and_then(*first).and_then(*second)
    assert usage == Usage(3.0, 2.5, 40, 1.5, 4, 2.5)
    assert (
        str(usage)
        == "this process used 0.8 of 4 processors, others 0.5, it was interrupted 13 times a second, the load was 2.5"
    )


def test_what_one_reading_does_not_tell_is_not_known():
    usage = Usage().and_then(Counters(0.0, 0.0, None, None), Counters(1.0, 0.5, None, None))
    assert (usage.switches, usage.others) == (None, None)


def test_the_machines_time_is_read_without_idle_and_guests(monkeypatch, tmp_path):
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 20 30 5000 400 1 2 7 90 9\ncpu0 50 10 15 2500 200 0 1 3 45 4\n", "ascii")
    monkeypatch.setattr(competition, "_STAT", stat)
    monkeypatch.setattr(os, "sysconf", lambda _: 100, raising=False)
    assert counters().busy == pytest.approx((100 + 20 + 30 + 1 + 2 + 7) / 100)
    stat.write_text("something else\n", "ascii")
    assert counters().busy is None
    stat.unlink()
    assert counters().busy is None


def test_without_the_module_resource_the_rest_is_still_read(monkeypatch):
    load = builtins.__import__

    def without(name, *others):
        if name == "resource":
            raise ImportError(name)
        return load(name, *others)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delattr(os, "getloadavg", raising=False)
    now = counters()
    assert now.switches is None
    assert now.processor >= 0
    assert Usage().and_then(now, now).load is None
