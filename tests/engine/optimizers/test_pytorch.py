"""Numbers that torch.optim gave, and the translation by which each optimiser says them; no PyTorch is needed here."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.objective import objective_of_surface
from engine.rule import Rule
from engine.schedule import ChosenSchedule
from engine.scripts.paths import torch_call
from engine.trajectory import run

CATALOG = load_catalog()
SHARED = {"learning_rate": 0.01, "beta": 0.9, "gamma": 0.99, "epsilon": 1e-3, "epsilon_inside_root": False}
BALL = {"learning_rate": 0.001, "beta": 0.9, "form": "heavy_ball"}
ROOTS = {"epsilon": 1e-3, "epsilon_inside_root": False}
AFTER_1_10_200: dict[str, tuple[str, dict[str, Any], list[list[float]]]] = {
    # torch 2.13.0 in float64 on Beale's function from (1, 1.5); Nesterov's points moved back from the ones ahead
    "SGD(lr=0.001, momentum=0.9)": (
        "momentum",
        BALL,
        [[0.9655, 1.4075], [0.6677717136730972, -0.09958199692124652], [2.698348862473135, 0.41400932890080516]],
    ),
    "SGD(lr=0.001, momentum=0.9, nesterov=True)": (
        "momentum",
        {**BALL, "nesterov": True},
        [[0.9655, 1.4075], [0.768087151545174, 0.10791615231914928], [2.6974632618620786, 0.4137247350164746]],
    ),
    "Adam(lr=0.01, betas=(0.9, 0.99), eps=0.001)": (
        "adam",
        SHARED,
        [
            [0.9900002898466711, 1.4900001081069394],
            [0.901569128126619, 1.4013102418329852],
            [1.2698812368647465, 0.4191053811918332],
        ],
    ),
    "AdamW(lr=0.01, betas=(0.9, 0.99), eps=0.001, weight_decay=0.1)": (
        "adamw",
        {**SHARED, "weight_decay": 0.1},
        [
            [0.9890002898466711, 1.4885001081069393],
            [0.8923335070555518, 1.3870181749334232],
            [1.2876438007763866, 0.3322700041532087],
        ],
    ),
    "RMSprop(lr=0.01, alpha=0.95, eps=0.001)": (
        "rmsprop",
        {**ROOTS, "learning_rate": 0.01, "gamma": 0.95},
        [
            [0.9552844368000892, 1.4552808025076365],
            [0.8066599806649815, 1.2989045056821187],
            [1.9166570588855214, 0.13923531533186584],
        ],
    ),
    "Adagrad(lr=0.1, eps=0.001)": (
        "adagrad",
        {**ROOTS, "learning_rate": 0.1},
        [
            [0.9000028984667111, 1.400001081069394],
            [0.6813944504770142, 1.1352997944127652],
            [1.823164261695781, 0.2589162947321665],
        ],
    ),
    "NAdam(lr=0.01, betas=(0.9, 0.99), eps=0.001, momentum_decay=0.01)": (
        "nadam",
        {**SHARED, "momentum_decay": 0.01},
        [
            [0.9894354067468244, 1.489435214740625],
            [0.9236202542016715, 1.4229965453996032],
            [1.219717585453158, 0.4743000085826532],
        ],
    ),
    "Adadelta(lr=2.0, rho=0.95, eps=0.001)": (
        "adadelta",
        {"learning_rate": 2.0, "gamma": 0.95, "epsilon": 1e-3},
        [
            [0.7171596638257216, 1.2171576180933479],
            [0.9185644125038208, 0.5943231983020464],
            [2.7652526364758647, 0.29212898642087526],
        ],
    ),
    "Adam(lr=0.01, betas=(0.9, 0.99), eps=0.001, amsgrad=True)": (
        "amsgrad",
        SHARED,
        [
            [0.9900002898466711, 1.4900001081069394],
            [0.901569128126619, 1.4013102418329852],
            [1.0069850224398975, 0.5506522608596983],
        ],
    ),
}


@pytest.mark.parametrize("call", AFTER_1_10_200)
def test_the_path_is_pytorchs_and_its_call_is_told(call: str) -> None:
    name, values, expected = AFTER_1_10_200[call]
    beale = objective_of_surface(CATALOG.surfaces["beale"], {})
    rule = Rule.of(CATALOG.optimizers[name], values)
    (record,) = run(beale, (1.0, 1.5), [rule], 200)
    np.testing.assert_allclose(record.phi[[1, 10, 200]], expected, rtol=1e-10)
    found = torch_call(rule)
    assert found is not None
    settings = {"lr": rule.hyperparameters["learning_rate"], **found.settings}
    assert f"{found.name}({', '.join(f'{key}={value!r}' for key, value in settings.items())})" == call


def test_nesterovs_point_ahead_is_told_and_is_another_one_where_the_rate_moves() -> None:
    entry = CATALOG.optimizers["momentum"]
    rule = Rule.of(entry, {**BALL, "nesterov": True})
    found = torch_call(rule)
    assert found is not None and found.listed.startswith("phi + 0.9 * optimizer.param_groups[0]['lr']")
    paced = ChosenSchedule.of(CATALOG.schedules["cosine"], {})
    assert torch_call(replace(rule, schedule=paced)) is None
    assert torch_call(Rule.of(entry, {**BALL, "nesterov": False})) is not None
    resting = torch_call(Rule.of(entry, {"nesterov": True, "beta": 0.0}))
    assert resting is not None and "nesterov" not in resting.settings  # PyTorch refuses it without momentum
