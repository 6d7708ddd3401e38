"""Lion: the sign of a momentum; all steps have one length.

The step looks at β m + (1 − β) g, but m itself decays with γ, which remembers longer. Only the sign counts: each
coordinate moves by η or not at all, so the path rattles around a minimum unless a schedule lets η fall. Weight decay
pulls towards zero beside it, as in AdamW. Found by a search over programs, not by hand. PyTorch has no `Lion`.

Source: X. Chen and others, Symbolic Discovery of Optimization Algorithms, 2023, algorithm 2.
"""

import numpy as np

from engine.catalog import (
    GRADIENT_STAGE,
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
)
from engine.optimizers.adamw import definition as adamw


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi)
    looked_at = h.beta * state.m + (1 - h.beta) * g
    m = h.gamma * state.m + (1 - h.gamma) * g
    parts = {"descent": -h.learning_rate * np.sign(looked_at), "pull": -h.learning_rate * h.weight_decay * phi}
    after = phi - h.learning_rate * (np.sign(looked_at) + h.weight_decay * phi)
    return after, {"m": m, "looked_at": looked_at, **parts}


definition = Optimizer(
    label="Lion",
    year=2023,
    latex=(
        r"c = \beta\, m^{(t)} + (1-\beta)\, \nabla L(\phi^{(t)})",
        r"\phi^{(t+1)} = \phi^{(t)} - \eta \left(\operatorname{sign}(c) + \lambda\, \phi^{(t)}\right)",
        r"m^{(t+1)} = \gamma\, m^{(t)} + (1-\gamma)\, \nabla L(\phi^{(t)})",
    ),
    step=step,
    state={
        "m": StateQuantity(
            symbol="m",
            help="Decaying average of the gradient.",
            unit="[loss]/[φ]",
            formula=r"\gamma m + (1-\gamma) g",
            decay="gamma",
        )
    },
    shown={
        "looked_at": Quantity(
            symbol="c", help="What the step looks at.", unit="[loss]/[φ]", formula=r"\beta m + (1-\beta) g"
        ),
        "descent": Quantity(
            symbol=r"\text{descent}",
            help="The move of the sign.",
            unit="[φ]",
            formula=r"-\eta \operatorname{sign}(c)",
        ),
        "pull": adamw.shown["pull"],
    },
    stages=(
        GRADIENT_STAGE,
        Stage(
            "Look",
            "{beta} × m with m = {m}, and {1-beta} × gradient, make c = {looked_at}.",
            arrows=("looked_at",),
        ),
        Stage(
            "Remember",
            "For the next step m decays by ×{gamma}, takes in {1-gamma} × gradient, and becomes {m'}.",
            arrows=("m'",),
        ),
        Stage(
            "Move",
            "Only the sign of c counts: −η = −{learning_rate} times it is {descent}; weight decay pulls by {pull}. "
            "Together: {move}.",
            arrows=("descent", "pull"),
            total="move",
        ),
    ),
    parameters=(
        Parameter(
            name="learning_rate",
            default=0.01,
            low=1e-6,
            high=1e3,
            scale="log",
            symbol=r"\eta",
            unit="[φ]",
            help="Step size: the length of every step in each coordinate.",
            slider_low=1e-4,
            slider_high=1.0,
        ),
        Parameter(
            name="beta",
            default=0.9,
            low=0.0,
            high=0.999999,
            scale="decay",
            symbol=r"\beta",
            unit="1",
            help="Weight of m in what the step looks at.",
            slider_high=0.999,
        ),
        Parameter(
            name="gamma",
            default=0.99,
            low=0.0,
            high=0.999999,
            scale="decay",
            symbol=r"\gamma",
            unit="1",
            help="Share of m kept at each step: it remembers about 1/(1 − γ) steps.",
            slider_high=0.9999,
        ),
        Parameter(
            name="weight_decay",
            default=0.0,
            low=0.0,
            high=1e3,
            scale="log",
            symbol=r"\lambda",
            unit="1/[φ]",
            help="Pull towards zero: each step shrinks φ by the share η λ, whatever the gradient.",
            slider_low=1e-4,
            slider_high=10.0,
        ),
    ),
)
