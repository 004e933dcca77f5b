"""Training as tutorials teach it: steps that do more than a compiled model does, written anew after what they describe."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List

import tensorflow as tf

from .subject import Models, Subject

layers = tf.keras.layers


def _network(size: int, *made: Any) -> Any:
    return tf.keras.Sequential([tf.keras.Input((size,)), *made])


def _mlp(size: int, units: int, activation: Any = None) -> Any:
    return _network(size, layers.Dense(16, activation="relu"), layers.Dense(units, activation=activation))


def _step(models: "List[Any]", loss: Callable[..., Any], *shapes: Any) -> Subject:
    optimizer = tf.keras.optimizers.Adam(1e-3)

    @tf.function  # type: ignore[untyped-decorator]
    def step(*batch: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(*batch)
        weights = [weight for model in models for weight in model.trainable_weights]
        optimizer.apply_gradients(zip(tape.gradient(value, weights), weights))
        return value

    return Subject("step", step, shapes)


def variational_autoencoder() -> Subject:
    encoder, decoder = _mlp(12, 8), _mlp(4, 12)

    def loss(x: Any) -> Any:
        mean, log_variance = tf.split(encoder(x), 2, axis=1)
        code = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
        entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=decoder(code))
        divergence = -0.5 * (1 + log_variance - tf.square(mean) - tf.exp(log_variance))
        return tf.reduce_mean(tf.reduce_sum(entropy, axis=1)) + tf.reduce_mean(tf.reduce_sum(divergence, axis=1))

    return _step([encoder, decoder], loss, (None, 12))


def gradient_penalty() -> Subject:
    """The critic's step of a Wasserstein GAN, with the norm of its gradient held near 1."""
    critic, generator = _mlp(12, 1), _mlp(4, 12)

    def loss(real: Any) -> Any:
        fake = generator(tf.random.normal((tf.shape(real)[0], 4)))
        part = tf.random.uniform((tf.shape(real)[0], 1))
        between = real + part * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(between)
            judged = critic(between)
        gradient = tape.gradient(judged, between)
        norm = tf.sqrt(tf.reduce_sum(tf.square(gradient), axis=1))
        penalty = tf.reduce_mean((norm - 1.0) ** 2)
        return tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real)) + 10.0 * penalty

    return _step([critic], loss, (None, 12))


def contrastive_views() -> Subject:
    """SimCLR: two views of a sample are nearer than those of others."""
    encoder = _mlp(12, 8)

    def loss(one: Any, other: Any) -> Any:
        left, right = (tf.math.l2_normalize(encoder(view), axis=1) for view in (one, other))
        likeness = tf.matmul(left, right, transpose_b=True) / 0.1
        labels = tf.range(tf.shape(one)[0])
        each = tf.nn.sparse_softmax_cross_entropy_with_logits
        return tf.reduce_mean(each(labels, likeness) + each(labels, tf.transpose(likeness)))

    return _step([encoder], loss, (None, 12), (None, 12))


def slow_teacher() -> Subject:
    """BYOL: a network foretells what a slow copy of it sees, which gets no gradient."""
    online, head, target = _mlp(12, 8), _mlp(8, 8), _mlp(12, 8)
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function  # type: ignore[untyped-decorator]
    def step(one: Any, other: Any) -> Any:
        with tf.GradientTape() as tape:
            seen = tf.math.l2_normalize(head(online(one)), axis=1)
            sought = tf.stop_gradient(tf.math.l2_normalize(target(other), axis=1))
            loss = 2.0 - 2.0 * tf.reduce_mean(tf.reduce_sum(seen * sought, axis=1))
        weights = online.trainable_weights + head.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        for slow, fast in zip(target.weights, online.weights):
            slow.assign(0.99 * slow + 0.01 * fast)
        return loss

    return Subject("step", step, ((None, 12), (None, 12)))


def deep_q_learning() -> Subject:
    model, target = _mlp(6, 3), _mlp(6, 3)

    def loss(state: Any, action: Any, reward: Any, after: Any, ended: Any) -> Any:
        sought = reward + 0.99 * tf.reduce_max(target(after), axis=1) * (1.0 - ended)
        taken = tf.reduce_sum(model(state) * tf.one_hot(action, 3), axis=1)
        return tf.reduce_mean(tf.keras.losses.huber(sought[:, None], taken[:, None]))

    return _step([model], loss, (None, 6), tf.TensorSpec((None,), tf.int32), (None,), (None, 6), (None,))


def actor_critic() -> Subject:
    """Proximal policy optimisation: the clipped ratio of probabilities, the critic's error and the entropy."""
    actor, critic = _mlp(6, 3), _mlp(6, 1)

    def loss(state: Any, action: Any, before: Any, advantage: Any, returned: Any) -> Any:
        logs = tf.nn.log_softmax(actor(state))
        taken = tf.reduce_sum(tf.one_hot(action, 3) * logs, axis=1)
        ratio = tf.exp(taken - before)
        clipped = tf.where(advantage > 0, 1.2 * advantage, 0.8 * advantage)
        entropy = -tf.reduce_mean(tf.reduce_sum(tf.exp(logs) * logs, axis=1))
        error = tf.reduce_mean((returned - tf.squeeze(critic(state), axis=1)) ** 2)
        return -tf.reduce_mean(tf.minimum(ratio * advantage, clipped)) + error - 0.01 * entropy

    return _step([actor, critic], loss, (None, 6), tf.TensorSpec((None,), tf.int32), (None,), (None,), (None,))


def distillation() -> Subject:
    student, teacher = _mlp(12, 5), _mlp(12, 5)
    divergence = tf.keras.losses.KLDivergence()

    def loss(x: Any, y: Any) -> Any:
        soft = divergence(tf.nn.softmax(teacher(x) / 3.0), tf.nn.softmax(student(x) / 3.0))
        hard = tf.nn.sparse_softmax_cross_entropy_with_logits(y, student(x))
        return 0.1 * tf.reduce_mean(hard) + 0.9 * 9.0 * soft

    return _step([student], loss, (None, 12), tf.TensorSpec((None,), tf.int64))


def physics() -> Subject:
    """A network that solves a differential equation: its derivatives by its input are in the loss."""
    model = _network(1, layers.Dense(16, activation="tanh"), layers.Dense(1))

    def loss(x: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = model(x)
            first = inner.gradient(value, x)
        second = outer.gradient(first, x)
        edge = model(tf.zeros((1, 1))) - 1.0
        return tf.reduce_mean(tf.square(second + value)) + tf.reduce_mean(tf.square(edge))

    return _step([model], loss, (None, 1))


def radiance_field() -> Subject:
    """Volume rendering: the light that reaches the eye through matter."""
    model = _mlp(3, 4)

    def loss(places: Any, depths: Any, colours: Any) -> Any:
        made = tf.reshape(model(tf.reshape(places, (-1, 3))), (-1, 8, 4))
        colour, density = tf.sigmoid(made[..., :3]), tf.nn.relu(made[..., 3])
        steps = tf.concat([depths[:, 1:] - depths[:, :-1], tf.fill((tf.shape(depths)[0], 1), 1e10)], axis=1)
        opacity = 1.0 - tf.exp(-density * steps)
        weights = opacity * tf.math.cumprod(1.0 - opacity + 1e-10, axis=1, exclusive=True)
        return tf.reduce_mean(tf.square(tf.reduce_sum(weights[..., None] * colour, axis=1) - colours))

    return _step([model], loss, (None, 8, 3), (None, 8), (None, 3))


def diffusion() -> Subject:
    model = _mlp(13, 12)
    kept = tf.math.cumprod(1.0 - tf.linspace(1e-4, 0.02, 100))

    def loss(x: Any) -> Any:
        moment = tf.random.uniform((tf.shape(x)[0],), 0, 100, tf.int32)
        part, noise = tf.gather(kept, moment)[:, None], tf.random.normal(tf.shape(x))
        noisy = tf.sqrt(part) * x + tf.sqrt(1.0 - part) * noise
        made = model(tf.concat([noisy, tf.cast(moment, tf.float32)[:, None] / 100.0], axis=1))
        return tf.reduce_mean(tf.square(made - noise))

    return _step([model], loss, (None, 12))


def detection() -> Subject:
    """Boxes: focal loss and a smooth L1 loss over those that matter, with the mean guarded."""
    model = _mlp(12, 5)

    def loss(x: Any, boxes: Any, labels: Any) -> Any:
        made = model(x)
        positive = tf.cast(labels > 0, tf.float32)
        entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels=positive, logits=made[:, 0])
        chance = tf.sigmoid(made[:, 0])
        right = tf.where(labels > 0, chance, 1.0 - chance)
        focal = tf.reduce_sum(tf.pow(1.0 - right, 2.0) * entropy)
        size = tf.abs(made[:, 1:] - boxes)
        smooth = tf.reduce_sum(tf.where(size < 1.0, 0.5 * size**2, size - 0.5), axis=1)
        count = tf.maximum(tf.reduce_sum(positive), 1.0)
        return (focal + tf.reduce_sum(positive * smooth)) / count

    return _step([model], loss, (None, 12), (None, 4), tf.TensorSpec((None,), tf.int64))


def translation() -> Subject:
    """Words whose padding counts for nothing, with teacher forcing through a GRU and attention."""
    embed, cell = layers.Embedding(50, 16, mask_zero=True), layers.GRU(16, return_sequences=True)
    attend, out = layers.Attention(), layers.Dense(50)
    embed.build((None, None))
    cell.build((None, None, 16))
    out.build((None, None, 32))

    def loss(source: Any, target: Any) -> Any:
        memory, state = cell(embed(source)), cell(embed(target[:, :-1]))
        logits = out(tf.concat([state, attend([state, memory])], axis=-1))
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(target[:, 1:], logits)
        kept = tf.cast(target[:, 1:] != 0, tf.float32)
        return tf.reduce_sum(each * kept) / tf.maximum(tf.reduce_sum(kept), 1.0)

    words = tf.TensorSpec((None, 10), tf.int32)
    return _step([embed, cell, out], loss, words, words)


_ALL: "Dict[str, Callable[[], Subject]]" = {
    "vae": variational_autoencoder, "gradient-penalty": gradient_penalty, "simclr": contrastive_views, "byol": slow_teacher,
    "dqn": deep_q_learning, "ppo": actor_critic, "distillation": distillation, "physics": physics, "nerf": radiance_field,
    "diffusion": diffusion, "detection": detection, "translation": translation,
}  # fmt: skip


def _one(make: "Callable[[], Subject]") -> "Callable[[], Iterator[Subject]]":
    def made() -> "Iterator[Subject]":
        yield make()

    return made


MODELS: Models = {f"tutorial-{name}": _one(make) for name, make in _ALL.items()}
