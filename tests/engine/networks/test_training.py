"""Training beside the lecture's notebook, and what must not matter to it."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.batches import DrawnBatches, GivenBatches
from engine.catalog import load_catalog
from engine.data.samples import Samples
from engine.networks.history import train
from engine.networks.model import Model
from engine.networks.network import Network
from engine.networks.training import Change, Task, Training
from engine.rule import Rule

FIXTURES = json.loads((Path(__file__).parents[2] / "reference" / "cases.json").read_text())["fixtures"]
CATALOG = load_catalog()


def model_of(widths, activation="tanh", likelihood="squared_error", reduction="sum", targets=1, classes=0):
    chosen = CATALOG.likelihoods[likelihood].definition
    known = CATALOG.activations[activation].definition
    network = Network(widths, known.function, dict(known.defaults))
    settings = chosen.settings(chosen.defaults, targets, classes)
    rows = chosen.rows(targets, classes)
    return Model(network, chosen, settings, rows, reduction)


def rule_of(name, **values):
    return Rule.of(CATALOG.optimizers[name], values)


def columns(*names):
    data = FIXTURES["nanograd_1d_data"]
    return [np.array(data[name], dtype=float).reshape(1, -1) for name in names]


def test_the_lectures_notebook_trains_as_it_did():
    """1-8-1, ReLU, sum of squares, 200 epochs of gradient descent; the losses that the notebook printed."""
    model = model_of((1, 8, 1), "relu")
    layers = FIXTURES["nanograd_1_8_1_init"]["layers"]
    phi = model.network.flat([{"weights": layer["W"], "biases": layer["b"]} for layer in layers])
    x, y, held_x, held_y = columns("x_train", "y_train", "x_validation", "y_validation")
    task = Task(model, x, y, (held_x, held_y))
    history = train(Training(task, rule_of("gd", learning_rate=2e-3), phi), 200)
    losses, held = history.piece.loss, history.piece.validation_loss
    assert losses[0] == pytest.approx(106.898, abs=1e-3)
    assert losses[199] == pytest.approx(11.893, abs=1e-3)  # before the last step
    assert held[1] == pytest.approx(107.548, abs=1e-3)  # after the first
    assert held[200] == pytest.approx(8.968, abs=1e-3)


@pytest.fixture
def moons():
    random = np.random.default_rng(3)
    x = random.normal(size=(2, 50))
    return Task(model_of((2, 8, 1), likelihood="bernoulli", reduction="mean", targets=0, classes=2), x, x[:1] > 0)


def begin(task, seed=0):
    return np.random.default_rng(seed).normal(size=task.model.size) * 0.5


def task_of(task):
    return Task(task.model, task.x, task.y.astype(float), (task.x[:, :7], task.y[:, :7].astype(float)))


@pytest.mark.parametrize("name", [name for name in CATALOG.optimizers if name != "newton"])
def test_every_optimizer_trains_on_batches_with_a_short_last_one(moons, name):
    task = task_of(moons)
    history = train(Training(task, rule_of(name), begin(task), DrawnBatches(50, 8, "epochs", 0)), 60)
    assert len(history.piece.loss) == 61
    assert np.isfinite(history.piece.loss).all()
    assert history.piece.loss[-1] < history.piece.loss[0]
    assert history.piece.epoch[7] == 1.0


def by_hand(task, phi, batches, steps, rate):
    """SGD with gradients from finite differences of the NumPy text of the loss."""
    for t in range(steps):
        indices, sizes = batches.drawn(t, 1)
        chosen = indices[0, : sizes[0]]
        x, y = task.x[:, chosen], task.y[:, chosen]
        gradient = np.empty(len(phi))
        for k in range(len(phi)):
            h = np.zeros(len(phi))
            h[k] = 1e-6
            gradient[k] = (task.model.loss(phi + h, x, y) - task.model.loss(phi - h, x, y)) / 2e-6
        phi = phi - rate * gradient
    return phi


def test_sgd_is_what_it_is_by_hand(moons):
    task = task_of(moons)
    batches = DrawnBatches(50, 8, "epochs", 1)
    running = Training(task, rule_of("sgd", learning_rate=0.2), begin(task), batches)
    running.advance(9)
    np.testing.assert_allclose(running.phi, by_hand(task, begin(task), batches, 9, 0.2), rtol=1e-7, atol=1e-8)


def test_how_a_run_is_cut_into_pieces_changes_no_bit(moons):
    task, phi = task_of(moons), begin(moons)
    whole = Training(task, rule_of("adam"), phi, DrawnBatches(50, 8, "epochs", 1))
    pieces = Training(task, rule_of("adam"), phi, DrawnBatches(50, 8, "epochs", 1))
    losses = whole.advance(70).loss
    parts = [pieces.advance(n, recorded=n != 9).loss for n in (1, 9, 30, 30)]
    assert np.concatenate(parts).tobytes() == losses.tobytes()
    assert whole.phi.tobytes() == pieces.phi.tobytes()


def stopping_alike(task, phi, name, rate):
    seen, unseen = (Training(task, rule_of(name, learning_rate=rate), phi) for _ in range(2))
    taken = seen.advance(300).loss, unseen.advance(300, recorded=False).loss
    assert taken[0].tobytes() == taken[1].tobytes()
    assert seen.stopped_at == unseen.stopped_at
    assert seen.broken.tobytes() == unseen.broken.tobytes()
    return seen


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("rate", [10.0, 1000.0])
@pytest.mark.parametrize("name", ["gd", "momentum"])
def test_a_run_stops_at_the_same_step_whether_it_is_recorded_or_not(activation, rate, name):
    task = Task(model_of((1, 5, 1), activation), *columns("x_train", "y_train"))
    stopping_alike(task, begin(task), name, rate)


def test_a_run_stops_where_phi_is_not_finite_though_its_loss_is():
    """The bias of the only ReLU unit becomes −∞ and the unit 0 everywhere: the loss is that of the constant output."""
    task = Task(model_of((1, 1, 1), "relu"), np.array([[0.0, -1.0]]), np.array([[2.0**17 - 1, 1.0]]))
    stopped = stopping_alike(task, np.array([1.0, 2.0**-998, 2.0**1015, 0.0]), "gd", 1000.0)
    assert stopped.stopped_at == 1


def test_a_change_on_the_way_keeps_the_state_and_equals_the_change_known_beforehand(moons):
    task, phi = task_of(moons), begin(moons)
    later = rule_of("adam", learning_rate=0.005)
    batches = DrawnBatches(50, 8, "epochs", 1)
    known = Training(task, rule_of("adam"), phi, batches, [Change(20, later, batches)])
    first = known.advance(60)
    plain = Training(task, rule_of("adam"), phi, batches).advance(60)
    assert first.loss[:21].tobytes() == plain.loss[:21].tobytes()
    assert first.loss[21] != plain.loss[21]
    assert first.learning_rate[19:21].tolist() == [0.05, 0.005]
    live = Training(task, rule_of("adam"), phi, batches)
    live.advance(20)
    live.changes = [Change(20, later, batches)]
    assert live.advance(40).loss.tobytes() == first.loss[20:].tobytes()
    step = np.abs(first.phi[21] - first.phi[20]).max()
    assert 0 < step < 0.02  # not the first step of a new Adam, in which each coordinate moves by η


def test_other_batches_from_a_step_on_begin_with_an_epoch(moons):
    task, phi = task_of(moons), begin(moons)
    small, large = DrawnBatches(50, 5, "epochs", 1), DrawnBatches(50, 25, "epochs", 1)
    rule = rule_of("sgd")
    taken = Training(task, rule, phi, small, [Change(10, rule, large)]).advance(14)
    assert (np.diff(taken.seen) == [5] * 10 + [25] * 3).all()


def test_given_batches_are_used_as_given(moons):
    task, phi = task_of(moons), begin(moons)
    drawn = DrawnBatches(50, 8, "fresh", 4)
    given = GivenBatches(50, tuple(map(tuple, drawn.drawn(0, 30)[0].tolist())))
    runs = [Training(task, rule_of("momentum"), phi, b).advance(30).loss for b in (drawn, given)]
    assert runs[0].tobytes() == runs[1].tobytes()


def test_an_exploding_run_ends_as_diverged_with_its_step_and_layer():
    x, y = columns("x_train", "y_train")
    model = model_of((1, 8, 8, 1), "relu")
    phi = begin(Task(model, x, y))
    history = train(Training(Task(model, x, y), rule_of("gd", learning_rate=5.0), phi), 100)
    assert history.watch.verdict.status == "diverged"
    assert history.watch.verdict.diverged_at == len(history.piece.loss) <= 100
    assert "layer" in history.watch.verdict.reason
    assert np.isfinite(history.piece.loss).all()


def test_equal_weights_stay_equal():
    """Zero (or any constant) initialisation fails by symmetry: all hidden units learn the same."""
    x, y = columns("x_train", "y_train")
    model = model_of((1, 4, 1))
    for name in ("zeros", "constant"):
        chosen = CATALOG.initializers[name].definition
        phi = model.network.drawn(chosen, chosen.defaults, 0)
        running = Training(Task(model, x, y), rule_of("gd", learning_rate=1e-4), phi)
        running.advance(50)
        first, second = model.network.parameters(running.phi)
        for row in (first["weights"][0], first["biases"], [w[0] for w in second["weights"]]):
            assert len(set(row)) == 1


def learnt(dataset, n, likelihood, hidden, rate, steps, batch):
    """A standardised dataset of the catalogue, learnt by a tanh network and Adam."""
    definition, chosen = CATALOG.datasets[dataset].definition, CATALOG.likelihoods[likelihood].definition
    samples = Samples.drawn(definition, n, definition.defaults, 0, standardize=True)
    widths = (samples.inputs, *hidden, chosen.outputs(samples.targets, samples.classes))
    rows = chosen.rows(samples.targets, samples.classes)
    h = chosen.settings(chosen.defaults, samples.targets, samples.classes)
    model = Model(Network(widths, CATALOG.activations["tanh"].definition.function), chosen, h, rows)
    he = CATALOG.initializers["he"].definition
    task = Task(model, *samples.seen(samples.training, chosen))
    batches = DrawnBatches(task.samples, batch, "epochs", 0)
    phi = model.begin(model.network.drawn(he, he.defaults, 0))
    running = Training(task, rule_of("adam", learning_rate=rate), phi, batches)
    running.advance(steps, recorded=False)
    return samples, model, running.phi


def test_two_spirals_are_told_apart():
    samples, model, phi = learnt("two_spirals", 400, "bernoulli", (16, 16), 0.02, 5000, 50)
    logits = model.network(phi, samples.x_of(samples.test.x))[0]
    assert np.mean((logits > 0) == (samples.test.y[:, 0] == 1)) >= 0.99


def test_noise_that_grows_with_x_is_recovered_within_15_percent():
    samples, model, phi = learnt("heteroscedastic", 1000, "heteroscedastic", (16,), 0.005, 1500, 100)
    definition = CATALOG.datasets["heteroscedastic"].definition
    x = np.linspace(samples.training.x.min(), samples.training.x.max(), 200)[:, None]
    found = model.likelihood.predict(model.network(phi, samples.x_of(x)), model.settings, model.learnt_of(phi))
    sigma = samples.restored(found).standard_deviation[0]
    assert np.mean(np.abs(sigma / definition.standard_deviation(x, **definition.defaults)[:, 0] - 1)) < 0.15
