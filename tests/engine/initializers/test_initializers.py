"""The contract of an initialiser: its weights have the variance that it claims, for every one in the catalogue."""

import math

import numpy as np
import pytest

from engine.catalog import Choice, complete, load_catalog
from engine.randomness import WEIGHTS, Stream

INITIALIZERS = load_catalog().initializers
SHAPES = ((1, 1), (2, 8), (80, 50), (300, 200))


def forms():
    for name, entry in INITIALIZERS.items():
        choices = [p for p in entry.definition.parameters if isinstance(p, Choice)]
        for values in [{}, *({p.name: option} for p in choices for option in p.options)]:
            yield pytest.param(name, values, id="-".join([name, *values.values()]))


FORMS = pytest.mark.parametrize(("name", "values"), list(forms()))


def claimed(name, fan_in, fan_out, **values):
    initializer = INITIALIZERS[name].definition
    return initializer.variance(fan_in, fan_out, **complete(initializer, values, ""))


@FORMS
@pytest.mark.parametrize(("fan_in", "fan_out"), SHAPES)
def test_weights_have_the_variance_that_is_claimed(name, values, fan_in, fan_out):
    initializer = INITIALIZERS[name].definition
    normal = Stream(WEIGHTS, 3).normal(fan_in * fan_out).reshape(fan_in, fan_out)
    normal.setflags(write=False)
    weights = initializer.weights(normal, fan_in, fan_out, **complete(initializer, values, ""))
    assert weights.shape == (fan_in, fan_out)
    variance = claimed(name, fan_in, fan_out, **values)
    assert weights.var() == pytest.approx(variance * normal.var(), rel=1e-12, abs=1e-30)
    if variance:
        assert abs(weights.mean()) < 5 * math.sqrt(variance / normal.size)


def test_the_formulas_are_those_of_the_lecture_and_the_book(cases):
    case = cases["he-init-formulas"]
    size, expected = (case["inputs"]["D_in"], case["inputs"]["D_out"]), case["outputs"]
    found = {
        "he_forward_var": claimed("he", *size),
        "he_backward_var": claimed("he", *size, fan="out"),
        "he_compromise_var": claimed("he", *size, fan="both"),
        "glorot_tanh_var": claimed("glorot", *size),
        "glorot_relu_var": claimed("he", *size, fan="both"),
        "he_tanh_var": claimed("lecun", *size),
        "he_relu_std": math.sqrt(claimed("he", *size)),
    }
    assert found == pytest.approx(expected, rel=1e-12)


def test_biases_begin_at_zero_unless_a_parameter_says_otherwise():
    for name, entry in INITIALIZERS.items():
        values = entry.definition.defaults
        assert entry.definition.start_of_biases(values) == 0
        assert (entry.definition.bias is not None) == (name == "constant")
    constant = INITIALIZERS["constant"].definition
    values = complete(constant, {"value": 2, "bias": -0.5}, "")
    assert constant.start_of_biases(values) == -0.5
    assert constant.weights(np.zeros((2, 3)), 2, 3, **values).tolist() == [[2, 2, 2], [2, 2, 2]]


def test_he_keeps_the_mean_square_through_layers_of_relu_and_lecun_through_none():
    """L44: with 2/D the size of the signal stays, with 1/D it halves at each layer of ReLU."""
    width, depth, count = 200, 10, 400
    for name, activation, factor in (("he", True, 1.0), ("lecun", True, 0.5), ("lecun", False, 1.0)):
        initializer, stream = INITIALIZERS[name].definition, Stream(WEIGHTS, 0)
        h = stream.normal(width * count).reshape(width, count)
        begun = np.mean(h**2)
        for _ in range(depth):
            normal = stream.normal(width * width).reshape(width, width)
            f = initializer.weights(normal, width, width, **initializer.defaults).T @ h
            h = np.maximum(f, 0) if activation else f
        # behind ReLU half of E[f²] is left, which the next layer's weights make up for
        assert (np.mean(f**2) / begun) ** (1 / depth) == pytest.approx(
            factor * (2 if activation else 1) ** (1 / depth), rel=0.1
        )
