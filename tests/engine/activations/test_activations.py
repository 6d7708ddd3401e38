"""The contract of an activation, for every one in the catalogue, and each against mpmath."""

import mpmath
import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.program.derivatives import gradient
from engine.program.program import Builder

ACTIVATIONS = load_catalog().activations
EVERY = pytest.mark.parametrize("name", ACTIVATIONS)
Z = np.array([-40.0, -3.0, -1.0, -0.3, -1e-3, 0.2, 0.5, 2.0, 7.0, 40.0])
EXACT = {
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mpmath.mpf(0.1) * z,
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "sin": mpmath.sin,
    "identity": lambda z: z,
}


def value(name, z):
    activation = ACTIVATIONS[name].definition
    return activation.function(z, **activation.defaults)


def traced(name, size):
    builder = Builder()
    z = builder.input("z", (size,))
    y = value(name, z)
    (slope,) = gradient(np.sum(y), [z])
    return builder.finish({"y": y, "slope": slope})


def test_every_activation_is_compared():
    assert set(EXACT) == set(ACTIVATIONS)


@EVERY
def test_values_and_derivatives_are_those_of_the_formula(name):
    with mpmath.workdps(40):
        expected = [float(EXACT[name](mpmath.mpf(z))) for z in Z]
        slopes = [float(mpmath.diff(EXACT[name], mpmath.mpf(z), h=mpmath.mpf("1e-12"))) for z in Z]
    found = traced(name, len(Z))(z=Z)
    np.testing.assert_allclose(value(name, Z), expected, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(np.broadcast_to(found["slope"], Z.shape), slopes, rtol=1e-10, atol=1e-15)


@EVERY
def test_numbers_arrays_and_programs_agree(name):
    one_by_one = [float(value(name, float(z))) for z in Z]
    assert value(name, Z.reshape(2, 5)).ravel().tolist() == one_by_one
    np.testing.assert_allclose(traced(name, len(Z))(z=Z)["y"], one_by_one, rtol=1e-15)


@EVERY
def test_the_largest_numbers_overflow_nowhere(name):
    assert np.isfinite(value(name, np.array([-1e300, 1e300]))).all()


def test_a_leaky_relu_passes_its_slope_on_below_zero():
    function = ACTIVATIONS["leaky_relu"].definition.function
    assert function(np.array([-2.0, 0.0, 2.0]), slope=0.25).tolist() == [-0.5, 0.0, 2.0]
    assert traced("leaky_relu", 3)(z=np.array([-2.0, 0.0, 2.0]))["slope"].tolist() == [0.1, 0.1, 1.0]
    assert traced("relu", 3)(z=np.array([-2.0, 0.0, 2.0]))["slope"].tolist() == [0.0, 0.0, 1.0]
