"""Trainings as scripts for PyTorch: `make bench` runs them; here, that they are scripts, and what they say."""

import ast
from dataclasses import replace

import numpy as np
import pytest

from engine.batches import DrawnBatches, GivenBatches
from engine.catalog import load_catalog
from engine.errors import OutOfRange
from engine.networks.history import train
from engine.networks.training import Change, Task, Training
from engine.rule import Rule
from engine.rule_text.custom import custom_optimizer
from engine.schedule import ChosenSchedule
from engine.scripts.network import model_text, torch_module
from engine.scripts.training import DRAWN, training_snippet
from tests.engine.networks.test_training import model_of, rule_of

CATALOG = load_catalog()
RANDOM = np.random.default_rng(0)
SAMPLES = 12


def task_of(likelihood="squared_error", activation="tanh", targets=1, classes=0):
    chosen = CATALOG.likelihoods[likelihood].definition
    model = model_of((2, 3, chosen.outputs(targets, classes)), activation, likelihood, "mean", targets, classes)
    y = RANDOM.normal(size=(targets, SAMPLES))
    if classes:
        numbers = RANDOM.integers(0, classes, SAMPLES)
        one_hot = (np.arange(classes)[:, None] == numbers).astype(float)
        y = np.concatenate([y, numbers[None].astype(float) if chosen.binary else one_hot])
    return Task(model, RANDOM.normal(size=(2, SAMPLES)), y)


def script_of(task, *rules, batches=None, changes=(), steps=6, module="nn.Tanh()"):
    phi = RANDOM.normal(size=task.model.size)
    trainings = [Training(task, rule, phi, batches, list(changes)) for rule in rules]
    script = training_snippet(task, module, trainings, steps, [{0: 1.5}] * len(rules))
    ast.parse(script)
    return script


@pytest.mark.parametrize("entry", CATALOG.activations.values(), ids=lambda entry: entry.name)
def test_every_activation_has_a_module(entry):
    module = torch_module(entry.definition, dict(entry.definition.defaults))
    script = script_of(task_of(activation=entry.name), rule_of("gd"), module=module)
    assert f"            {module},\n            nn.Linear(3, 1)," in script
    assert ("class Elementwise" in script) == ("Elementwise" in module)


KINDS = {"classification": (0, 2), "regression": (2, 0), "combined": (2, 3)}


@pytest.mark.parametrize("entry", CATALOG.likelihoods.values(), ids=lambda entry: entry.name)
def test_every_likelihood_has_a_loss(entry):
    task = task_of(entry.name, "tanh", *KINDS[entry.definition.kind])
    script = script_of(task, rule_of("gd"))
    for name in task.model.learnt:
        assert f"self.{name} = nn.Parameter(torch.zeros(2))" in script
        assert f'"{name}": torch.tensor(' in script


def test_what_has_no_counterpart_is_refused():
    activation = replace(CATALOG.activations["tanh"].definition, torch="")
    with pytest.raises(OutOfRange, match="no counterpart in PyTorch"):
        torch_module(activation, {})
    model = task_of().model
    with pytest.raises(OutOfRange, match="no counterpart in PyTorch"):
        model_text(replace(model, likelihood=replace(model.likelihood, torch=None)), "nn.Tanh()")


def test_a_class_is_written_as_its_number():
    script = script_of(task_of("categorical", targets=0, classes=3), rule_of("gd"))
    names: dict = {}
    exec(
        script[script.index("Y = ") : script.index("])\n", script.index("Y = "))].replace("torch.tensor(", "") + "]",
        names,
    )
    assert {len(row) for row in names["Y"]} == {1}
    assert {value for (value,) in names["Y"]} <= {0.0, 1.0, 2.0}


def test_torch_optim_is_called_where_it_has_the_rule():
    outside = rule_of("adam", epsilon_inside_root=False, learning_rate=0.25)
    script = script_of(task_of(), outside, rule_of("adam"), rule_of("momentum", learning_rate=0.5, beta=0.75))
    assert "torch.optim.Adam(model.parameters(), lr=0.25, betas=(0.9, 0.999), eps=1e-08)" in script
    assert script.count("m_hat = m/(1 - beta**(t + 1))") == 1  # ε inside the root: the rule itself
    assert "torch.optim.SGD(model.parameters(), lr=0.125, momentum=0.75)" in script
    assert "loss_of" not in script_of(task_of(), outside)


def test_nesterovs_step_sees_the_loss_at_phi_and_is_written_out():
    script = script_of(task_of(), rule_of("momentum", nesterov=True))
    assert "torch.optim.SGD" not in script
    assert "gradient(seen, phi - eta*beta*m)" in script


def test_a_learning_rate_that_changes_is_set_and_another_number_needs_the_rule_itself():
    task, batches = task_of(), DrawnBatches(SAMPLES, 5, "epochs", 3)
    rate, beta = (rule_of("momentum", **{"learning_rate": 0.1, "beta": 0.5} | new) for new in ({}, {"beta": 0.75}))
    begun = rule_of("momentum", learning_rate=0.2, beta=0.5)
    script = script_of(task, begun, batches=batches, changes=[Change(2, rate, batches)])
    assert 'if t == 2:\n            optimizer.param_groups[0]["lr"] = 0.05' in script
    script = script_of(task, begun, batches=batches, changes=[Change(2, rate, batches), Change(4, beta, batches)])
    assert "torch.optim.SGD" not in script
    assert "if t == 2:\n            eta = 0.1\n" in script and "if t == 4:\n            beta = 0.75\n" in script


def test_a_schedules_rates_are_written_out():
    paced = replace(
        rule_of("gd", learning_rate=0.5),
        schedule=ChosenSchedule.of(CATALOG.schedules["step"], {"every": 2, "factor": 0.5}),
    )
    script = script_of(task_of(), paced)
    assert "rates = [0.5, 0.5, 0.25, 0.25, 0.125, 0.125]" in script
    assert '["lr"] = rates[t] * 1.0' in script


def test_a_rule_of_ones_own_may_use_the_names_of_the_script():
    typed = Rule.of(custom_optimizer("model = 0.5*model + g; losses = max(losses, model^2); phi = phi - eta*model"), {})
    script = script_of(task_of(), typed)
    assert "model_ = 0.5*model_ + g" in script
    assert "def max(a, b)" in script


def test_given_and_few_batches_are_written_out():
    given = GivenBatches(SAMPLES, [[0, 1], [2], [3, 4], [5, 6], [7, 8], [9, 11]])
    assert "BATCHES = [[0, 1], [2], [3, 4], [5, 6], [7, 8], [9, 11]]" in script_of(
        task_of(), rule_of("gd"), batches=given
    )
    drawn = DrawnBatches(SAMPLES, 5, "fresh", 3)
    assert f"{drawn.drawn(0, 1)[0][0].tolist()}" in script_of(task_of(), rule_of("gd"), batches=drawn)


@pytest.mark.parametrize("sampling", ["epochs", "fresh"])
@pytest.mark.parametrize("first", [0, 3, 7])
def test_the_script_draws_batches_as_we_draw_them(sampling, first):
    names = {"np": np, "X": range(SAMPLES)}
    exec(DRAWN, names)
    indices, sizes = DrawnBatches(SAMPLES, 5, sampling, 9).drawn(first, 11)
    drawn = names[sampling](5, first, 11, 9)
    assert drawn == [row[:size] for row, size in zip(indices.tolist(), sizes.tolist(), strict=True)]
    script = script_of(task_of(), rule_of("gd"), batches=DrawnBatches(SAMPLES, 5, sampling, 9), steps=2000)
    assert f"BATCHES = {sampling}(5, 0, 2000, 9)" in script


def test_stretches_tell_which_batches_the_steps_of_a_run_see():
    """The loss that each step sees is that of the batch of its stretch, through changes of their size."""
    task, rule = task_of(), rule_of("gd", learning_rate=0.01)
    batches = [DrawnBatches(SAMPLES, size, "epochs", 2) for size in (5, 4, 7)]
    changes = [Change(4, rule, batches[1]), Change(6, rule_of("gd"), batches[1]), Change(11, rule, batches[2])]
    phi = RANDOM.normal(size=task.model.size)
    plan = Training(task, rule, phi, batches[0], list(changes)).stretches(15)
    assert [(stretch.first, stretch.steps) for stretch in plan] == [(0, 4), (4, 2), (6, 5), (11, 4)]
    piece = train(Training(task, rule, phi, batches[0], list(changes)), 15).piece
    for stretch in plan:
        indices, sizes = stretch.batches.drawn(stretch.batch, stretch.steps)
        for k, (row, size) in enumerate(zip(indices, sizes, strict=True), stretch.first):
            seen = task.model.loss(piece.phi[k], task.x[:, row[:size]], task.y[:, row[:size]])
            assert piece.batch_loss[k] == pytest.approx(float(seen), rel=1e-12)


def test_no_steps_and_a_change_at_once_are_scripts_too():
    assert "STEPS = 0" in script_of(task_of(), rule_of("gd"), steps=0, batches=DrawnBatches(SAMPLES, 5, "epochs", 0))
    script = script_of(
        task_of(), rule_of("gd", learning_rate=0.5), changes=[Change(0, rule_of("gd", learning_rate=0.25), None)]
    )
    assert "lr=0.25" in script and "0.5" not in script[script.index("def run_1") : script.index("EXPECTED")]
