"""Frames beside NumPy and finite differences: predictions, the spreads of layers, scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from engine.catalog import load_catalog
from engine.data.samples import Samples
from engine.networks.forward import COLUMNS
from engine.networks.frame import Frames, Grid
from engine.networks.layer_statistics import BINS, Spread
from engine.networks.model import Model
from engine.networks.network import Network

CATALOG = load_catalog()


def model_of(samples, likelihood, hidden=(3,), activation="relu", reduction="mean", **values):
    chosen, known = CATALOG.likelihoods[likelihood].definition, CATALOG.activations[activation].definition
    widths = (samples.inputs, *hidden, chosen.outputs(samples.targets, samples.classes))
    h = chosen.settings(dict(chosen.defaults) | values, samples.targets, samples.classes)
    rows = chosen.rows(samples.targets, samples.classes)
    return Model(Network(widths, known.function, dict(known.defaults)), chosen, h, rows, reduction)


def phi_of(model, seed=0):
    return model.begin(np.random.default_rng(seed).normal(size=model.network.size))


def drawn(name, n=60, standardize=True):
    definition = CATALOG.datasets[name].definition
    return Samples.drawn(definition, n, definition.defaults, 0, standardize=standardize)


HAND = Samples.given("regression", [[0.0], [1.0], [2.0]], [1.0, 2.0, 5.0])


def test_a_network_made_by_hand_has_the_spreads_that_numpy_finds():
    """Two ReLU units, x − 1 and 1 − x, and their sum: |x − 1|."""
    model = model_of(HAND, "squared_error", (2,))
    phi = model.network.flat(
        [{"weights": [[1.0, -1.0]], "biases": [-1.0, 1.0]}, {"weights": [[1.0], [1.0]], "biases": [0.0]}]
    )
    frame = Frames(model, HAND, Grid(np.array([-1.0, 0.0, 1.0, 3.0]))).of(phi)
    assert frame.prediction.mean.tolist() == [[2.0, 1.0, 0.0, 2.0]]
    hidden, outputs = frame.layers
    assert (hidden.preactivations.low, hidden.preactivations.high, hidden.preactivations.mean) == (-1.0, 1.0, 0.0)
    assert hidden.preactivations.deviation == pytest.approx(np.std([-1, 0, 1, 1, 0, -1]))
    assert hidden.activations.zero == 4 / 6
    assert (hidden.activations.counts[0], hidden.activations.counts[-1]) == (4, 2)
    assert outputs.activations == outputs.preactivations
    assert outputs.activations.mean == pytest.approx(2 / 3)  # |x − 1| is 1, 0 and 1
    assert outputs.weights.counts[0] == 2  # equal numbers share the first bin
    # the loss is the mean of (f − y)²: residuals 0, −2 and −4; the output's bias has the slope 2/3 of their sum
    assert outputs.gradients.low == pytest.approx(2 / 3 * -6)
    assert frame.scores["training"].loss == pytest.approx(20 / 3)
    assert frame.scores["training"].rmse == pytest.approx(np.sqrt(20 / 3))
    assert frame.scores["training"].accuracy is None
    assert frame.scores["test"] is None


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradients_of_layers_are_those_of_finite_differences(reduction):
    samples = drawn("moons")
    model = model_of(samples, "bernoulli", (4, 3), "tanh", reduction)
    phi = phi_of(model)
    found = Frames(model, samples).of(phi).layers
    x, y = samples.seen(samples.training, model.likelihood)
    steps = np.eye(len(phi)) * 1e-6
    slopes = np.array([(model.loss(phi + h, x, y) - model.loss(phi - h, x, y)) / 2e-6 for h in steps])
    first = 0
    for spreads, (inputs, outputs) in zip(found, [(2, 4), (4, 3), (3, 1)], strict=True):
        own = slopes[first : first + (inputs + 1) * outputs]
        first += len(own)
        assert spreads.gradients.mean == pytest.approx(own.mean(), rel=1e-5, abs=1e-8)
        assert spreads.gradients.deviation == pytest.approx(own.std(), rel=1e-5, abs=1e-8)
        assert spreads.gradients.counts.sum() == len(own)
        assert spreads.weights.counts.sum() == inputs * outputs
        assert spreads.activations.counts.sum() == outputs * len(samples.training)


@pytest.mark.parametrize("activation", CATALOG.activations)
@pytest.mark.parametrize("hidden", [(), (5, 3)], ids=str)
@pytest.mark.parametrize("n", [1, COLUMNS, COLUMNS + 7])
def test_the_machines_forward_pass_is_numpys(activation, hidden, n):
    samples = drawn("moons")
    model = model_of(samples, "bernoulli", hidden, activation)
    phi, x = phi_of(model), np.random.default_rng(1).normal(size=(2, n)) * 3
    before, after = model.network.through(phi, x)
    found = model.forward(phi, x)
    for mine, numpys in zip([*found.before, *found.after[:-1]], [*before, *after], strict=True):
        np.testing.assert_allclose(mine, numpys, rtol=1e-13, atol=1e-13)
    assert found.outputs is found.before[-1]


@pytest.mark.parametrize(
    ("dataset", "likelihood"),
    [("moons", "bernoulli"), ("blobs", "categorical"), ("sine", "gaussian_learnt"), ("combined", "combined"),
     ("heteroscedastic", "heteroscedastic")],
)  # fmt: skip
def test_predictions_and_scores_are_in_the_units_of_the_data(dataset, likelihood):
    samples = drawn(dataset)
    model = model_of(samples, likelihood)
    phi = phi_of(model)
    part = samples.test
    grid = Grid(part.x[:, 0]) if samples.inputs == 1 else Grid(part.x[:, 0], part.x[:, 1])
    frame = Frames(model, samples, grid, seed=3).of(phi)
    outputs = model.network(phi, samples.x_of(grid.points))
    expected = samples.restored(model.predict(phi, outputs))
    np.testing.assert_allclose(frame.prediction.mean, expected.mean, rtol=1e-12)
    np.testing.assert_allclose(frame.prediction.mode, expected.mode, rtol=1e-12)
    assert frame.sample.shape == frame.prediction.mode.shape
    there = samples.restored(model.predict(phi, model.network(phi, samples.x_of(part.x))))
    score, d = frame.scores["test"], samples.targets
    if d:
        errors = there.mean[:d].T - part.y[:, :d]
        assert score.rmse == pytest.approx(np.sqrt((errors**2).mean()))
    if samples.classes:
        assert score.accuracy == np.mean(there.probabilities.argmax(axis=0) == part.y[:, -1])
    loss = model.loss(phi, *samples.seen(part, model.likelihood))
    assert score.loss == pytest.approx(float(loss))
    if d + bool(samples.classes) == 1:
        assert score.loss_parts is None
    else:
        assert len(score.loss_parts) == d + 1
        assert sum(score.loss_parts) == pytest.approx(score.loss, rel=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_metres_and_kilos_stand_apart_in_the_parts_of_a_loss(reduction, cases):
    """Problem 5.9: of the squared error the weights hold 99.995 %."""
    given, expected = cases["problem-5.9-scales"]["inputs"], cases["problem-5.9-scales"]["outputs"]
    y = list(zip(given["height_m"], given["weight_kg"], strict=True))
    samples = Samples.given("regression", [[0.0]] * len(y), y)
    model = model_of(samples, "squared_error", (), reduction=reduction)
    at_the_means = [{"weights": [[0.0, 0.0]], "biases": np.mean(y, axis=0).tolist()}]
    score = Frames(model, samples).of(model.network.flat(at_the_means)).scores["training"]
    count = 1 if reduction == "sum" else len(y)
    known = [expected["sse_height"] / count, expected["sse_weight"] / count]
    assert score.loss_parts == pytest.approx(known, rel=1e-9)
    assert score.loss_parts[1] / score.loss == pytest.approx(expected["weight_share"], rel=1e-9)


def test_the_grid_runs_along_x_first():
    assert Grid(np.array([1.0, 2.0]), np.array([5.0, 6.0, 7.0])).points.tolist() == [
        [1, 5], [2, 5], [1, 6], [2, 6], [1, 7], [2, 7],
    ]  # fmt: skip


numbers = some.floats(allow_nan=False, allow_infinity=False)


@given(arrays(np.float64, some.integers(1, 50), elements=numbers))
def test_spreads_hold_for_all_finite_numbers(values):
    found = Spread.of(values)
    assert found.counts.sum() == len(values) and len(found.counts) == BINS
    assert (found.low, found.high) == (values.min(), values.max())
    assert found.low == found.high or (found.counts[0] and found.counts[-1])
    assert found.zero == np.mean(values == 0)
    size = np.abs(values).max()
    if 1e-150 < size < 1e150:
        assert found.mean == pytest.approx(values.mean(), rel=1e-9, abs=size * 1e-15)
        assert found.deviation == pytest.approx(values.std(), rel=1e-9, abs=size * 1e-15)
        if found.low < found.high:
            assert found.counts.tolist() == np.histogram(values, BINS)[0].tolist()
    assert np.isfinite([found.mean, found.deviation]).all()


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_has_no_spread_and_no_score(broken):
    assert Spread.of(np.array([1.0, broken])) is None
    model = model_of(HAND, "squared_error", (2,))
    phi = np.full(model.size, 1.0)
    phi[0] = broken
    frame = Frames(model, HAND, Grid(np.array([1.0, 2.0]))).of(phi)
    assert frame.layers[0].weights is None
    assert frame.scores["training"].rmse is None or np.isfinite(frame.scores["training"].rmse)
