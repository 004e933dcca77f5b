"""`gradient-stopped`, `gradient-off-loss` and `unused-variable` in layers, modules and compiled models, and what comes near to them."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")

BATCH = (None, 3), (None, 4)


def dense(units):
    return tf.keras.layers.Dense(units)


def stepping(compute, asked):
    """A step that applies what gradients there are."""
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((compute(x) - y) ** 2)
        variables = asked()
        pairs = zip(tape.gradient(loss, variables), variables)
        optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
        return loss

    return step


def compiled(model):
    """The step of `fit`."""
    model.compile("sgd", "mse")
    model(tf.zeros((2, 3)))
    return (opscope.trace(model, *BATCH, step="train"),)


def stopped_in_a_compiled_model():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.features, self.head = dense(5), dense(4)

        def call(self, x):
            return self.head(tf.stop_gradient(self.features(x)))  # here

    return compiled(Net())


def stopped_in_a_module():
    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.w, self.b = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.zeros(4))

        def __call__(self, x):
            return tf.stop_gradient(x @ self.w) + self.b  # here

    net = Net()
    return (stepping(net, lambda: net.trainable_variables), *BATCH)


def stopped_in_a_function_that_is_called():
    scale, out = tf.Variable(2.0), dense(4)

    @tf.function
    def scaled(x):
        return tf.stop_gradient(x * scale)  # here

    return (stepping(lambda x: out(scaled(x)), lambda: [scale, *out.trainable_variables]), *BATCH)


def open_beside_the_stop():
    first, out = dense(4), dense(4)
    made = stepping(
        lambda x: out(first(x) + tf.stop_gradient(tf.round(first(x)) - first(x))),
        lambda: first.trainable_variables + out.trainable_variables,
    )
    return (made, *BATCH)


def open_since_the_target_is_stopped():
    net, target = dense(4), dense(4)
    made = stepping(lambda x: net(x) - tf.stop_gradient(target(x)), lambda: net.trainable_variables)
    return (made, *BATCH)


def open_in_fit():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.frozen, self.head = dense(5), dense(4)
            self.frozen.trainable = False

        def call(self, x):
            return self.head(tf.stop_gradient(self.frozen(x)))

    return compiled(Net())


def off_the_loss_in_a_compiled_model():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.head, self.side = dense(4), dense(2)

        def call(self, x):
            tf.debugging.assert_all_finite(self.side(x), "side")  # here
            return self.head(x)

    return compiled(Net())


def off_the_loss_in_a_module():
    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.w, self.v = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones((3, 2)))

        def __call__(self, x):
            return x @ self.w, x @ self.v  # here

    net = Net()
    return (stepping(lambda x: net(x)[0], lambda: net.trainable_variables), *BATCH)


def off_the_loss_by_a_result_that_is_dropped():
    first, second = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones((3, 4)))

    def compute(x):
        h = x @ first  # here
        del h
        return x @ second

    return (stepping(compute, lambda: [first, second]), *BATCH)


def on_the_loss_by_a_penalty():
    used, small = dense(4), tf.Variable(tf.ones((3, 4)))
    made = stepping(lambda x: used(x) + tf.reduce_sum(small**2), lambda: [*used.trainable_variables, small])
    return (made, *BATCH)


def on_the_loss_by_a_branch():
    first, second = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones((3, 4)))
    made = stepping(
        lambda x: tf.cond(tf.reduce_sum(x) > 0.0, lambda: x @ first, lambda: x @ second), lambda: [first, second]
    )
    return (made, *BATCH)


def on_the_loss_of_the_one_that_is_asked_for():
    head, side = dense(4), dense(2)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            made, other = head(x), side(x)
            loss = tf.reduce_mean((made - y) ** 2)
        for variable, gradient in zip(head.trainable_variables, tape.gradient(loss, head.trainable_variables)):
            variable.assign_sub(0.1 * gradient)
        return loss, other

    return (step, *BATCH)


def unused_in_a_step():
    net, other = dense(4), dense(4)
    other.build((None, 3))
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(x) - y) ** 2)
        variables = net.trainable_variables + other.trainable_variables
        gradients = tape.gradient(loss, variables)  # here
        optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
        return loss

    return (step, *BATCH)


def unused_in_a_module_by_hand():
    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.w, self.forgotten = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones(4))

        def __call__(self, x):
            return x @ self.w

    net = Net()

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(x) - y) ** 2)
        for variable, gradient in zip(net.trainable_variables, tape.gradient(loss, net.trainable_variables)):  # here
            if gradient is not None:
                variable.assign_sub(0.1 * gradient)
        return loss

    return (step, *BATCH)


def unused_in_a_train_step():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.head, self.forgotten = dense(4), dense(4)
            self.forgotten.build((None, 4))

        def call(self, x):
            return self.head(x)

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)  # here
            pairs = zip(gradients, self.trainable_variables)
            self.optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
            return {"loss": loss}

    return compiled(Net())


def used_in_a_loop():
    w = tf.Variable(tf.eye(4))

    def compute(x):
        h = tf.pad(x, [[0, 0], [0, 1]])
        return tf.while_loop(lambda i, h: i < 2, lambda i, h: (i + 1, h @ w), [0, h], maximum_iterations=2)[1]

    return (stepping(compute, lambda: [w]), *BATCH)


def used_by_a_function_that_is_called():
    w = tf.Variable(tf.ones((3, 4)))
    inner = tf.function(lambda x: x @ w)
    return (stepping(inner, lambda: [w]), *BATCH)


def used_by_another_loss_of_the_step():
    w, v = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones((3, 4)))

    @tf.function
    def step(x, y):
        for each in (w, v):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((x @ each - y) ** 2)
            for variable, gradient in zip((w, v), tape.gradient(loss, [w, v])):
                if gradient is not None:
                    variable.assign_sub(0.1 * gradient)
        return loss

    return (step, *BATCH)


def passed_by_a_gate_beside_the_value():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.features, self.head = dense(5), dense(4)

        def call(self, x):
            h = self.features(x)
            return self.head(h * tf.cast(h > 0.0, tf.float32))  # a ReLU by hand

    return compiled(Net())


def passed_by_casts_from_float_to_float():
    w = tf.Variable(tf.ones((3, 4)))
    return (stepping(lambda x: tf.cast(tf.cast(x @ w, tf.float16), tf.float32), lambda: [w]), *BATCH)


def seen_though_other_features_are_made_outside():
    frozen, head, optimizer = dense(5), dense(4), tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        features = frozen(x)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((head(features) - y) ** 2)
        variables = head.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return (step, *BATCH)


def seen_though_a_metric_is_not_recorded():
    w = tf.Variable(tf.ones((3, 4)))

    def compute(x):
        return x @ w

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            made = compute(x)
            with tape.stop_recording():
                error = tf.reduce_max(tf.abs(compute(x) - y))
            loss = tf.reduce_mean((made - y) ** 2)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss, error

    return (step, *BATCH)


def compared(rule, case):
    found, marked = reported_and_marked(rule, case)
    assert found == marked


@of_cases("gradient-stopped", all_cases(globals(), ("stopped_", "open_")))
def test_what_only_a_stopped_way_leads_to(case):
    compared("gradient-stopped", case)


@of_cases("gradient-off-loss", all_cases(globals(), ("off_the_loss", "on_the_loss")))
def test_what_the_loss_does_not_depend_on(case):
    compared("gradient-off-loss", case)


@of_cases("unused-variable", all_cases(globals(), ("unused_", "used_")))
def test_what_no_op_uses(case):
    compared("unused-variable", case)


@of_cases("gradient-cut", all_cases(globals(), "passed_"))
def test_what_gradients_pass(case):
    compared("gradient-cut", case)


@of_cases("gradient-not-recorded", all_cases(globals(), "seen_"))
def test_what_the_tape_sees(case):
    compared("gradient-not-recorded", case)
