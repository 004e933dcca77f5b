"""Models of TensorFlow Probability, each as a density or samples and as a training step."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Iterator

import tensorflow as tf

from .subject import Models, Subject, library, tape_step

tfp = library("tensorflow_probability")


def _flow() -> "Iterator[Subject]":
    """A masked autoregressive flow and its maximum likelihood."""
    distributions, bijectors = tfp.distributions, tfp.bijectors
    network = bijectors.AutoregressiveNetwork(params=2, hidden_units=[16, 16], activation="relu")
    flow = distributions.TransformedDistribution(
        distributions.Sample(distributions.Normal(0.0, 1.0), (3,)), bijectors.MaskedAutoregressiveFlow(network)
    )
    flow.log_prob(tf.zeros((2, 3)))
    yield Subject("density", tf.function(flow.log_prob), (tf.TensorSpec((None, 3)),))
    step = tape_step(network, lambda batch: -tf.reduce_mean(flow.log_prob(batch)), _tf_keras().optimizers.Adam(1e-3))
    yield Subject("step", step, (tf.zeros((4, 3)),))


def _tf_keras() -> Any:
    return import_module("tf_keras")


def _autoencoder() -> "Iterator[Subject]":
    """A variational autoencoder of probabilistic layers, as in the tutorial of the library."""
    keras, of_tfp, distributions = _tf_keras(), tfp.layers, tfp.distributions
    prior = distributions.Independent(distributions.Normal(loc=tf.zeros(4), scale=1), reinterpreted_batch_ndims=1)
    encoder = keras.Sequential(
        [
            keras.layers.InputLayer((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(32, activation=tf.nn.leaky_relu),
            keras.layers.Dense(of_tfp.MultivariateNormalTriL.params_size(4), activation=None),
            of_tfp.MultivariateNormalTriL(4, activity_regularizer=of_tfp.KLDivergenceRegularizer(prior)),
        ]
    )
    decoder = keras.Sequential(
        [
            keras.layers.InputLayer((4,)),
            keras.layers.Dense(28 * 28, activation=None),
            of_tfp.IndependentBernoulli((28, 28, 1), distributions.Bernoulli.logits),
        ]
    )
    model = keras.Model(encoder.inputs, decoder(encoder.outputs[0]))
    images = tf.zeros((2, 28, 28, 1))
    yield Subject("forward", tf.function(lambda batch: model(batch).mean()), (tf.TensorSpec((None, 28, 28, 1)),))
    model.compile(keras.optimizers.Adam(1e-3), loss=lambda image, made: -made.log_prob(image))
    yield Subject("train", model, (images, images), {"step": "train"})


def _bayesian() -> "Iterator[Subject]":
    """A network whose weights are distributions."""
    keras = _tf_keras()
    model = keras.Sequential([tfp.layers.DenseFlipout(16, activation="relu"), tfp.layers.DenseFlipout(3)])
    model.build((None, 8))
    yield Subject("forward", model, ((None, 8),))
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    yield Subject("train", model, (tf.zeros((4, 8)), tf.zeros((4,), tf.int64)), {"step": "train"})


def _hmc() -> "Iterator[Subject]":
    """Hamiltonian Monte Carlo of a regression."""
    data, target = tf.random.stateless_normal((20, 3), (1, 2)), tf.zeros((20,))

    def log_prob(weights: Any) -> Any:
        noise = tfp.distributions.Normal(tf.linalg.matvec(data, weights), 1.0)
        return tf.reduce_sum(noise.log_prob(target)) - tf.reduce_sum(weights**2)

    @tf.function  # type: ignore[untyped-decorator]
    def sample(start: Any) -> Any:
        kernel = tfp.mcmc.HamiltonianMonteCarlo(log_prob, step_size=0.1, num_leapfrog_steps=3)
        return tfp.mcmc.sample_chain(10, start, kernel=kernel, trace_fn=None)

    yield Subject("samples", sample, (tf.TensorSpec((3,)),))


def _mixture() -> "Iterator[Subject]":
    """The density of a mixture of normals, as it is trained."""
    distributions = tfp.distributions

    class Mixture(tf.Module):  # type: ignore[misc]  # TensorFlow's classes are Any here
        def __init__(self) -> None:
            super().__init__()
            self.logits = tf.Variable(tf.zeros((3,)), name="logits")
            self.places = tf.Variable(tf.zeros((3, 2)), name="places")
            self.scales = tf.Variable(tf.zeros((3, 2)), name="scales")

        def __call__(self, points: Any) -> Any:
            parts = distributions.MultivariateNormalDiag(self.places, tf.nn.softplus(self.scales))
            return distributions.MixtureSameFamily(distributions.Categorical(self.logits), parts).log_prob(points)

    model = Mixture()
    yield Subject("density", tf.function(model), (tf.TensorSpec((None, 2)),))
    step = tape_step(model, lambda batch: -tf.reduce_mean(model(batch)), _tf_keras().optimizers.Adam(1e-3))
    yield Subject("step", step, (tf.zeros((4, 2)),))


def _process() -> "Iterator[Subject]":
    """The marginal likelihood of a Gaussian process, as its kernel is trained."""
    kernels, distributions = tfp.math.psd_kernels, tfp.distributions

    class Process(tf.Module):  # type: ignore[misc]  # TensorFlow's classes are Any here
        def __init__(self) -> None:
            super().__init__()
            positive = tfp.bijectors.Softplus()
            self.amplitude, self.length, self.noise = (tfp.util.TransformedVariable(1.0, positive) for _ in range(3))

        def __call__(self, places: Any, values: Any) -> Any:
            kernel = kernels.MaternFiveHalves(self.amplitude, self.length)
            return distributions.GaussianProcess(kernel, places, observation_noise_variance=self.noise).log_prob(values)

    model = Process()
    batch = (tf.random.stateless_normal((6, 2), (1, 2)), tf.zeros((6,)))
    yield Subject("density", tf.function(model), batch)
    step = tape_step(model, lambda given: -model(*given), _tf_keras().optimizers.Adam(1e-2))
    yield Subject("step", step, (batch,))


def _couplings() -> "Iterator[Subject]":
    """Real-valued non-volume-preserving flow with coupling layers."""
    distributions, bijectors = tfp.distributions, tfp.bijectors
    layers = [bijectors.real_nvp_default_template([16]) for _ in range(2)]
    chain = bijectors.Chain(
        [
            bijectors.RealNVP(2, shift_and_log_scale_fn=layers[0]),
            bijectors.Permute([2, 3, 0, 1]),
            bijectors.RealNVP(2, shift_and_log_scale_fn=layers[1]),
        ]
    )
    flow = distributions.TransformedDistribution(distributions.MultivariateNormalDiag(tf.zeros(4)), chain)
    flow.log_prob(tf.zeros((2, 4)))
    yield Subject("density", tf.function(flow.log_prob), (tf.TensorSpec((None, 4)),))
    step = tape_step(chain, lambda batch: -tf.reduce_mean(flow.log_prob(batch)), _tf_keras().optimizers.Adam(1e-3))
    yield Subject("step", step, (tf.zeros((4, 4)),))


def _nuts() -> "Iterator[Subject]":
    """The no-U-turn sampler with its step size adapted."""

    @tf.function  # type: ignore[untyped-decorator]
    def sample(start: Any) -> Any:
        kernel = tfp.mcmc.NoUTurnSampler(lambda x: -tf.reduce_sum(x**2), step_size=0.1, max_tree_depth=3)
        adapted = tfp.mcmc.DualAveragingStepSizeAdaptation(kernel, num_adaptation_steps=4)
        return tfp.mcmc.sample_chain(5, start, kernel=adapted, trace_fn=None)

    yield Subject("samples", sample, (tf.TensorSpec((3,)),))


def _densities() -> "Iterator[Subject]":
    """Logarithms of the densities of many distributions, and their gradients."""
    of = tfp.distributions

    @tf.function  # type: ignore[untyped-decorator]
    def all_of_them(x: Any, a: Any, b: Any) -> Any:
        families = (of.Beta, of.Gamma, of.InverseGamma, of.LogNormal, of.Weibull, of.Kumaraswamy, of.Gumbel, of.Laplace)
        families += (of.VonMises, of.Cauchy, of.Logistic)
        made = [family(a, b) for family in families] + [of.TruncatedNormal(a, b, 0.0, 1.0), of.StudentT(a, a, b)]
        made += [of.Binomial(a, logits=b), of.NegativeBinomial(a, logits=b), of.Poisson(a), of.HalfCauchy(0.0, a)]
        with tf.GradientTape() as tape:
            tape.watch((a, b))
            total = tf.add_n([each.log_prob(x) for each in made])
        return total, tape.gradient(total, (a, b))

    spec = tf.TensorSpec((None,))
    yield Subject("densities", all_of_them, (spec, spec, spec))


MODELS: Models = (
    {
        "tfp-flow": _flow,
        "tfp-vae": _autoencoder,
        "tfp-bayesian": _bayesian,
        "tfp-hmc": _hmc,
        "tfp-mixture": _mixture,
        "tfp-process": _process,
        "tfp-couplings": _couplings,
        "tfp-nuts": _nuts,
        "tfp-densities": _densities,
    }
    if tfp
    else {}
)
