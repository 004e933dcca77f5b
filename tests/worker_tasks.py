"""Work for the processes of tests/workers and tests/survey, which find it by its name."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def doubled(number):
    return 2 * number


def failing_at_three(number):
    if number == 3:
        raise ValueError("three is not liked")
    return number


def endless_at_three(number):
    while number == 3:
        with suppress(Exception):  # as code that tries everything does
            time.sleep(0.01)
    return number


def deaf_at_three(number):
    """Three never comes back from a system call."""
    if number == 3:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        signal.sigwait({signal.SIGUSR1})
    return number


def greedy_at_three(number):
    """Three fills the memory."""
    held = []
    while number == 3:
        held.append(bytearray(os.urandom(1)) * (16 << 20))
        time.sleep(0.02)
    return number


def killed_once(task):
    """The fourth thing kills its process, as an operator or the kernel may, the first time that it is done."""
    number, folder = task
    Path(folder, f"begun-{number}-{os.getpid()}-{time.monotonic_ns()}").touch()
    mark = Path(folder, "killed")
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process_of(number):
    time.sleep(0.2)
    return os.getpid()


def ending_its_process_at_five(number):
    """Five kills its process each time."""
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def unsendable_at_five(number):
    """The result of five is of a kind that no other process can be sent."""
    return (each for each in ()) if number == 5 else number


def noted_slow_at_two(task):
    """Each thing tells when it was begun, and in which process; the third takes longer than a parcel may."""
    number, folder = task
    Path(folder, f"begun-{number}-{os.getpid()}-{time.monotonic_ns()}").touch()
    time.sleep(0.7 if number == 2 else 0.001)
    return number


def figures_of_a_killed_host(profile, sent, batch):
    """The figures of a host; the fourth host kills its process, the first time that it is read."""
    from opscope.profile.host_reading import figures_of_profile

    mark = profile.path.with_name("killed")
    if profile.host == "host03" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return figures_of_profile(profile, sent, batch)


def figures_but_of_one_host(profile, sent, batch):
    """The figures of a host; the fourth host kills its process each time."""
    with suppress(FileNotFoundError):
        profile.path.with_name("killed").unlink()
    return figures_of_a_killed_host(profile, sent, batch)
