"""Networks beside the reference: the lecture's scalar chain, derivative by derivative; fifty layers, both ways."""

import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.machine.loop import run_once
from engine.machine.lowering import lower
from engine.networks.model import Model
from engine.networks.network import Network
from engine.program.derivatives import gradient
from engine.program.program import Builder

CATALOG = load_catalog()


def activation(name):
    return CATALOG.activations[name].definition.function


@pytest.mark.parametrize("name", ["scalar-arch-tanh-tanh", "scalar-arch-identity-identity"])
def test_every_number_of_the_scalar_chain_and_every_derivative_is_the_lectures(cases, name):
    """L40 to L42: h1 = σ1(w1 x), h2 = σ2(w2 h1), y = w3 h2, L = (y − t)²; forward, then back."""
    case = cases[name]
    given, expected, tolerance = case["inputs"], case["outputs"], case["tolerance"]
    builder = Builder()
    w1, w2, w3, x, t = (builder.input(key) for key in ("w1", "w2", "w3", "x", "t"))
    a1 = w1 * x
    h1 = activation(given["s1"])(a1)
    a2 = w2 * h1
    h2 = activation(given["s2"])(a2)
    y = w3 * h2
    loss = (y - t) ** 2
    values = {"a1": a1, "h1": h1, "a2": a2, "h2": h2, "y": y, "L": loss}
    asked = {"dL_dy": y, "dL_dw3": w3, "dL_dh2": h2, "dL_dw2": w2, "dL_dh1": h1, "dL_dw1": w1}
    values |= {key: gradient(loss, [value])[0] for key, value in asked.items()}
    assert set(values) == set(expected)
    program = builder.finish(values)
    numbers = dict(zip(("w1", "w2", "w3"), given["w"], strict=True)) | {"x": given["x"], "t": given["t"]}
    inputs = {key: np.array(value) for key, value in numbers.items()}
    by_arrays = {key: float(value) for key, value in program(**inputs).items()}
    by_machine = run_once(lower(program, set(inputs)), {key: np.array([value]) for key, value in numbers.items()})
    for found in (by_arrays, {key: float(value[0]) for key, value in by_machine.items()}):
        assert found == pytest.approx(expected, rel=tolerance["rel"], abs=tolerance["abs"])


def deep(case, seed):
    """A model with as many hidden layers and units as the case, drawn with its variance, for one input and one output."""
    given = case["inputs"]
    network = Network((1, *[given["D"]] * given["K"], 1), activation("relu"))
    likelihood = CATALOG.likelihoods["squared_error"].definition
    model = Model(network, likelihood, likelihood.settings({}, 1, 0), 1, "sum")
    normal = CATALOG.initializers["normal"].definition
    return model, network.drawn(normal, normal.defaults | {"variance": given["sigma2"]}, seed)


def slopes_of_layers(model, phi, x):
    """The standard deviation of dL/df in each layer, f its pre-activations, for the loss of targets that are all 0."""
    builder = Builder()
    numbers = builder.input("phi", phi.shape)
    before, _ = model.network.through(numbers, builder.input("x", x.shape))
    loss = np.sum(before[-1] ** 2)
    slopes = {str(k): gradient(loss, [f])[0] for k, f in enumerate(before, 1)}
    found = run_once(lower(builder.finish(slopes), {"phi", "x"}), {"phi": phi, "x": x.ravel()})
    return [found[str(k)].std() for k in range(1, len(before) + 1)]


@pytest.mark.parametrize("seed", range(3))
def test_fifty_layers_of_eighty_units_grow_as_the_book_and_the_theory_say(cases, seed):
    """UDL notebook 7.3 with σ² = 0.1: per layer the signal grows by √(D σ²/2) = 2; of another generator of random
    numbers the reference's 30 draws tell the mean and the spread."""
    case = cases["init-7_3-K50-D80-s0.1"]
    given, expected = case["inputs"], case["outputs"]
    model, phi = deep(case, seed)
    x = np.random.default_rng(seed).normal(size=(1, given["n_data"]))
    _, after = model.forward(phi, x)
    sizes = [float(np.sqrt(np.mean(h**2))) for h in after[:-1]]
    ensemble = expected["ensemble30_log10_rms_ratio_per_layer"]
    growth = np.log10(sizes[-1] / sizes[0]) / (given["K"] - 1)
    assert abs(growth - ensemble["mean"]) <= 4 * ensemble["sd"]
    theory = expected["theory_log10_rms_ratio_per_layer"]
    assert theory == pytest.approx(np.log10(np.sqrt(given["D"] * given["sigma2"] / 2)), rel=1e-12)
    assert abs(growth - theory) <= 4 * ensemble["sd"]
    told = dict(zip((1, 10, 20, 30, 40, 50), expected["std_hidden_at_layers_1_10_20_30_40_50"], strict=True))
    for layer, deviation in told.items():
        away = 4 * ensemble["sd"] * np.sqrt(max(layer - 1, 1)) * np.sqrt(given["K"])
        assert abs(np.log10(after[layer - 1].std() / deviation)) <= away, layer


@pytest.mark.parametrize("seed", range(2))
def test_slopes_grow_on_their_way_back_through_fifty_layers_as_they_do_in_the_book(cases, seed):
    case = cases["init-7_3-K50-D80-s0.1"]
    model, phi = deep(case, seed)
    x = np.random.default_rng(seed).normal(size=(1, 200))
    found = slopes_of_layers(model, phi, x)
    first, middle, last = case["outputs"]["std_dl_df_at_layers_1_25_49"]
    sd = case["outputs"]["ensemble30_log10_rms_ratio_per_layer"]["sd"]
    for low, high, expected in ((1, 49, first / last), (1, 25, first / middle), (25, 49, middle / last)):
        # two draws differ, so their spread does by √2; over fewer layers it is wider by the root of how many fewer
        spread = 4 * sd * np.sqrt(2 * 49 / (high - low))
        growth = np.log10(found[low - 1] / found[high - 1]) / (high - low)
        assert abs(growth - np.log10(expected) / (high - low)) <= spread
