"""`opscope.profile`: traces a live object, runs it, and gives its graph with measurements."""

from __future__ import annotations

import os
from dataclasses import replace
from inspect import signature as signature_of
from typing import Any, Dict, Literal, Optional, Tuple, Union

from ..capture.dataset_lines import dataset_lines
from ..capture.live_source import live_object
from ..capture.saved import saved_function
from ..capture.tracing import LiveGraph, trace_function
from ..errors import InputError, LoadError, check_count, option
from ..executed.as_executed import as_executed
from ..graph.content import with_executed
from ..graph.graph import Graph
from ..graph.what_ran import Executed
from ..load.given_path import is_there
from ..suggestions import suggesting
from ..workers.mapped import asked_staff
from .attribution.attribute import attribute
from .log_profiles import profile_of_log
from .recordings.raw import Recording
from .roofline import computed_dtypes, with_peaks
from .running import data_source, feed, runner
from .running.devices import check_replicas
from .running.level import LEVELS
from .running.machine_peaks import machine_peaks
from .running.run_errors import told
from .runs.fresh_runs import profile_runs


@suggesting
def profile(
    target: Any,
    *inputs: Any,
    steps: int = 10,
    warmup: int = 2,
    batch: int = 1,
    training: bool = False,
    step: Optional[Literal["train", "test", "predict"]] = None,
    signature: Optional[str] = None,
    name: Optional[str] = None,
    source_lines: bool = True,
    trace_level: Literal[2, 3] = 3,
    runs: int = 1,
    roofline: bool = False,
    logdir: "Union[str, os.PathLike[str], None]" = None,
    run: Optional[str] = None,
    jobs: Optional[int] = None,
    scheduler: Optional[str] = None,
    memory: str = "2GB",
    time_limit: Optional[float] = None,
    executed: bool = False,
    **keywords: Any,
) -> Graph:
    """Trace `target` as `opscope.trace` does, run it on the real executor and measure every op.

    The graph's `measurement` has the durations of a step with and without the profiler (microseconds), how much of the step
    the ops explain and how much of the ops' time was attributed; ops and groups have `measured`.

    The model's variables, optimizer state and seed generators have their values again afterwards, also after an error or
    Ctrl-C. What cannot be undone: iterators inside the model advance, tables fill, `py_function` and summary writers run.

    Args:
        target: what `opscope.trace` takes (a ConcreteFunction is run on `inputs`), the path of a SavedModel, or the place of an object
            in code, as ``"train.py:model"`` or ``"package.module:model"``.
        *inputs: arrays, tensors (ragged and sparse ones too), variables, nests of these, or one `tf.data.Dataset` (its first
            batch is used, unless the target is a function that goes through the dataset itself); where only a shape, a spec or
            nothing is given, values are generated.
        steps: how many steps are measured with the profiler; fewer if they have more than 300,000 events. Steps without it are
            added until their median is known within 5 %, or for 10 seconds.
        warmup: how many steps run before.
        batch: what an open leading dimension stands for, where values are generated.
        training: call the model with ``training=True``, where its call takes that.
        step: run a compiled Keras model's own ``"train"``, ``"test"`` or ``"predict"`` step on ``x, y``.
        signature: which signature of a SavedModel is run; by default ``serving_default``, or the only one there is.
        name: replaces the graph's name.
        source_lines: false saves the time that looking up each op's line takes.
        trace_level: 3 records every op. 2 leaves out those that TensorFlow takes for cheap, which then have no time, and makes a
            loop of many small ops 1.3 times as long instead of 2.4 times.
        runs: in how many processes it is profiled. Of one, it is this one. Several are fresh, one after another, for a target that
            they can find: a SavedModel or a place in code. Figures are means over them then, their errors those between runs, and
            ``measurement["runs"]`` has each op's time in each: only so can two profiles be compared.
        roofline: measure afterwards what the machine can do at most, in a second or two: matrix products in each dtype that the model
            computes in, and a sum of large arrays. Each op and layer is then told compute-bound, memory-bound or overhead, with what the
            best case would save.
        logdir: run nothing, and put on the graph what TensorFlow's profiler recorded already: the ``plugins/profile/*/*.xplane.pb`` of a
            log directory of TensorBoard. The target is the graph that ran then: a `Graph`, the path of a model file or of a log with
            its graph (no TensorFlow needed), or what `opscope.trace` takes.
        run: which profile of `logdir`, by the name of its folder; by default the newest.
        jobs: in how many processes on this machine the profiles of several hosts in `logdir` are read, by Dask; by default in this one.
        scheduler: the address of a Dask scheduler whose workers read them, which have to reach the same files.
        memory: what each process of `jobs` may use.
        time_limit: how many seconds the profile of one of many hosts may take; one that takes longer is left out, and named.
        executed: find out what TensorFlow made of the graph before it ran it, and what became of each op: `Graph.executed`.
        **keywords: inputs of the target by name, and nothing else.

    Raises:
        TraceError, MissingDependencyError: as `trace`; also if TensorFlow cannot run it on this machine.
        InputError: inputs do not fit, generated values are none that the model can run on, fewer than one step is asked for, or
            another profiler runs, or a strategy's replicas are on devices that do not exist, or the profile in `logdir` is of another graph.
        LoadError: `logdir` has no profile, or it is damaged.
        Exception: an error inside the model, as the model raised it.
    """
    _check(steps, warmup, batch, trace_level, runs)
    options: Dict[str, Any] = {"training": training, "step": step, "name": name, "source_lines": source_lines}
    if executed and (logdir is not None or runs > 1):
        other = option("logdir") if logdir is not None else option("runs", runs)
        raise InputError(f"{option('executed')} is for a run in this process, not for {other}; leave one of them out")
    if logdir is not None:
        _refuse_running(steps=steps, warmup=warmup, trace_level=trace_level, runs=runs, roofline=roofline)
        staff = asked_staff(jobs, scheduler, memory, time_limit)
        return profile_of_log(
            target, inputs, logdir, run=run, batch=batch, signature=signature, staff=staff, **keywords, **options
        )
    _refuse_reading(jobs=jobs, scheduler=scheduler, run=run)
    if runs > 1:
        more = {"steps": steps, "warmup": warmup, "batch": batch, "signature": signature, "trace_level": trace_level}
        several = profile_runs(target, inputs, {**keywords, **options, **more}, runs)
        return with_machine_peaks(several) if roofline else several
    loaded = None
    if isinstance(target, str) and ":" in target and not is_there(target):
        target = live_object(target)
    if isinstance(target, (str, os.PathLike)):
        loaded, target = saved_function(target, signature)
    elif signature is not None:
        raise InputError(f"{option('signature')} applies only to the path of a SavedModel; leave it out")
    live, rows = _traced(target, inputs, keywords, {**options, "unwrapped": loaded is not None})
    graph, concrete, call = live
    check_replicas(graph)
    tensors, is_generated = feed.feed_of(concrete, call, batch)
    with told(concrete, is_generated=is_generated):
        raw = runner.record(concrete, tensors, steps=steps, warmup=warmup, trace_level=trace_level, asking_xla=executed)
    del loaded  # kept until here: the variables of a loaded model are freed together with it
    recording = replace(raw.recording(), dataset_lines=dataset_lines((*inputs, *keywords.values())))
    size = rows or _batch(tensors, concrete, batch)
    measured = attribute(graph, recording, batch=size)
    if executed:
        measured = with_executed(measured, _measured(_ran(graph, raw), recording, size))
    return with_machine_peaks(measured) if roofline else measured


def _ran(graph: Graph, raw: runner.Raw) -> Executed:
    """What TensorFlow ran of the graph.

    Raises:
        InputError: TensorFlow did not tell.
    """
    try:
        found = as_executed(graph, raw.collected, raw.compiled)
    except LoadError as error:
        raise InputError(
            f"XLA compiled {graph.name!r}, and it is not known what it made of it: {error}; leave {option('executed')} out"
        ) from error
    if found is None:
        raise InputError(
            f"TensorFlow did not tell what it made of {graph.name!r}, as of a function that ran before; "
            f"leave {option('executed')} out, or give it in a new process"
        )
    return found


def _measured(ran: Executed, recording: Recording, batch: int) -> Executed:
    """What ran, with the same run's times on it: they name its ops, so that nothing has to be divided or put on one of several."""
    return replace(ran, graph=attribute(ran.graph, recording, batch=batch))


def with_machine_peaks(graph: Graph) -> Graph:
    """The measured graph with what this machine can do at most, in the dtypes that it computes in."""
    peaks = machine_peaks(computed_dtypes(graph))
    ran = graph.executed
    if ran is not None:  # the same machine ran it
        graph = with_executed(graph, replace(ran, graph=with_peaks(ran.graph, peaks)))
    return with_peaks(graph, peaks)


def _check(steps: int, warmup: int, batch: int, trace_level: int, runs: int) -> None:
    """`InputError` for a number that no run can have."""
    for option_name, value in (("steps", steps), ("warmup", warmup), ("batch", batch), ("runs", runs)):
        check_count(option_name, value)
    if trace_level not in LEVELS:
        raise InputError(
            f"{option('trace_level', trace_level)} is not possible; use 3 for every op, or 2 for those that take long"
        )


def _refuse_reading(*, run: Optional[str], **staff: object) -> None:
    """`InputError` for what only says how the profiles of a log directory are read, where there is none."""
    for name, given in staff.items():
        if given is not None:
            raise InputError(
                f"{option(name)} is for the profiles of several hosts in {option('logdir')}; give that too, or leave it out"
            )
    if run is not None:
        raise InputError(f"{option('run')} chooses a profile of {option('logdir')}; give that too, or leave it out")


def _refuse_running(**given: int) -> None:
    """`InputError` for an option of running, where nothing is run: it has another value than it has by default."""
    usual = signature_of(profile).parameters
    for name, value in given.items():
        if value != usual[name].default:
            raise InputError(
                f"{option(name, value)} is for running, and {option('logdir')} is of a run that is over; leave it out"
            )


def _traced(
    target: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any], options: Dict[str, Any]
) -> Tuple[LiveGraph, Optional[int]]:
    """What is run, and the batch size that its inputs tell; ``None`` if they tell none."""
    live = data_source.traced_with_dataset(target, inputs, keywords, options)
    if live is not None:
        return live, data_source.rows_of_elements(inputs, keywords)
    given = feed.batch_of(target, inputs, step=options["step"] is not None)
    rows = data_source.rows(given) if given is not inputs else None
    return trace_function(target, *given, is_run=True, **options, **keywords), rows


def _batch(tensors: Any, concrete: Any, batch: int) -> int:
    """The batch size of this run: what it had for the first open leading dimension; `batch` if there is none."""
    for placeholder, tensor in zip(concrete.inputs, tensors):
        if placeholder.shape.rank and placeholder.shape.as_list()[0] is None and tensor.shape.rank:
            return int(tensor.shape[0]) or 1
    return batch
