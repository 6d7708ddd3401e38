"""Networks beside the book's and the notebook's numbers, and their gradients beside finite differences."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.errors import OutOfRange
from engine.machine.loop import run_once
from engine.networks.model import SHARED, Model
from engine.networks.network import Network

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "cases.json").read_text())
CASES = {case["id"]: case for case in REFERENCE["cases"]}
CATALOG = load_catalog()


def activation(name):
    return CATALOG.activations[name].definition.function


def test_a_forward_pass_has_the_books_numbers():
    net, case = REFERENCE["fixtures"]["mlp_7_2"], CASES["mlp-7_2-forward"]
    weights = [np.array(w, dtype=float) for w in net["weights"]]
    widths = (weights[0].shape[1], *(w.shape[0] for w in weights))
    network = Network(widths, activation("relu"))
    layers = zip(weights, net["biases"], strict=True)
    phi = network.flat([{"weights": w.T.tolist(), "biases": np.ravel(b).tolist()} for w, b in layers])
    before, after = network.through(phi, np.array([[case["inputs"]["x"]]]))
    for found, expected in zip(before, case["outputs"]["preactivations"], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9)
    for found, expected in zip(after, case["outputs"]["activations"][1:], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    likelihood = CATALOG.likelihoods["squared_error"].definition
    model = Model(network, likelihood, likelihood.settings({}, 1, 0), 1, "sum")
    x, y = (np.array([[case["inputs"][name]]]) for name in "xy")
    assert model.gradient(phi, x, y)[0] == pytest.approx(case["outputs"]["loss"], rel=1e-9)


def test_the_notebooks_unit_test_of_the_forward_pass():
    case = CASES["nano-forward-unit-test"]
    network = Network((2, 3, 1), activation("identity"))
    ones = [{"weights": np.ones(shape).tolist(), "biases": [0.0] * shape[1]} for shape in ((2, 3), (3, 1))]
    found = network(network.flat(ones), np.array(case["inputs"]["x"])[:, None])
    assert found.tolist() == [[case["outputs"]["out"]]]


def test_parameters_go_out_and_come_back():
    network = Network((3, 4, 2), activation("tanh"))
    phi = np.random.default_rng(0).normal(size=network.size)
    assert network.flat(network.parameters(phi)).tobytes() == phi.tobytes()
    with pytest.raises(OutOfRange, match="weights of layer 1 are 1 by 1 numbers; 3 by 4 are needed"):
        network.flat([{"weights": [[1.0]], "biases": [1.0]}] * 2)
    with pytest.raises(OutOfRange, match="row 1 has 2 numbers, and row 0 has 1"):
        network.flat([{"weights": [[1.0], [1.0, 2.0]], "biases": [1.0]}] * 2)


def targets_of(likelihood, random, n):
    """Real targets, classes, and y (rows, n) that fit a likelihood."""
    targets = 0 if likelihood.kind == "classification" else 2
    classes = 0 if likelihood.kind == "regression" else 2 if likelihood.binary else 3
    real = random.normal(size=(targets, n))
    number = random.integers(0, max(classes, 1), n)
    hot = number[None].astype(float) if likelihood.binary else np.eye(max(classes, 1))[number].T
    return targets, classes, np.concatenate([real, hot] if classes else [real])


@pytest.mark.parametrize("hidden", [(), (4,), (3, 5, 2, 3)], ids=str)
@pytest.mark.parametrize("name", CATALOG.likelihoods)
@pytest.mark.parametrize("activated", CATALOG.activations)
def test_gradients_of_all_layers_agree_with_finite_differences(activated, name, hidden):
    chosen, likelihood = CATALOG.activations[activated].definition, CATALOG.likelihoods[name].definition
    random, n = np.random.default_rng(5), 6
    targets, classes, y = targets_of(likelihood, random, n)
    network = Network((2, *hidden, likelihood.outputs(targets, classes)), chosen.function, dict(chosen.defaults))
    h = likelihood.settings(likelihood.defaults, targets, classes)
    model = Model(network, likelihood, h, likelihood.rows(targets, classes))
    phi, x = model.begin(random.normal(size=network.size) * 0.7), random.normal(size=(2, n))
    loss, gradient = model.gradient(phi, x, y)
    assert loss == pytest.approx(float(model.loss(phi, x, y)), rel=1e-12)
    for k in random.permutation(model.size)[:12]:
        step = np.zeros(model.size)
        step[k] = 1e-5
        slope = (model.loss(phi + step, x, y) - model.loss(phi - step, x, y)) / 2e-5
        assert gradient[k] == pytest.approx(float(slope), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", CATALOG.initializers)
def test_drawn_weights_have_the_variance_that_is_claimed(name):
    initializer = CATALOG.initializers[name].definition
    network = Network((40, 60, 50), activation("relu"))
    phi = network.drawn(initializer, initializer.defaults, 3)
    assert phi.tobytes() == network.drawn(initializer, initializer.defaults, 3).tobytes()
    for layer, (inputs, outputs) in zip(network.parameters(phi), ((40, 60), (60, 50)), strict=True):
        claimed = initializer.variance(inputs, outputs, **initializer.defaults)
        assert np.var(layer["weights"]) == pytest.approx(claimed, rel=0.1, abs=1e-15)
        assert set(layer["biases"]) == {initializer.start_of_biases(initializer.defaults)}


def model_with(slope, sigma, reduction="mean"):
    activation, likelihood = CATALOG.activations["leaky_relu"].definition, CATALOG.likelihoods["gaussian"].definition
    h = likelihood.settings({"sigma": sigma}, 1, 0)
    return Model(Network((2, 3, 1), activation.function, {"slope": slope}), likelihood, h, 1, reduction)


def test_models_of_one_form_share_their_programs_and_others_do_not():
    mine, same = model_with(0.1, 1.0), model_with(0.1, 1.0)
    assert mine.losses(10) is same.losses(10)
    assert mine.forward is same.forward
    others = [model_with(0.2, 1.0), model_with(0.1, 2.0), model_with(0.1, 1.0, "sum")]
    assert all(mine.losses(10) is not other.losses(10) for other in others)
    assert len({id(mine.losses(10, *form)) for form in [(), (4,), (4, False), (5,)]}) == 4
    random = np.random.default_rng(0)
    phi, x, y = (random.normal(size=shape) for shape in [(mine.size,), (2, 10), (1, 10)])
    for model in (mine, *others):
        anew = model.traced(10, None, True).code("loss", "gradient")
        loss, gradient = model.gradient(phi, x, y)
        found = run_once(anew, {"phi": phi, "x": x.ravel(), "y": y.ravel()})
        assert (found["loss"][0], found["gradient"].tobytes()) == (loss, gradient.tobytes())


def test_threads_that_share_programs_find_the_same():
    model, random = model_with(0.3, 1.5), np.random.default_rng(0)
    x, y, phis = random.normal(size=(2, 30)), random.normal(size=(1, 30)), random.normal(size=(64, model.size))

    def found(phi):
        return model.gradient(phi, x, y)[1].tobytes() + model.forward(phi, x).outputs.tobytes()

    expected = list(map(found, phis))
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(found, phis)) == expected


def test_programs_of_many_samples_are_not_kept_for_others():
    many = SHARED // 6 + 1
    assert model_with(0.1, 1.0).losses(many) is not model_with(0.1, 1.0).losses(many)
