"""Recordings brought home to a literal graph: what each figure of a measurement is made of."""

from __future__ import annotations

import pytest

from graphs import literal
from opscope import InputError
from opscope.graph import Cost, Group
from opscope.graph.content import content_of, with_content
from opscope.layout.scene.captions import notes
from opscope.profile.attribution.attribute import attribute
from opscope.profile.attribution.costliest import costliest
from opscope.profile.competition import Usage
from opscope.profile.recordings.raw import COMPILED, Allocation, OpEvent, Optimised, Recording, Span, Trace
from opscope.program.executed_names import Names
from opscope.program.fused import Fusions, is_fusion
from opscope.render.page.header_style import page_style
from opscope.render.report.hot import head

US = 1_000_000
"""Picoseconds in a microsecond."""


def graph(*ops, groups=(), places=None):
    """Ops of ``(name, type, inputs)``, each with one output of 4 by 4 floats."""
    return literal(*[(*op, [("float32", (4, 4))]) for op in ops], groups=groups, places=places)


def ran(name, op, start, end, *, run=1, thread=0, inside=-1):
    return OpEvent(name, op, start * US, end * US, thread, run, inside)


def steps(*spans):
    return tuple(Span(start * US, end * US) for start, end in spans)


def measured(made, trace, *, optimised=None, level=3, baseline=()):
    result = attribute(made, Recording(trace, optimised, tuple(baseline), level, "2.21.0"))
    return result, {content_of(result).table.names[row]: one for row, one in content_of(result).measured.items()}


PLAIN = (("x", "Placeholder", []), ("a", "Relu", ["x"]), ("b", "Neg", ["a"]))


def test_figures_are_means_over_the_steps():
    trace = Trace(
        steps((0, 10), (20, 50)), (ran("a", "Relu", 1, 3), ran("a", "Relu", 20, 26), ran("b", "Neg", 30, 32)),
        allocations=(
            Allocation("a", 100, True, 1, 2 * US), Allocation("a", 50, False, 1, 25 * US), Allocation("a", 7, True, 1, 15 * US),
            Allocation("a", 7, True, 1, 50 * US), Allocation("a", 3, True, 1, 0), Allocation("b", 9, True, 2, 30 * US),
        ),
    )  # fmt: skip
    result, found = measured(graph(*PLAIN), trace, baseline=(9.0, 30.0, 12.0))
    assert (found["a"].time_us, found["a"].busy_us, found["a"].calls) == (
        pytest.approx(4),
        pytest.approx(4, rel=1e-12),
        1,
    )
    assert (
        found["a"].memory_bytes == (100 + 50 + 3) / 2
    )  # what was allocated between the steps and in another run does not count
    assert (found["b"].time_us, found["b"].calls, found["b"].memory_bytes) == (pytest.approx(1), 0.5, None)
    measurement = result.measurement
    assert (measurement["steps"], measurement["step_time_us"]) == (2, 12.0)
    assert measurement["profiled_step_time_us"] == pytest.approx(20)
    assert measurement["attributed"] == 1
    assert measurement["coverage"]["ops"] == pytest.approx(10 / 40)
    assert measurement["coverage"]["python"] == pytest.approx(30 / 40)
    assert (measurement["devices"], measurement["trace_level"]) == (["CPU"], 3)


def test_what_no_rule_explains_is_listed_and_its_share_is_not_attributed():
    trace = Trace(
        steps((0, 10)), (ran("a", "Relu", 0, 2), ran("lost", "Op", 2, 6), ran("lost", "Op", 7, 8), ran("other", "Op", 8, 9), ran("out", "Op", 10, 11)),
        executor=steps((0, 10)), copies=steps((9, 10)), devices=("a chip",),
    )  # fmt: skip
    result, found = measured(graph(*PLAIN), trace)
    assert set(found) == {"a"}
    assert list(result.facts["profile"]["unattributed_us"].items()) == [
        ("lost", pytest.approx(5)),
        ("other", pytest.approx(1)),
    ]
    assert result.measurement["attributed"] == pytest.approx(2 / 8)
    coverage = result.measurement["coverage"]
    assert coverage == {
        "ops": pytest.approx(0.2), "unattributed": pytest.approx(0.6), "dispatch": pytest.approx(0.1), "copies": pytest.approx(0.1),
        "python": 0,
    }  # fmt: skip
    assert result.measurement["step_time_us"] is None
    assert result.measurement["devices"] == ["a chip"]


def test_a_step_in_which_no_op_was_reported_has_no_dispatch_but_what_was_not_attributed():
    result, _ = measured(graph(*PLAIN), Trace(steps((0, 10)), (), executor=steps((2, 6))))
    coverage = result.measurement["coverage"]
    assert (coverage["dispatch"], coverage["unattributed"], coverage["python"]) == (
        0,
        pytest.approx(0.4),
        pytest.approx(0.6),
    )
    assert result.measurement["attributed"] == 0


def test_a_recording_without_a_step_is_refused():
    with pytest.raises(InputError, match="the recording holds no step"):
        measured(graph(*PLAIN), Trace((), ()))


def test_groups_are_the_sums_of_what_is_in_them():
    groups = Group("m", -1, "model", "m"), Group("m/a", 0, "layer", "a"), Group("m/b", 0, "layer", "b")
    made = graph(*PLAIN, groups=groups, places=[-1, 1, 0])
    trace = Trace(
        steps((0, 10)), (ran("a", "Relu", 1, 3), ran("b", "Neg", 4, 5), ran("b", "Neg", 5, 7)),
        allocations=(Allocation("a", 100, True, 1, US),),
    )  # fmt: skip
    result, _ = measured(made, trace)
    whole, layer, empty = (group.measured for group in content_of(result).groups)
    assert (whole.time_us, whole.busy_us, whole.calls, whole.memory_bytes) == (
        pytest.approx(5),
        pytest.approx(5),
        3,
        100,
    )
    assert (layer.time_us, layer.calls, layer.memory_bytes) == (pytest.approx(2), 1, 100)
    assert empty is None


def alternating(*pairs, last=None):
    """A step of 100 µs for each pair: how long a and b ran in it, in µs; the last step may be longer."""
    events, spans = [], []
    for k, (a, b) in enumerate(pairs):
        at = 1000 * k
        events += [ran("a", "Relu", at, at + a), ran("b", "Neg", at + 50, at + 50 + b)]
        spans.append((at, at + (last if last and k == len(pairs) - 1 else 100)))
    return Trace(steps(*spans), tuple(events))


LAYERED = Group("m", -1, "model", "m"), Group("m/a", 0, "layer", "a"), Group("m/b", 0, "layer", "b")


def layered():
    return graph(*PLAIN, groups=LAYERED, places=[-1, 1, 2])


def test_a_times_error_is_that_of_its_mean_and_a_groups_that_of_its_sums():
    """a and b take turns: each differs from step to step, and their sum does not."""
    result, found = measured(layered(), alternating((2, 8), (4, 6), (2, 8), (4, 6)))
    for name, mean in (("a", 3), ("b", 7)):
        # Deviations of 1: variance 4/3, error sqrt(4/3/4). Quartiles 2 and 4 of 2, 2, 4, 4 (of b 6 and 8).
        assert found[name].time_us == pytest.approx(mean)
        assert found[name].error_us == pytest.approx((1 / 3) ** 0.5)
        assert found[name].spread_us == pytest.approx(1)
    whole, first, _ = (group.measured for group in content_of(result).groups)
    assert (whole.time_us, whole.error_us, whole.spread_us) == (
        pytest.approx(10),
        pytest.approx(0, abs=1e-9),
        pytest.approx(0, abs=1e-9),
    )
    assert first.error_us == pytest.approx((1 / 3) ** 0.5)


def test_a_step_in_which_an_op_did_not_run_counts_with_nothing():
    trace = Trace(steps((0, 10), (20, 30)), (ran("a", "Relu", 0, 4),))
    assert measured(graph(*PLAIN), trace)[1]["a"].error_us == pytest.approx(2)  # of 4 and 0


def test_a_disturbed_step_is_left_out_whole_and_the_rest_adds_up():
    quiet = (2, 8), (4, 6), (2, 8), (4, 6), (3, 7)
    result, found = measured(layered(), alternating(*quiet, (90, 400), last=500), baseline=(90.0, 92.0, 100.0, 94.0))
    assert (found["a"].time_us, found["a"].calls) == (pytest.approx(3), 1)
    told = result.measurement
    assert (told["steps"], told["steps_kept"], told["disturbed"]) == (6, 5, False)
    assert told["profiled_step_time_us"] == pytest.approx(100)
    assert sum(told["coverage"].values()) == pytest.approx(1)
    assert (told["step_time_us"], told["step_spread_us"]) == (93.0, pytest.approx((95.5 - 91.5) / 2))
    assert result.facts["timeline"].duration == pytest.approx(100)


def test_if_too_many_steps_are_long_none_is_left_out_and_that_is_said():
    long = [(0, 100), (1000, 1100), (2000, 2100), (3000, 3400), (4000, 4400)]
    result, _ = measured(graph(*PLAIN), Trace(steps(*long), ()))
    told = result.measurement
    assert (told["steps_kept"], told["disturbed"], told["profiled_step_time_us"]) == (5, True, pytest.approx(220))


def test_a_run_beside_a_program_that_took_the_processors_is_disturbed():
    trace = Trace(steps((0, 10), (20, 30)), ())
    usage = Usage(seconds=1.0, processor=0.9, switches=400, others=1.1, processors=2, load=2.0)
    result = attribute(graph(*PLAIN), Recording(trace, None, (), 3, "2.21.0", usage=usage))
    assert result.measurement["disturbed"] is True
    said = " ".join(head(result))
    assert "disturbed: other programs took the processors" in said
    assert (
        "(this process used 0.9 of 2 processors, others 1.1, it was interrupted 400 times a second, the load was 2.0)"
        in said
    )


def test_one_step_tells_no_error():
    _, found = measured(graph(*PLAIN), alternating((2, 8)))
    assert (found["a"].error_us, found["a"].spread_us) == (None, None)


def test_an_op_that_took_no_time_adds_none():
    made = graph(*PLAIN, groups=(Group("m", -1, "layer", "m"),), places=[-1, 0, -1])
    result, found = measured(made, Trace(steps((0, 10)), (ran("a", "Relu", 3, 3),)))
    for one in (found["a"], content_of(result).groups[0].measured):
        assert (one.time_us, one.busy_us, one.calls) == (0, 0, 1)


def test_an_op_of_a_function_that_was_not_inlined_is_found_below_its_call():
    """Run 7 was launched by the call; run 8 by an op of run 7; run 9 by nothing that is known."""
    made = graph(
        ("f", "PartitionedCall", []), ("f/g", "PartitionedCall", []), ("f/a", "Relu", []), ("f/g/a", "Relu", []),
        groups=(Group("f", -1, "function", "f", owner=0), Group("f/g", 0, "function", "g", owner=1)), places=[-1, 0, 0, 1],
    )  # fmt: skip
    trace = Trace(
        steps((0, 90)),
        (
            ran("f", "PartitionedCall", 0, 50), ran("g", "PartitionedCall", 1, 40, run=7, inside=0), ran("a", "Relu", 2, 5, run=7, thread=1),
            ran("a", "Relu", 6, 20, run=8, thread=1), ran("a", "Relu", 60, 61, run=9), ran("a", "Relu", 70, 72, run=10),
        ),
        callers={7: 0, 8: 1, 10: 5},
    )  # fmt: skip
    result, found = measured(made, trace)
    assert (found["f/a"].busy_us, found["f/g/a"].busy_us) == (pytest.approx(3), pytest.approx(14))
    assert result.facts["profile"]["unattributed_us"] == {"a": pytest.approx(3)}


def test_an_instruction_that_is_named_like_an_op_is_not_that_op():
    trace = Trace(steps((0, 10)), (OpEvent("a", "", 0, 4 * US, 0, 1, -1, "module"), ran("b", "Neg", 5, 7)))
    result, found = measured(graph(*PLAIN), trace)
    assert set(found) == {"b"}
    assert result.facts["profile"]["unattributed_us"] == {"a": pytest.approx(4)}


def test_the_time_of_a_function_compiled_as_one_piece_is_no_ops_even_if_one_is_named_like_it():
    """3 us in the first step and 1 in the second, of a program of two ops: each step has 2 us of it on average."""
    events = (ran("a", COMPILED, 1, 4), ran("a", COMPILED, 12, 13))
    result, found = measured(graph(*PLAIN), Trace(steps((0, 10), (10, 20)), events))
    assert found == {}
    assert result.measurement["compiled"] == [{"name": "a", "ops": 2, "time_us": pytest.approx(2)}]
    assert result.facts["profile"]["unattributed_us"] == {"a": pytest.approx(2)}
    assert result.measurement["coverage"]["unattributed"] == pytest.approx(0.2)
    (line,) = [line for line in result.summary(cost=True).split("\n") if "XLA" in line]
    assert line.startswith(
        "XLA runs all that a computes (2 ops) as one program, of which TensorFlow reports one time, 2 µs:"
    )
    assert "slowest" not in result.summary(cost=True)
    said = "XLA runs all that a computes (2 ops) as one program, of which TensorFlow reports one time, 2 µs"
    assert any(note.startswith(said) for note in notes(result))
    assert said in page_style(result.measurement)["meanings"]["profiled"]


def looped(*bodies):
    """A loop of unknown length whose body has an op in a layer."""
    ops = [
        ("x", "Placeholder", []), ("loop", "While", ["x"]), ("loop/cond/c", "Less", ["x", "x"]), ("loop/body/a", "Relu", ["x"]),
        ("loop/body/b", "Neg", ["x"]), ("loop/body/f", "PartitionedCall", ["x"]), ("loop/body/f/a", "Exp", ["x"]),
    ]  # fmt: skip
    groups = (
        Group("loop", -1, "while", "loop", owner=1), Group("loop/cond", 0, "cond", "cond", owner=1), Group("loop/body", 0, "body", "body", owner=1),
        Group("loop/body/l", 2, "layer", "l"), Group("loop/body/f", 2, "function", "f", owner=5),
    )  # fmt: skip
    return graph(*ops, groups=groups, places=[-1, -1, 1, 3, 2, 2, 4])


def test_a_loop_whose_length_nothing_tells_runs_as_often_as_what_in_it_ran_most():
    """16 elements: the Relu ran 3 times, Neg twice; what ran inside a function or as the call itself does not count."""
    events = [ran("loop/cond/c", "Less", k, k + 1) for k in range(4)]
    events += [ran("loop/body/a", "Relu", 10 + k, 11 + k) for k in range(3)] + [
        ran("loop/body/b", "Neg", 20 + k, 21 + k) for k in range(2)
    ]
    events += [ran("loop/body/f/a", "Exp", 30 + k, 31 + k) for k in range(9)] + [
        ran("loop/body/f", "PartitionedCall", 40 + k, 41 + k) for k in range(8)
    ]
    result, _ = measured(looped(), Trace(steps((0, 90)), tuple(events)))
    costs = {
        content_of(result).table.names[row]: (cost.flops, cost.per) for row, cost in content_of(result).costs.items()
    }
    assert costs["loop/body/a"] == costs["loop/body/b"] == (3 * 16, "step")
    assert costs["loop/cond/c"] == (4 * 16, "step")


def test_a_loop_that_ended_at_once_is_told_by_its_condition_which_ran_all_the_same():
    trace = Trace(steps((0, 90)), (ran("loop/cond/c", "Less", 1, 2),))
    result, _ = measured(looped(), trace)
    assert (result.cost.loops, result.cost.per) == ({"loop": 0}, "step")
    assert content_of(result).costs[3].flops == 0


def branches_in_a_loop():
    """``for ...: x = relu(x) if c else -(-x)``; 16 elements, so that a turn costs 16 or 32."""
    ops = [
        ("x", "Placeholder", []), ("loop", "While", ["x"]), ("loop/cond/c", "Less", ["x", "x"]), ("loop/body/a", "Exp", ["x"]),
        ("loop/body/if", "If", ["a", "x"]), ("then/r", "Relu", ["x"]), ("else/n", "Neg", ["x"]), ("else/m", "Neg", ["else/n"]),
    ]  # fmt: skip
    ops[4] = ("loop/body/if", "If", ["loop/body/a", "x"])
    groups = (
        Group("loop", -1, "while", "loop", owner=1), Group("loop/cond", 0, "cond", "cond", owner=1), Group("loop/body", 0, "body", "body", owner=1),
        Group("loop/body/if", 2, "if", "if", owner=4), Group("loop/body/if/then", 3, "branch", "then", owner=4),
        Group("loop/body/if/else", 3, "branch", "else", owner=4),
    )  # fmt: skip
    return graph(*ops, groups=groups, places=[-1, -1, 1, 2, 2, 4, 5, 5])


@pytest.mark.parametrize(("seen", "flops"), [("then/r", 3 * 16 + 7 * 32), ("else/n", 7 * 16 + 3 * 32), (None, 10 * 32)])
def test_each_branch_counts_as_often_as_it_ran(seen, flops):
    """Ten turns, three through the branch that was seen: the other one ran the other seven times. Else the costlier counts."""
    events = [ran("loop/cond/c", "Less", k, k + 0.5) for k in range(11)]
    events += [ran("loop/body/a", "Exp", 20 + k, 20.5 + k) for k in range(10)]
    if seen:
        events += [ran(seen, "Relu" if seen == "then/r" else "Neg", 40 + k, 40.5 + k) for k in range(3)]
    result, _ = measured(branches_in_a_loop(), Trace(steps((0, 90)), tuple(events)))
    assert result.cost.flops == 11 * 16 + 10 * 16 + flops


def test_of_what_was_optimised_the_ops_that_were_not_reported_are_listed():
    made = graph(*PLAIN, ("k", "Const", []), ("n", "NoOp", []))
    optimised = Optimised({"a": "Relu", "b": "Neg", "k": "Const", "n": "NoOp", "made/by/grappler": "Op"})
    trace = Trace(steps((0, 10)), (ran("a", "Relu", 1, 3),))
    assert measured(made, trace, optimised=optimised, level=2)[0].facts["profile"]["not_reported"] == ["b"]
    assert measured(made, trace, optimised=optimised, level=3)[0].facts["profile"]["not_reported"] == []
    assert measured(made, trace, level=2)[0].facts["profile"]["not_reported"] == []


DENSE = (
    ("x", "Placeholder", []), ("w", "Const", []), ("mul", "MatMul", ["x", "w"]), ("add", "BiasAdd", ["mul", "w"]),
    ("relu", "Relu", ["add", "^other"]), ("other", "Neg", ["x"]), ("next", "Tanh", ["relu"]),
)  # fmt: skip


def test_a_fused_node_has_what_ran_nowhere_else_behind_it_and_its_time_is_on_the_costliest():
    trace = Trace(steps((0, 10)), (ran("relu", "_FusedMatMul", 1, 4), ran("next", "Tanh", 5, 6)))
    _, found = measured(graph(*DENSE), trace)
    assert set(found) == {"mul", "next"}
    assert found["mul"].fused == ("mul", "add", "relu")
    assert found["mul"].time_us == pytest.approx(3)
    assert found["next"].fused is None


@pytest.mark.parametrize(
    ("before", "contraction", "within"), [("Mul", "MatMul", False), ("AddV2", "Conv2D", False), ("Pad", "Conv2D", True)]
)
def test_what_was_removed_before_a_contraction_is_not_said_to_be_fused_with_it(before, contraction, within):
    """`tf.random.normal` multiplies by 1 and adds 0, which Grappler takes out; of what comes before a convolution it fuses the padding."""
    ops = [
        ("x", "Placeholder", []),
        ("w", "Const", []),
        ("before", before, ["x", "w"]),
        ("mul", contraction, ["before", "w"]),
        ("relu", "Relu", ["mul"]),
    ]
    assert ("before" in members(graph(*ops), "relu")) == within
    assert {"mul", "relu"} <= set(members(graph(*ops), "relu"))


def test_what_ran_by_itself_is_no_part_of_a_fused_node():
    trace = Trace(steps((0, 10)), (ran("mul", "MatMul", 0, 1), ran("relu", "_FusedMatMul", 1, 4)))
    _, found = measured(graph(*DENSE), trace)
    assert set(found) == {"mul", "relu"}  # of two that cost the same the later
    assert found["relu"].fused == ("add", "relu")


def test_an_instruction_named_like_a_part_of_a_fused_node_did_not_run_by_that_name():
    trace = Trace(steps((0, 10)), (OpEvent("mul", "", 0, US, 0, 1, -1, "module"), ran("relu", "_FusedMatMul", 1, 4)))
    assert measured(graph(*DENSE), trace)[1]["mul"].fused == ("mul", "add", "relu")


def compiled(*names, made=None, inside=-1, calls=()):
    """What an instruction made of these ops, ``name:type``, is brought home to; `calls` run before it."""
    modules = {"m": {"i": tuple(tuple(name.split(":")) for name in names)}}
    event = OpEvent("i", "", 5 * US, 6 * US, 0, 1, inside, "m")
    return measured(made or BODIES, Trace(steps((0, 10)), (*calls, event), modules=modules))[1]


BODIES = graph(
    ("x", "Placeholder", []), ("loop/body/cell/exp", "Exp", ["x"]), ("f", "PartitionedCall", ["x"]), ("f/cell/log", "Log", ["x"]),
    ("g/cell/log", "Log", ["x"]), ("f/sin", "Sin", ["x"]), ("g", "PartitionedCall", ["x"]),
)  # fmt: skip


def test_an_op_of_a_body_is_known_by_the_end_of_its_name_where_only_one_can_be_meant():
    assert set(compiled("cell/exp:Exp")) == {"loop/body/cell/exp"}
    assert set(compiled("exp:Exp")) == {"loop/body/cell/exp"}
    assert compiled("cell/exp:Log") == compiled("ell/exp:Exp") == compiled("log:Log") == {}


def test_within_a_call_only_its_own_ops_are_meant():
    call = ran("f", "PartitionedCall", 4, 7)
    assert set(compiled("log:Log", inside=0, calls=[call])) == {"f", "f/cell/log"}
    assert set(compiled("sin:Sin", inside=0, calls=[call])) == {"f", "f/sin"}
    assert set(compiled("exp:Exp", inside=0, calls=[call])) == {"f"}


def test_the_call_around_is_found_through_the_instructions_between():
    """An op, the call, a loop's instruction in it, and the instruction that is asked for in that."""
    between = OpEvent("loop", "", 5 * US, 6 * US, 0, 1, 1, "m")
    calls = [ran("x", "Placeholder", 0, 1), ran("f", "PartitionedCall", 4, 7), between]
    assert set(compiled("log:Log", inside=2, calls=calls)) == {"x", "f", "f/cell/log"}
    assert set(compiled("log:Log", inside=1, calls=calls[:2])) == {"x", "f", "f/cell/log"}


def test_a_module_that_two_calls_run_is_that_of_the_call_around():
    first = [
        ran("f", "PartitionedCall", 0, 3),
        OpEvent("i", "", US, 2 * US, 0, 1, 0, "m"),
        ran("g", "PartitionedCall", 4, 7),
    ]
    assert set(compiled("log:Log", inside=2, calls=first)) == {"f", "f/cell/log", "g", "g/cell/log"}


def test_a_call_that_is_compiled_may_be_the_first_op():
    made = graph(
        ("f", "PartitionedCall", []),
        ("f/a", "Relu", []),
        ("y", "Neg", ["f"]),
        groups=(Group("f", -1, "function", "f", owner=0),),
        places=[-1, 0, -1],
    )
    content_of(made).table.raw_attrs[0] = {"_XlaMustCompile": True}
    result, found = measured(made, Trace(steps((0, 10)), (ran("f", "PartitionedCall", 1, 4),)))
    assert {name: (one.time_us, one.fused) for name, one in found.items()} == {"f": (pytest.approx(3), ("f", "f/a"))}
    assert content_of(result).groups[0].measured is None  # what is inside has no time
    assert result.measurement["compiled"] == [{"name": "f", "ops": 1, "time_us": pytest.approx(3)}]


def members(made, row, optimised=None, ran=()):
    names = content_of(made).table.names
    rows = [names.index(name) for name in ran]
    events = [(each, content_of(made).table.ops[each]) for each in rows]
    found = Fusions(made, optimised and optimised.ops, Names(made), events).members(names.index(row))
    return [names[member] for member in found]


def test_the_search_for_members_ends_at_what_ran_at_views_and_at_control_edges():
    made = graph(*DENSE)
    assert members(made, "relu") == ["mul", "add", "relu"]
    assert members(made, "relu", ran=["mul"]) == ["add", "relu"]
    assert members(made, "relu", Optimised({"add": "BiasAdd"})) == ["relu"]
    assert members(made, "relu", Optimised({"made/by/grappler": "Op", "add": "BiasAdd"})) == ["relu"]
    assert members(made, "relu", Optimised({"ConstantFolding/add_recip": "BiasAdd"})) == ["mul", "add", "relu"]


def test_an_activation_that_became_an_identity_belongs_to_the_op_before_it():
    made = graph(
        ("x", "Placeholder", []),
        ("norm", "Mul", ["x"]),
        ("act", "Relu", ["norm"]),
        ("more", "Neg", ["norm"]),
        ("id", "Identity", ["norm"]),
    )
    gone = Optimised({"act": "Identity", "more": "Identity", "id": "Identity"})
    assert members(made, "norm", gone) == ["norm", "act"]
    assert members(made, "norm", Optimised({"act": "Relu"})) == ["norm"]
    assert members(made, "norm") == ["norm"]


CONVOLVED = (
    ("x", "Placeholder", []),
    ("conv", "Conv2D", ["x", "x"]),
    ("narrow", "Squeeze", ["conv"]),
    ("bias", "BiasAdd", ["narrow", "x"]),
    ("relu", "Relu", ["bias"]),
)


def test_what_only_reshapes_by_the_name_of_a_bias_is_the_op_before_it_and_the_bias_is_in_the_kernel():
    made = graph(*CONVOLVED)
    events = (ran("conv", "_FusedConv2D", 0, 5), ran("bias", "Squeeze", 5, 6), ran("relu", "Relu", 6, 8))
    _, found = measured(made, Trace(steps((0, 10)), events))
    assert {name: (one.time_us, one.fused) for name, one in found.items()} == {
        "conv": (pytest.approx(5), ("conv", "bias")), "narrow": (pytest.approx(1), None), "relu": (pytest.approx(2), None),
    }  # fmt: skip
    # At level 2 the Squeeze has no event. Grappler's graph has it, so it is it that was not reported.
    optimised = Optimised({"conv": "_FusedConv2D", "bias": "Squeeze", "relu": "Relu"})
    result, found = measured(made, Trace(steps((0, 10)), (events[0], events[2])), optimised=optimised, level=2)
    assert found["conv"].fused == ("conv", "bias")
    assert result.facts["profile"]["not_reported"] == ["narrow"]


@pytest.mark.parametrize(
    "events",
    [
        # The bias ran as such, the Squeeze by its own name, the convolution alone; or what has the bias's name is nothing that it read.
        {"conv": "_FusedConv2D", "bias": "BiasAdd"}, {"conv": "_FusedConv2D", "narrow": "Squeeze", "bias": "Squeeze"},
        {"conv": "Conv2D", "bias": "Squeeze"}, {"conv": "_MklConv2D", "bias": "Squeeze"}, {"conv": "_FusedConv2D", "bias": "Reshape"},
        {"conv": "_FusedConv2D", "relu": "Squeeze"},
    ],
)  # fmt: skip
def test_a_bias_that_did_not_change_places_with_a_squeeze_is_in_no_kernel_before_it(events):
    trace = Trace(steps((0, 10)), tuple(ran(name, op, at, at + 1) for at, (name, op) in enumerate(events.items())))
    _, found = measured(graph(*CONVOLVED), trace)
    assert set(found) == set(events)
    assert found["conv"].fused is None


def test_an_op_without_a_cost_is_the_costliest_of_nothing():
    made = with_content(graph(*PLAIN), costs={1: Cost(0.5, None), 2: Cost(None, 9.0)})
    assert costliest(made, (0, 1, 2)) == 1
    assert costliest(made, (0, 2)) == 2


def test_a_fused_node_swallows_few_ops():
    chain = [("x", "Placeholder", [])] + [(f"a{k}", "Relu", [f"a{k - 1}" if k else "x"]) for k in range(20)]
    assert len(members(graph(*chain), "a19")) == 9


@pytest.mark.parametrize(
    ("executed", "traced", "fused"),
    [
        ("Relu", "Relu", False), ("_FusedMatMul", "Relu", True), ("_FusedConv2D", "Conv2D", True), ("_MklConv2D", "Conv2D", False),
        ("_MklNativeFusedMatMul", "MatMul", True), ("_MklFusedBatchNormV3", "FusedBatchNormV3", False),
        ("_MklNativeFusedBatchNormV3", "FusedBatchNormV3", False), ("_FusedBatchNormEx", "Relu", True),
        ("_MklNativePadWithConv2D", "Conv2D", True), ("_MklPadWithConv2D", "Conv2D", True), ("_UnaryOpsComposition", "Tanh", True),
        ("Identity", "Relu", False), ("_XlaRun", "Relu", False), ("_MklMatMul", "Relu", False), ("FusedBatchNormV3", "Relu", True),
    ],
)  # fmt: skip
def test_a_kernel_is_a_fusion_when_it_is_more_than_the_op_it_is_named_as(executed, traced, fused):
    assert is_fusion(executed, traced) is fused
