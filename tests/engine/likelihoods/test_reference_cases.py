"""Likelihoods against the numbers of the lecture and its book."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from engine.catalog import complete, load_catalog
from engine.program.derivatives import gradient
from engine.program.program import Builder

CATALOG = load_catalog()


@pytest.fixture
def shallow(fixtures):
    """The book's network 1-3-1 on its data: the outputs (D, n) for parameters of a name."""
    data = fixtures["shallow_net_5x"]

    def outputs(parameters):
        p = {name: np.array(value) for name, value in data[parameters].items()}
        h = np.maximum(p["beta_0"] + p["omega_0"] @ np.array(data["x"])[None], 0)
        return p["beta_1"] + p["omega_1"] @ h

    return outputs


def chosen(name, targets=1, classes=0, **values):
    likelihood = CATALOG.likelihoods[name].definition
    return likelihood, likelihood.settings(complete(likelihood, values, ""), targets, classes)


def slopes(likelihood, f, y, h, **learnt):
    builder = Builder()
    outputs = builder.input("f", f.shape)
    inputs = {name: builder.input(name, value.shape) for name, value in learnt.items()}
    losses = likelihood.loss(outputs, builder.input("y", y.shape), h, SimpleNamespace(**inputs))
    parts = gradient(np.sum(losses), [outputs, *inputs.values()])
    found = builder.finish({str(k): part for k, part in enumerate(parts)})(f=f, y=y, **learnt)
    return [found[str(k)] for k in range(len(parts))]


def test_the_normal_density(cases):
    case = cases["normal-pdf"]["inputs"]
    gaussian, h = chosen("gaussian", sigma=case["sigma"])
    loss = gaussian.loss(np.array([[case["mu"]]]), np.array([[case["y"]]]), h, None)
    assert math.exp(-loss[0]) == pytest.approx(cases["normal-pdf"]["outputs"]["pdf"], rel=1e-12)


def test_the_negative_log_likelihood_of_the_book_s_network(cases, fixtures, shallow):
    y = np.array(fixtures["shallow_net_5x"]["y_regression"])[None]
    sigma = cases["gauss-nll"]["inputs"]["sigma"]
    f, n = shallow("params_5_1"), y.shape[1]
    gaussian, h = chosen("gaussian", sigma=sigma)
    expected = cases["gauss-nll"]["outputs"]["nll"]
    assert gaussian.loss(f, y, h, None).sum() == pytest.approx(expected, rel=1e-12)
    squares, none = chosen("squared_error")
    sse = squares.loss(f, y, none, None).sum()
    assert sse / (2 * sigma**2) + n / 2 * math.log(2 * math.pi * sigma**2) == pytest.approx(expected, rel=1e-12)
    learnt, none = chosen("gaussian_learnt")
    told = SimpleNamespace(log_sigma=np.array([[math.log(sigma)]]))
    assert learnt.loss(f, y, none, told).sum() == pytest.approx(expected, rel=1e-12)
    spread, h = chosen("heteroscedastic")
    z = np.full_like(f, 2 * math.log(sigma))
    assert spread.loss(np.concatenate([f, z]), y, h, None).sum() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("variance", ["exp", "square", "softplus"])
def test_variances_of_the_heteroscedastic_network_and_their_slopes(cases, variance):
    inputs, expected = cases["variance-activations"]["inputs"], cases["variance-activations"]["outputs"]
    z = np.array([inputs["z"]])
    likelihood, h = chosen("heteroscedastic", variance=variance, epsilon=inputs["eps"])
    f = np.concatenate([np.zeros_like(z), z])
    found = likelihood.predict(f, h, None).standard_deviation ** 2
    np.testing.assert_allclose(found[0], expected[variance], rtol=1e-12)
    # with y = 1 and mu = 0, dL/dz = (1/(2v) - 1/(2v²)) dv/dz, L14
    v, dv = np.array(expected[variance]), np.array(expected[f"d_{variance}"])
    (slope,) = slopes(likelihood, f, np.ones_like(z), h)
    np.testing.assert_allclose(slope[1], (1 / (2 * v) - 1 / (2 * v**2)) * dv, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(slope[0], -1 / v, rtol=1e-12)


def test_two_classes_of_the_book_s_network(cases, fixtures, shallow):
    y = np.array(fixtures["shallow_net_5x"]["y_binary"], dtype=float)[None]
    f, expected = shallow("params_5_2"), cases["binary-nll"]["outputs"]
    bernoulli, h = chosen("bernoulli", 0, 2)
    assert bernoulli.loss(f, y, h, None).sum() == pytest.approx(expected["nll"], rel=1e-12)
    (slope,) = slopes(bernoulli, f, y, h)
    np.testing.assert_allclose(slope[0], expected["dNLL_dlogit"], rtol=1e-10)
    assert slope.sum() == pytest.approx(expected["dNLL_dbeta1"], rel=1e-12)
    # a softmax of the logits 0 and f says the same
    categorical, h = chosen("categorical", 0, 2)
    both = categorical.loss(np.concatenate([0 * f, f]), np.concatenate([1 - y, y]), h, None)
    assert both.sum() == pytest.approx(expected["nll"], rel=1e-12)


def test_the_categorical_distribution(cases):
    expected = np.array(cases["categorical-pmf"]["outputs"]["prob"])
    categorical, h = chosen("categorical", 0, 3)
    f = np.log(np.array(cases["categorical-pmf"]["inputs"]["lam"]))[:, None]
    np.testing.assert_allclose(categorical.predict(f, h, None).probabilities[:, 0], expected, rtol=1e-12)
    losses = categorical.loss(np.repeat(f, 3, axis=1), np.eye(3), h, None)
    np.testing.assert_allclose(np.exp(-losses), expected, rtol=1e-12)


def test_softmax_of_large_logits(cases):
    inputs, expected = cases["softmax-stability"]["inputs"], cases["softmax-stability"]["outputs"]
    categorical, h = chosen("categorical", 0, 3)
    f, y = np.array(inputs["z"])[:, None], np.eye(3)[:, inputs["y"]][:, None]
    np.testing.assert_allclose(categorical.predict(f, h, None).probabilities[:, 0], expected["softmax"], rtol=1e-12)
    assert categorical.loss(f, y, h, None)[0] == pytest.approx(expected["loss"], rel=1e-12)
    (slope,) = slopes(categorical, f, y, h)
    np.testing.assert_allclose(slope, np.array(expected["softmax"])[:, None] - y, rtol=1e-12)


def test_a_learnt_deviation_for_each_output_makes_metres_and_kilos_count_alike(cases):
    """Problem 5.9: the weight holds all of the squared error; with σ_d fitted each quadratic part is n/2."""
    inputs, expected = cases["problem-5.9-scales"]["inputs"], cases["problem-5.9-scales"]["outputs"]
    y = np.array([inputs["height_m"], inputs["weight_kg"]])
    f, n = np.repeat(y.mean(axis=1, keepdims=True), y.shape[1], axis=1), y.shape[1]
    squares, none = chosen("squared_error")
    parts = [squares.loss(f[d : d + 1], y[d : d + 1], none, None).sum() for d in range(2)]
    assert parts == pytest.approx([expected["sse_height"], expected["sse_weight"]], rel=1e-12)
    assert parts[1] / sum(parts) == pytest.approx(expected["weight_share"], rel=1e-12)
    learnt, none = chosen("gaussian_learnt", 2)
    sigma = np.array([[expected["sigma_hat_height"]], [expected["sigma_hat_weight"]]])
    of_outputs, of_sigma = slopes(learnt, f, y, none, log_sigma=np.log(sigma))
    np.testing.assert_allclose(of_sigma, 0, atol=1e-12)  # the fitted deviations are the minimum
    np.testing.assert_allclose(of_outputs.sum(axis=1), 0, atol=1e-10)
    total = learnt.loss(f, y, none, SimpleNamespace(log_sigma=np.log(sigma))).sum()
    quadratic = total - n * (np.log(sigma) + math.log(2 * math.pi) / 2).sum()
    assert quadratic == pytest.approx(sum(expected["nll_per_dim_after_fitting_sigma_quadratic_term"]), rel=1e-12)


def test_real_numbers_and_a_class_add_up():
    """L20: the loss of both is the sum of the losses."""
    combined, h = chosen("combined", 2, 3, sigma=0.7)
    rng = np.random.default_rng(1)
    f, real, one_hot = rng.normal(size=(5, 4)), rng.normal(size=(2, 4)), np.eye(3)[:, [0, 2, 1, 2]]
    expected = [
        sum((real[d, k] - f[d, k]) ** 2 / (2 * 0.49) + math.log(2 * math.pi * 0.49) / 2 for d in range(2))
        - math.log(np.exp(f[2:, k]) @ one_hot[:, k] / np.exp(f[2:, k]).sum())
        for k in range(4)
    ]
    y = np.concatenate([real, one_hot])
    np.testing.assert_allclose(combined.loss(f, y, h, None), expected, rtol=1e-12)
    first, second, of_class = combined.parts(f, y, h, None)
    for part, d in ((first, 0), (second, 1)):
        normal = (real[d] - f[d]) ** 2 / (2 * 0.49) + math.log(2 * math.pi * 0.49) / 2
        np.testing.assert_allclose(part, normal, rtol=1e-12)
    np.testing.assert_allclose(first + second + of_class, expected, rtol=1e-12)
