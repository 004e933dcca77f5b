"""Training steps as people write them, and gradients that make no step: which op belongs where, told by its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Set

import pytest

tf = pytest.importorskip("tensorflow")

from opscope.capture import trace  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402
from opscope.render.report.summary import summarize  # noqa: E402

layers = tf.keras.layers
PHASES = {"forward", "loss", "backward", "optimizer", "metrics"}


def built(units: int, inputs: int, name: str, **options: Any) -> Any:
    layer = layers.Dense(units, name=name, **options)
    layer.build((None, inputs))
    return layer


def sgd(*parts: Any, **options: Any) -> Any:
    """An optimizer whose variables exist: a function that is traced must not make them inside a branch."""
    optimizer = tf.keras.optimizers.SGD(0.1, **options)
    variables = [variable for part in parts for variable in part.trainable_variables]
    if hasattr(optimizer, "build"):
        optimizer.build(variables)
    else:
        optimizer._create_all_weights(variables)
    return optimizer


def line_of(tag: str) -> int:
    """The line of this file that ends with ``# tag``."""
    lines = Path(__file__).read_text(encoding="utf-8").split("\n")
    found = [at for at, line in enumerate(lines, 1) if line.endswith(f"# {tag}")]
    assert len(found) == 1, (tag, found)
    return found[0]


def live_rows(graph: Graph) -> List[int]:
    content = content_of(graph)
    return [row for row, dead in enumerate(content.dead) if not dead]


def groups_at(graph: Graph, tag: str, op: Optional[str] = None) -> Set[str]:
    """The groups of the ops that were made at the tagged line; of this type only, if it is given."""
    content, line = content_of(graph), line_of(tag)
    return {
        content.group_path(row) or ""
        for row in live_rows(graph)
        if row in content.sources and content.sources[row].line == line and op in (None, content.table.ops[row])
    }


def phases_at(graph: Graph, tag: str, op: Optional[str] = None) -> Set[str]:
    """The phases that these groups are or lie in, wherever in the graph."""
    return {next((part for part in path.split("/") if part in PHASES), "") for path in groups_at(graph, tag, op)}


def kinds(graph: Graph) -> Set[str]:
    return {group.kind for group in content_of(graph).groups}


def of_group(graph: Graph, path: str) -> Optional[str]:
    return next(group.of for group in content_of(graph).groups if group.path == path)


def ops_in(graph: Graph, path: str) -> List[str]:
    """The types of the live ops that are in the group of this path itself."""
    content = content_of(graph)
    return sorted(content.table.ops[row] for row in live_rows(graph) if content.group_path(row) == path)


def test_accumulated_gradients_are_the_optimizers_inside_a_branch_and_behind_control_edges() -> None:
    dense = built(2, 3, "dense")
    optimizer = sgd(dense, momentum=0.9)
    sums = [tf.Variable(tf.zeros_like(variable), trainable=False) for variable in dense.trainable_variables]
    count = tf.Variable(0, trainable=False)

    def update() -> None:
        optimizer.apply_gradients(zip([each / 4.0 for each in sums], dense.trainable_variables))  # update
        for each in sums:
            each.assign(tf.zeros_like(each))  # reset

    @tf.function
    def step(x: Any, y: Any) -> Any:
        count.assign_add(1)
        with tf.GradientTape() as tape:
            error = dense(x) - y  # error
            loss = tf.reduce_mean(error * error)
        for each, gradient in zip(sums, tape.gradient(loss, dense.trainable_variables)):
            each.assign_add(gradient)  # accumulate
        tf.cond(tf.equal(count % 4, 0), update, lambda: None)
        return loss

    graph = trace(step, (8, 3), (8, 2))
    assert phases_at(graph, "update") == {"optimizer"}
    assert phases_at(graph, "reset") == {"optimizer"}
    assert phases_at(graph, "accumulate") == {"optimizer"}
    assert groups_at(graph, "error", "MatMul") == {"forward/dense"}
    assert phases_at(graph, "error", "Sub") == {"loss"}
    tops = [group.path for group in content_of(graph).groups if group.parent < 0]
    assert tops == ["forward", "loss", "backward", "optimizer"]
    facts = summarize(graph)
    assert facts["parameters"] == 3 * 2 + 2
    assert facts["state"]["other"]["variables"] == 0


def test_what_waits_for_an_update_and_writes_is_the_optimizers_and_what_a_layer_makes_after_it_is_not() -> None:
    dense = built(2, 3, "dense")
    averages = [tf.Variable(variable, trainable=False) for variable in dense.trainable_variables]
    mean = tf.keras.metrics.Mean(name="mean")

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((dense(x) - y) ** 2)
        for variable, gradient in zip(dense.trainable_variables, tape.gradient(loss, dense.trainable_variables)):
            variable.assign_sub(0.1 * gradient)  # by hand
        for average, variable in zip(averages, dense.trainable_variables):
            average.assign(0.9 * average + 0.1 * variable)  # moving average
        mean.update_state(loss)  # metric
        return loss, dense(x)  # again

    graph = trace(step, (8, 3), (8, 2))
    assert phases_at(graph, "by hand") == {"optimizer"}
    assert phases_at(graph, "moving average") == {"optimizer"}
    assert "metrics" in phases_at(graph, "metric")
    assert "optimizer" not in phases_at(graph, "metric")
    assert groups_at(graph, "again", "MatMul") == {"forward/dense#2"}


def test_the_update_of_a_gradient_that_a_loop_adds_up_is_outside_the_loop() -> None:
    dense = built(2, 3, "dense")
    optimizer = sgd(dense)

    @tf.function
    def step(x: Any, y: Any) -> Any:
        total = [tf.zeros_like(variable) for variable in dense.trainable_variables]
        for part in tf.range(4):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((dense(x[part]) - y[part]) ** 2)  # in a loop
            gradients = tape.gradient(loss, dense.trainable_variables)  # a part's gradient
            total = [old + new for old, new in zip(total, gradients)]  # added up
        optimizer.apply_gradients(zip([each / 4.0 for each in total], dense.trainable_variables))  # applied after
        return total[0]

    graph = trace(step, (4, 8, 3), (4, 8, 2))
    assert groups_at(graph, "in a loop", "MatMul") == {"while/body/forward/dense"}
    assert {path.partition("/dense")[0] for path in groups_at(graph, "a part's gradient")} == {"while/body/backward"}
    assert groups_at(graph, "added up", "AddV2") == {"while/body/optimizer"}
    assert {path.partition("/")[0] for path in groups_at(graph, "applied after")} == {"optimizer"}
    assert of_group(graph, "while/body/backward/dense") == "while/body/forward/dense"


def test_a_gradient_that_a_called_function_makes_has_its_phases_there_and_its_update_outside() -> None:
    dense = built(2, 3, "dense")

    @tf.function
    def differentiate(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((dense(x) - y) ** 2)
        return loss, tape.gradient(loss, dense.trainable_variables)  # called gradient

    @tf.function
    def step(x: Any, y: Any) -> Any:
        loss, gradients = differentiate(x, y)
        for variable, gradient in zip(dense.trainable_variables, gradients):
            variable.assign_sub(0.1 * gradient)  # caller's update
        return loss * 3.0

    graph = trace(step, (8, 3), (8, 2))
    assert {path.partition("/")[0] for path in groups_at(graph, "caller's update")} == {"optimizer"}
    function = next(group.path for group in content_of(graph).groups if group.kind == "function")
    inside = {group.path for group in content_of(graph).groups if group.path.startswith(function)}
    assert {f"{function}/forward/dense", f"{function}/loss", f"{function}/backward/dense"} <= inside
    assert f"{function}/optimizer" not in inside
    assert {path.split("/")[1] for path in groups_at(graph, "called gradient")} == {"backward"}


def test_a_function_has_phases_if_any_of_its_callers_assigns_what_it_differentiates() -> None:
    dense = built(2, 3, "dense")

    @tf.function
    def innermost(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(dense(x) ** 2)
        return tape.gradient(loss, dense.trainable_variables)

    @tf.function
    def between(x: Any) -> Any:
        return [gradient * 0.5 for gradient in innermost(x)]

    @tf.function
    def update(x: Any) -> Any:
        for variable, gradient in zip(dense.trainable_variables, between(x)):
            variable.assign_sub(gradient)  # update of a caller's caller
        return x

    @tf.function
    def step(x: Any) -> Any:
        watched = between(x)  # only looked at
        return update(x), watched[0]

    graph = trace(step, (8, 3))
    found = {group.path for group in content_of(graph).groups if group.kind in PHASES}
    call = "StatefulPartitionedCall"  # that of `between`, and of `update`, which calls it
    inside = {
        f"{place}/{call}/{phase}" for place in (call, f"{call}_1/{call}") for phase in ("forward", "loss", "backward")
    }
    assert found == inside | {f"{call}/optimizer", f"{call}_1/optimizer", f"{call}_1/{call}/optimizer"}
    assert phases_at(graph, "update of a caller's caller") == {"optimizer"}


def test_a_loss_behind_layers_that_a_function_calls_is_the_loss() -> None:
    dense = built(2, 3, "dense")
    optimizer = sgd(dense)

    @tf.function
    def predict(x: Any) -> Any:
        return dense(x) * 2.0  # in a function

    @tf.function
    def apply(gradients: Any) -> None:
        optimizer.apply_gradients(zip(gradients, dense.trainable_variables))  # applied in a function

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            error = predict(x) - y  # behind a function
            loss = tf.reduce_mean(error * error)
        apply(tape.gradient(loss, dense.trainable_variables))
        return loss

    graph = trace(step, (8, 3), (8, 2))
    assert phases_at(graph, "in a function") == {"forward"}
    assert groups_at(graph, "behind a function", "Sub") == {"loss"}
    assert phases_at(graph, "applied in a function") == {"optimizer"}


def test_a_residual_of_physics_has_its_gradients_where_they_are_taken() -> None:
    net = tf.keras.Sequential(
        [layers.Dense(8, activation="tanh", name="hidden"), layers.Dense(1, name="out")], name="net"
    )
    net.build((None, 1))

    @tf.function
    def residual(x: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                u = net(x)
            slope = inner.gradient(u, x)  # slope
        return outer.gradient(slope, x) + u  # curvature

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(residual(x) ** 2)  # squared
        for variable, gradient in zip(net.trainable_variables, tape.gradient(loss, net.trainable_variables)):
            variable.assign_sub(0.1 * gradient)
        return loss

    graph = trace(step, (8, 1))
    function = next(group.path for group in content_of(graph).groups if group.kind == "function")
    assert function.startswith("forward/")
    assert not [group.path for group in content_of(graph).groups if group.kind in PHASES and "/" in group.path]
    assert groups_at(graph, "slope", "MatMul") == {f"{function}/gradient/net/out"}
    assert f"{function}/gradient#2/gradient/net/hidden" in groups_at(graph, "curvature", "MatMul")
    assert phases_at(graph, "squared", "Mean") == {"loss"}


def test_an_epoch_of_steps_has_its_phases_inside_and_none_around() -> None:
    dense = built(2, 3, "dense")

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((dense(x) - y) ** 2)
        for variable, gradient in zip(dense.trainable_variables, tape.gradient(loss, dense.trainable_variables)):
            variable.assign_sub(0.1 * gradient)
        return loss

    @tf.function
    def epoch(x: Any, y: Any) -> Any:
        total = 0.0
        for _ in tf.range(5):
            total += step(x, y)  # a step's loss
        return total / 5.0  # mean loss

    graph = trace(epoch, (8, 3), (8, 2))
    assert groups_at(graph, "mean loss") == {""}
    assert groups_at(graph, "a step's loss", "AddV2") == {"while/body"}
    found = [group.path for group in content_of(graph).groups if group.kind in PHASES]
    assert len(found) == 4
    assert all(path.startswith("while/body/") for path in found)


def test_no_variable_is_assigned_so_there_is_no_step() -> None:
    @tf.function
    def attack(x: Any) -> Any:
        def slope(at: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(at)
                y = tf.reduce_sum(tf.sin(at) ** 2)  # attacked
            return tape.gradient(y, at)  # attack's gradient

        gradient = slope(x)
        for _ in tf.range(10):
            x = x + 0.1 * tf.sign(gradient)  # attack's step
            gradient = slope(x)
        return x

    graph = trace(attack, (4,))
    assert kinds(graph) & PHASES == {"backward"}
    assert groups_at(graph, "attacked", "Sin") == {"", "while/body"}
    assert groups_at(graph, "attack's gradient", "Cos") == {"backward", "while/body/backward"}
    assert groups_at(graph, "attack's step", "Sign") == {"while/body"}
    assert "training step" not in graph.summary()
    assert "gradient: backward" in graph.summary()


def test_each_step_of_a_sampler_has_a_gradient_of_its_own() -> None:
    energy = built(1, 3, "energy", activation="tanh")

    def sample(x: Any) -> Any:
        for _ in range(3):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = energy(x)
            x = x - 0.1 * tape.gradient(y, x)  # step of a sampler
        return x

    graph = trace(sample, (8, 3))
    assert groups_at(graph, "step of a sampler", "TanhGrad") == {
        "backward/energy", "backward#2/energy", "backward#3/energy",
    }  # fmt: skip
    assert groups_at(graph, "step of a sampler", "Sub") == {""}


def test_gradients_of_each_example_by_a_vectorized_map_are_a_step() -> None:
    dense = built(2, 3, "dense", activation="tanh")

    @tf.function
    def step(x: Any, y: Any) -> Any:
        def of_one(example: Any) -> Any:
            with tf.GradientTape() as tape:
                error = dense(example[0][None]) - example[1][None]  # one's error
                loss = tf.reduce_sum(error * error)
            return tape.gradient(loss, dense.trainable_variables)  # one's gradient

        gradients = tf.vectorized_map(of_one, (x, y))
        for variable, gradient in zip(dense.trainable_variables, gradients):
            variable.assign_sub(0.1 * tf.reduce_mean(tf.clip_by_value(gradient, -1.0, 1.0), 0))  # clipped for each
        return x

    graph = trace(step, (8, 3), (8, 2))
    assert groups_at(graph, "one's error", "Tanh") == {"forward/loop_body/dense"}
    assert phases_at(graph, "one's error", "Sub") == {"loss"}
    assert phases_at(graph, "one's gradient") == {"backward"}
    assert {path.rpartition("/")[2] for path in groups_at(graph, "one's gradient", "TanhGrad")} == {"dense"}
    assert phases_at(graph, "clipped for each") == {"optimizer"}


@pytest.mark.parametrize("jacobian", ["gradient", "jacobian", "batch_jacobian"])
def test_a_saliency_map_or_jacobian_keeps_its_gradients_groups(jacobian: str) -> None:
    dense = built(2, 3, "dense", activation="tanh")

    def saliency(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = dense(x)  # salient
        return tf.abs(getattr(tape, jacobian)(y, x))  # map

    graph = trace(saliency, (8, 3))
    assert kinds(graph) & PHASES == {"backward"}
    assert groups_at(graph, "salient", "MatMul") == {"dense"}
    assert "MatMul" in ops_in(graph, "backward/dense")
    assert of_group(graph, "backward/dense") == "dense"
    assert "" in groups_at(graph, "map", "Abs")
    assert "training step" not in graph.summary()


def test_a_gradient_penalty_is_grouped_by_the_layers_it_derives_from() -> None:
    critic = tf.keras.Sequential(
        [layers.Dense(4, activation="tanh", name="lower"), layers.Dense(1, name="upper")], name="critic"
    )
    critic.build((None, 3))
    optimizer = sgd(critic)

    @tf.function
    def step(real: Any, fake: Any) -> Any:
        with tf.GradientTape() as tape:
            mixed = 0.5 * real + 0.5 * fake
            with tf.GradientTape() as inner:
                inner.watch(mixed)
                y = critic(mixed)
            slope = inner.gradient(y, mixed)  # inner gradient
            penalty = tf.reduce_mean(slope * slope)  # penalty
            loss = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real)) + 10.0 * penalty
        gradients = tape.gradient(loss, critic.trainable_variables)  # outer gradient
        optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
        return loss

    graph = trace(step, (8, 3), (8, 3))
    assert groups_at(graph, "inner gradient", "TanhGrad") == {"loss/gradient/critic/lower"}
    assert groups_at(graph, "inner gradient", "MatMul") == {"loss/gradient/critic/lower", "loss/gradient/critic/upper"}
    assert of_group(graph, "loss/gradient/critic/lower") == "forward/critic/lower"
    assert phases_at(graph, "penalty") == {"loss"}
    assert phases_at(graph, "outer gradient") == {"backward"}
    # The gradients of the three calls, and that of the inner gradient.
    mirrored = {group.of for group in content_of(graph).groups if group.path.startswith("backward/")}
    assert {"forward/critic#2/lower", "forward/critic#3/lower", "loss/gradient/critic/lower"} <= mirrored


def test_a_layer_that_differentiates_inside_its_call_keeps_that_gradient() -> None:
    class Force(layers.Layer):
        def __init__(self) -> None:
            super().__init__(name="force")
            self.energy = built(1, 3, "energy", activation="tanh")

        def build(self, _: Any) -> None:
            self.built = True

        def call(self, x: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                energy = self.energy(x)
            return tape.gradient(energy, x)  # force

    force, head = Force(), built(1, 3, "head")
    force.build((None, 3))

    @tf.function
    def step(x: Any) -> Any:
        variables = force.trainable_variables + head.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(head(force(x)) ** 2)
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(0.1 * gradient)
        return loss

    graph = trace(step, (8, 3))
    assert groups_at(graph, "force", "TanhGrad") == {"forward/force/gradient/energy"}
    assert of_group(graph, "forward/force/gradient/energy") == "forward/force/energy"
    # The same layer without a step around it.
    assert groups_at(trace(force, (8, 3)), "force", "TanhGrad") == {"force/gradient/energy"}


def test_an_unrolled_inner_loop_of_meta_learning_is_forward() -> None:
    weight = tf.Variable(tf.ones((3, 2)), name="weight")

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as outer:
            fast = tf.identity(weight)
            for _ in range(2):
                with tf.GradientTape() as inner:
                    inner.watch(fast)
                    loss = tf.reduce_mean((tf.matmul(x, fast) - y) ** 2)
                fast = fast - 0.1 * inner.gradient(loss, fast)  # inner step
            meta = tf.reduce_mean((tf.matmul(x, fast) - y) ** 2)
        weight.assign_sub(0.01 * outer.gradient(meta, weight))  # meta step
        return meta

    graph = trace(step, (8, 3), (8, 2))
    assert phases_at(graph, "inner step") == {"forward"}
    assert groups_at(graph, "inner step", "MatMul") == {"forward/gradient", "forward/gradient#2"}
    assert groups_at(graph, "inner step", "Sub") == {"forward", "forward/gradient", "forward/gradient#2"}
    assert groups_at(graph, "meta step", "AssignSubVariableOp") == {"optimizer/weight"}


def test_the_gradient_of_a_loss_that_a_module_computes_in_its_own_call_is_a_step() -> None:
    class Trainer(tf.Module):
        def __init__(self) -> None:
            super().__init__(name="trainer")
            self.dense = built(2, 3, "dense")

        @tf.function
        def __call__(self, x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                error = self.dense(x) - y  # trainer's error
                loss = tf.reduce_mean(error * error)
            variables = self.dense.trainable_variables
            for variable, gradient in zip(variables, tape.gradient(loss, variables)):
                variable.assign_sub(0.1 * gradient)  # trainer's update
            return loss

    graph = trace(Trainer(), tf.TensorSpec((8, 3)), tf.TensorSpec((8, 2)))
    assert groups_at(graph, "trainer's error", "MatMul") == {"forward/trainer/dense"}
    assert groups_at(graph, "trainer's error", "Sub") == {"loss"}
    assert phases_at(graph, "trainer's update") == {"optimizer"}


def test_every_sum_over_phases_counts_both_backward_passes() -> None:
    first, second = built(4, 3, "first"), built(1, 4, "second")
    optimizers = sgd(first), sgd(second)

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as one, tf.GradientTape() as other:
            y = second(first(x))
            losses = tf.reduce_mean(y), tf.reduce_mean(y**2)
        gradients = one.gradient(losses[0], first.trainable_variables)  # first gradient
        others = other.gradient(losses[1], second.trainable_variables)  # second gradient
        optimizers[0].apply_gradients(zip(gradients, first.trainable_variables))
        optimizers[1].apply_gradients(zip(others, second.trainable_variables))
        return losses[0]

    graph = trace(step, (8, 3))
    content = content_of(graph)
    tops = [(content.group_path(row) or "").partition("/")[0] for row in range(len(content.table))]
    assert {path.partition("/")[0] for path in groups_at(graph, "first gradient")} == {"backward"}
    assert {path.partition("/")[0] for path in groups_at(graph, "second gradient")} == {"backward#2"}
    facts = summarize(graph)
    assert facts["phases"]["backward"] == tops.count("backward") + tops.count("backward#2")
    assert sum(facts["phases"].values()) == len(content.table)
    assert facts["parameters"] == (3 * 4 + 4) + (4 * 1 + 1)
    # Whatever else the optimizers keep (rate, steps), it is told as theirs.
    assert facts["state"]["optimizer"]["variables"] == facts["variables"] - 4
    assert f"backward {facts['phases']['backward']} ops" in graph.summary()


@pytest.mark.parametrize("symbolic", [False, True])
def test_a_gradient_of_ones_own_has_its_own_line_and_the_layer_that_defined_it(symbolic: bool) -> None:
    @tf.custom_gradient
    def clipped(x: Any) -> Any:
        def slope(upstream: Any) -> Any:
            return tf.clip_by_norm(upstream, 0.5)  # custom gradient

        return tf.identity(x), slope

    class Clipping(layers.Layer):
        def call(self, x: Any) -> Any:
            return clipped(x)

    dense, clipping = built(2, 3, "dense"), Clipping(name="clipping")

    @tf.function
    def step(x: Any) -> Any:
        variables = dense.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(clipping(dense(x)) ** 2)
        gradients = tf.gradients(loss, variables) if symbolic else tape.gradient(loss, variables)  # asked
        for variable, gradient in zip(variables, gradients):
            variable.assign_sub(0.1 * gradient)
        return loss

    graph = trace(step, (8, 3))
    assert groups_at(graph, "custom gradient", "Sqrt") == {"backward/clipping"}
    assert of_group(graph, "backward/clipping") == "forward/clipping"
    assert groups_at(graph, "asked", "Sqrt") == set()
    assert groups_at(graph, "asked", "MatMul") == {"backward/dense"}


def test_a_gradient_that_converted_code_defines_has_its_own_line() -> None:
    """AutoGraph rewrites what a traced function calls, and the gradient that is defined in it runs only later."""

    def clipped(x: Any) -> Any:
        @tf.custom_gradient
        def inner(x: Any) -> Any:
            def slope(upstream: Any) -> Any:
                return tf.clip_by_norm(upstream, 0.5)  # converted gradient

            return tf.identity(x), slope

        return inner(x)

    dense = built(2, 3, "dense")

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(clipped(dense(x)) ** 2)
        gradient = tape.gradient(loss, dense.kernel)  # asked of the tape
        dense.kernel.assign_sub(gradient)
        return loss

    graph = trace(step, (8, 3))
    assert groups_at(graph, "converted gradient", "Sqrt") == {"backward"}
    assert groups_at(graph, "asked of the tape", "Sqrt") == set()
    assert groups_at(graph, "asked of the tape", "MatMul") == {"backward/dense"}
    assert {Path(source.file).name for source in content_of(graph).sources.values()} == {Path(__file__).name}


def test_what_is_computed_again_for_a_gradient_belongs_to_its_layer() -> None:
    class Block(layers.Layer):
        def __init__(self, name: str) -> None:
            super().__init__(name=name)
            self.lower, self.upper = built(4, 3, "lower", activation="tanh"), built(3, 4, "upper")

        def build(self, _: Any) -> None:
            self.built = True

        def call(self, x: Any) -> Any:
            return x + tf.recompute_grad(lambda y: self.upper(self.lower(y)))(x)  # again and again

    blocks, head = [Block("one"), Block("two")], built(1, 3, "head")
    for block in blocks:
        block.build((None, 3))

    @tf.function
    def step(x: Any) -> Any:
        variables = [variable for part in (*blocks, head) for variable in part.trainable_variables]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(head(blocks[1](blocks[0](x))) ** 2)
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(0.1 * gradient)
        return loss

    graph = trace(step, (8, 3))
    for block in ("one", "two"):
        lower, upper = f"backward/{block}/lower", f"backward/{block}/upper"
        assert of_group(graph, lower) == f"forward/{block}/lower"
        # Computed again and then differentiated; the gradient of the product takes two more products.
        assert [op for op in ops_in(graph, lower) if op in ("MatMul", "Tanh", "TanhGrad")].count("Tanh") == 1
        assert {"MatMul", "Tanh", "TanhGrad"} <= set(ops_in(graph, lower))
        assert ops_in(graph, upper).count("MatMul") == 2
        assert "Tanh" not in ops_in(graph, upper)
    loose = ops_in(graph, "backward")
    assert "MatMul" not in loose
    assert "Tanh" not in loose


def test_what_a_vectorized_map_runs_is_its_layers() -> None:
    dense = built(2, 3, "dense", activation="relu")

    class Each(layers.Layer):
        def call(self, x: Any) -> Any:
            def of_row(row: Any) -> Any:
                y = dense(row[None])  # mapped
                return tf.reduce_sum(y[0])

            return tf.vectorized_map(of_row, x)

    each = Each(name="each")
    graph = trace(lambda x: each(x) * 2.0, (8, 3))
    content = content_of(graph)
    found = {
        content.table.ops[row]: content.group_path(row)
        for row in live_rows(graph)
        if content.table.ops[row] in ("MatMul", "BiasAdd", "Relu")
    }
    dense_path = next(group.path for group in content.groups if group.name == "dense" and group.is_call)
    assert found == {"MatMul": dense_path, "BiasAdd": dense_path, "Relu": dense_path}
    assert dense_path in groups_at(graph, "mapped", "Relu")
    assert [group.path for group in content.groups if group.name.startswith("dense")] == [dense_path]
    assert list(summarize(graph)["inputs"]) == ["x"]
    placeholders = [row for row, op in enumerate(content.table.ops) if op == "PlaceholderWithDefault"]
    assert all(content.dead[row] for row in placeholders)


def test_a_scaled_loss_is_unscaled_and_applied_by_the_optimizer() -> None:
    precision = tf.keras.mixed_precision
    dense = built(2, 3, "dense")
    inner = sgd(dense)
    if hasattr(precision, "LossScaleOptimizer"):
        optimizer = precision.LossScaleOptimizer(inner)
    else:  # TensorFlow 2.4 to 2.6 have it elsewhere
        optimizer = precision.experimental.LossScaleOptimizer(inner, "dynamic")
    if hasattr(optimizer, "build"):
        optimizer.build(dense.trainable_variables)

    @tf.function
    def step(x: Any, y: Any) -> Any:
        variables = dense.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((dense(x) - y) ** 2)
            scale = getattr(optimizer, "scale_loss", None) or optimizer.get_scaled_loss
            scaled = scale(loss)  # scaled
        gradients = tape.gradient(scaled, variables)
        if hasattr(optimizer, "get_unscaled_gradients"):
            gradients = optimizer.get_unscaled_gradients(gradients)
        optimizer.apply_gradients(zip(gradients, variables))  # scaled update
        return loss

    graph = trace(step, (8, 3), (8, 2))
    # The product itself is dead, as only the tape used it; what it reads, the gradient needs too.
    assert phases_at(graph, "scaled") == {"loss"}
    assert phases_at(graph, "scaled update") == {"optimizer"}


def test_a_branch_that_updates_all_weights_is_of_no_single_one_and_a_function_that_updates_one_is_of_that() -> None:
    dense = built(2, 3, "dense")
    optimizer = sgd(dense, momentum=0.9)
    slots = [tf.Variable(tf.zeros_like(variable), trainable=False) for variable in dense.trainable_variables]
    scale = tf.Variable(1024.0, trainable=False, name="scale")

    def moves(variable: Any, slot: Any) -> Any:
        @tf.function
        def moved(gradient: Any) -> None:
            slot.assign(0.9 * slot + gradient)
            variable.assign_sub(0.1 * slot)

        return moved

    def applied(gradients: Any) -> Any:
        scale.assign(tf.minimum(2.0 * scale, 65536.0))
        optimizer.apply_gradients(zip(gradients, dense.trainable_variables))
        return tf.constant(True)

    def halved() -> Any:
        scale.assign(scale / 2.0)
        return tf.constant(False)

    @tf.function
    def step(x: Any, y: Any, one_by_one: bool) -> Any:
        variables = dense.trainable_variables
        with tf.GradientTape() as tape:
            scaled = tf.reduce_mean((dense(x) - y) ** 2) * scale
        gradients = tape.gradient(scaled, variables)
        gradients = [gradient / scale for gradient in gradients]  # unscaled
        if one_by_one:
            for variable, slot, gradient in zip(variables, slots, gradients):
                moves(variable, slot)(gradient)  # by a function
        else:
            finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(gradient)) for gradient in gradients])
            tf.cond(finite, lambda: applied(gradients), halved)
        return scaled

    together = trace(step, (8, 3), (8, 2), False)
    assert "optimizer/cond" in {group.path for group in content_of(together).groups}
    assert groups_at(together, "unscaled", "RealDiv") == {"optimizer"}
    apart = trace(step, (8, 3), (8, 2), True)
    assert groups_at(apart, "unscaled", "RealDiv") == {"optimizer/dense/kernel", "optimizer/dense/bias"}
    calls = groups_at(apart, "by a function", "StatefulPartitionedCall")
    assert calls == {"optimizer/dense/kernel", "optimizer/dense/bias"}


def test_metrics_are_a_phase_with_all_that_only_they_use() -> None:
    model = tf.keras.Sequential([layers.Dense(4, activation="relu", name="hidden"), layers.Dense(1, name="head")])
    model.compile(optimizer="sgd", loss="mse", metrics=["mae"])
    graph = trace(model, (8, 3), (8, 1), step="train")
    content = content_of(graph)
    # A mean absolute error: the difference is taken anew, and the sum and the count of both means are variables.
    assert "Abs" in ops_in(graph, "metrics")
    assert not [op for op in ops_in(graph, "forward") if op.startswith(("Assign", "Read", "DivNoNan"))]
    written = [row for row in live_rows(graph) if "Assign" in content.table.ops[row]]
    homes = {(content.group_path(row) or "").partition("/")[0] for row in written}
    assert homes == {"metrics", "optimizer"}
    assert {group.path.partition("/")[0] for group in content.groups if group.is_call} == {"forward"}


def test_a_metric_of_ones_own_is_one() -> None:
    dense = built(3, 3, "dense")

    @tf.function
    def step(x: Any, label: Any) -> Any:
        with tf.GradientTape() as tape:
            y = dense(x)
            loss = tf.reduce_mean((y - label) ** 2)
        for variable, gradient in zip(dense.trainable_variables, tape.gradient(loss, dense.trainable_variables)):
            variable.assign_sub(0.1 * gradient)
        hits = tf.equal(tf.argmax(y, 1), tf.argmax(label, 1))  # hits
        return loss, tf.reduce_mean(tf.cast(hits, tf.float32))  # accuracy

    graph = trace(step, (8, 3), (8, 3))
    assert phases_at(graph, "hits") == {"metrics"}
    assert phases_at(graph, "accuracy", "Mean") == {"metrics"}


def test_an_optimizer_of_tensorflow_1_makes_a_step() -> None:
    weight = tf.Variable([[1.0], [2.0]], name="weight")
    optimizer = tf.compat.v1.train.MomentumOptimizer(0.1, 0.9)

    @tf.function
    def step(x: Any) -> Any:
        optimizer.minimize(lambda: tf.reduce_mean(tf.matmul(x, weight) ** 2), var_list=[weight])
        return x

    graph = trace(step, (4, 2))
    assert {"forward", "backward", "optimizer"} <= kinds(graph)
    content = content_of(graph)
    applied = [row for row, op in enumerate(content.table.ops) if op == "ResourceApplyMomentum"]
    assert {content.group_path(row) for row in applied} == {"optimizer/weight"}


def test_a_forward_mode_derivative_is_no_gradient_call() -> None:
    dense = built(2, 3, "dense", activation="tanh")

    @tf.function
    def pushed(x: Any, direction: Any) -> Any:
        with tf.autodiff.ForwardAccumulator(x, direction) as accumulator:
            y = dense(x)
        return accumulator.jvp(y)

    graph = trace(pushed, (8, 3), (8, 3))
    assert not kinds(graph) & PHASES


def test_one_tape_may_be_asked_twice() -> None:
    first, second = built(4, 3, "first"), built(1, 4, "second")

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            y = second(first(x))
            losses = tf.reduce_mean(y), tf.reduce_mean(y**2)
        gradients = tape.gradient(losses[0], first.trainable_variables)  # asked once
        gradients += tape.gradient(losses[1], second.trainable_variables)  # asked twice
        for variable, gradient in zip(first.trainable_variables + second.trainable_variables, gradients):
            variable.assign_sub(0.1 * gradient)
        return losses[0]

    graph = trace(step, (8, 3))
    assert {path.partition("/")[0] for path in groups_at(graph, "asked once")} == {"backward"}
    assert {path.partition("/")[0] for path in groups_at(graph, "asked twice")} == {"backward#2"}
    # The tape goes down to the first layer each time, but of the second loss nobody uses that.
    assert "MatMul" in ops_in(graph, "backward/first")
    assert "MatMul" in ops_in(graph, "backward#2/second")
    assert "MatMul" not in ops_in(graph, "backward#2/first")


def test_a_sum_of_gradients_is_not_the_op_of_the_forward_pass_that_has_its_name() -> None:
    """Keras 2 asks for gradients in such a scope, and has a sum of losses, ``AddN``, among the metrics."""
    dense = built(4, 3, "dense")

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(dense(x) ** 2) + 0.01 * tf.reduce_sum(dense.kernel**2)
        with tf.name_scope("SGD/gradients"):
            kernel = tape.gradient(loss, dense.kernel)  # from two sides
        dense.kernel.assign_sub(0.1 * kernel)
        return tf.add_n([loss, 1.0])  # reported

    graph = trace(step, (8, 3))
    assert {"AddN", "SGD/gradients/AddN"} <= set(content_of(graph).table.names)
    assert phases_at(graph, "reported", "AddN") == {"metrics"}
    assert groups_at(graph, "from two sides", "AddN") == {"backward"}


def test_a_penalty_of_weights_leaves_a_compiled_model_its_phases() -> None:
    model = tf.keras.Sequential([tf.keras.Input((3,)), layers.Dense(2, name="dense", kernel_regularizer="l2")])
    model.compile("sgd", "mse", metrics=["mae"])
    graph = trace(model, (8, 3), (8, 2), step="train")
    content = content_of(graph)
    assert {group.kind for group in content.groups if group.parent < 0} == PHASES
    # One product forward; of an input that nothing trained lies behind, only the kernel's gradient backward.
    products = sorted(content.group_path(row) or "" for row in live_rows(graph) if content.table.ops[row] == "MatMul")
    assert [path.partition("/")[0] for path in products] == ["backward", "forward"]
