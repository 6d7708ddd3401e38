"""NAdam: Adam whose momentum looks one step ahead, in Nesterov's way.

The move takes the new gradient with its weight, and m with the weight that it will have at the next step. β itself is
warmed up: β_t = β (1 − 0.96^(t ψ)/2), t from 1, so that the bias correction of m is one minus the product of the β_t so
far; p holds it. PyTorch's `NAdam` is this rule with ε outside the root, ψ its `momentum_decay`.

Source: T. Dozat, Incorporating Nesterov Momentum into Adam, 2016.
"""

import numpy as np

from engine.catalog import (
    Array,
    Loss,
    Optimizer,
    Parameter,
    Quantity,
    Settings,
    Stage,
    State,
    StateQuantity,
    Step,
    TorchCall,
)
from engine.optimizers.adam import definition as adam


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi)
    now = h.beta * (1 - 0.5 * 0.96 ** ((t + 1) * h.momentum_decay))
    ahead = h.beta * (1 - 0.5 * 0.96 ** ((t + 2) * h.momentum_decay))
    m = h.beta * state.m + (1 - h.beta) * g
    v = h.gamma * state.v + (1 - h.gamma) * g**2
    p = 1 - now * (1 - state.p)
    v_hat = v / (1 - h.gamma ** (t + 1))
    scale = np.sqrt(v_hat + h.epsilon) if h.epsilon_inside_root else np.sqrt(v_hat) + h.epsilon
    fresh, kept = (1 - now) * g / p, ahead * m / (1 - ahead * (1 - p))
    parts = {"fresh": -h.learning_rate * fresh / scale, "looked_ahead": -h.learning_rate * kept / scale}
    after = phi - h.learning_rate * (fresh + kept) / scale
    return after, {"m": m, "v": v, "p": p, "v_hat": v_hat, **parts}


def in_torch(h: Settings) -> TorchCall | None:
    if h.epsilon_inside_root:
        return None
    settings = {"betas": (h.beta, h.gamma), "eps": h.epsilon, "momentum_decay": h.momentum_decay}
    return TorchCall("NAdam", settings, note="betas are β and γ, momentum_decay is ψ; ε stands outside the root.")


definition = Optimizer(
    label="NAdam",
    year=2016,
    latex=(
        *adam.latex[:2],
        r"\beta_t = \beta \left(1 - \tfrac{1}{2}\, 0.96^{(t+1)\psi}\right), \quad"
        r" p^{(t+1)} = 1 - \beta_t \left(1 - p^{(t)}\right)",
        r"\phi^{(t+1)} = \phi^{(t)} - \frac{\eta}{\sqrt{\tilde{v} + \varepsilon}} \left("
        r"\frac{(1-\beta_t)\, g}{p^{(t+1)}} + \frac{\beta_{t+1}\, m^{(t+1)}}{1 - \beta_{t+1} (1 - p^{(t+1)})}\right)",
    ),
    step=step,
    state={
        **adam.state,
        "p": StateQuantity(
            symbol="p",
            help="The weight that m holds so far: one minus the product of the β of all steps.",
            unit="1",
            formula=r"1 - \beta_t (1 - p)",
        ),
    },
    shown={
        "v_hat": Quantity(
            symbol=r"\tilde{v}",
            help="v, corrected for its start at 0.",
            unit="[loss]²/[φ]²",
            formula=r"v^{(t+1)} / (1-\gamma^{t+1})",
        ),
        "fresh": Quantity(
            symbol=r"\text{fresh}",
            help="The part of the move from this gradient alone.",
            unit="[φ]",
            formula=r"-\eta\, (1-\beta_t)\, g / (p^{(t+1)} \sqrt{\tilde{v} + \varepsilon})",
        ),
        "looked_ahead": Quantity(
            symbol=r"\text{ahead}",
            help="The part of the move from m, with its weight at the next step.",
            unit="[φ]",
            formula=r"-\eta\, \beta_{t+1}\, m^{(t+1)} / \left((1 - \beta_{t+1} (1 - p^{(t+1)}))"
            r" \sqrt{\tilde{v} + \varepsilon}\right)",
        ),
    },
    stages=(
        *adam.stages[:1],
        Stage(
            "Average",
            "m decays by ×{beta} and takes in {1-beta} × gradient: from {m} to {m'}.",
            arrows=("m'",),
        ),
        adam.stages[3],
        Stage(
            "Move",
            "This gradient alone moves φ by {fresh}; m, with the weight that it will have one step ahead, by "
            "{looked_ahead}. Together: {move}.",
            arrows=("fresh", "looked_ahead"),
            total="move",
        ),
    ),
    parameters=(
        *(p for p in adam.parameters if p.name != "bias_correction"),
        Parameter(
            name="momentum_decay",
            default=0.004,
            low=0.0,
            high=10.0,
            scale="log",
            symbol=r"\psi",
            unit="1",
            help="How fast β warms up from half its value; 0 keeps it at half.",
            slider_low=1e-4,
            slider_high=1.0,
        ),
    ),
    torch=in_torch,
)
