"""AdamW: Adam, with a weight decay of its own beside the gradient.

Adam's step and a pull of η λ φ towards zero, "decoupled": it is not divided by √ṽ, as a penalty λ|φ|²/2 in the loss
would be. With λ = 0 it is Adam exactly, with the same default for ε (inside the root, as in the lecture). PyTorch's
`AdamW` has ε outside, and multiplies φ by 1 − η λ before the step: the same numbers up to rounding. The paper has the
factor of a schedule in front of both parts.

Source: I. Loshchilov, F. Hutter, 2019, algorithm 2.
"""

import numpy as np

from engine.catalog import Array, Loss, Optimizer, Parameter, Quantity, Settings, Stage, State, Step, TorchCall
from engine.optimizers.adam import definition as adam


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi)
    m = h.beta * state.m + (1 - h.beta) * g
    v = h.gamma * state.v + (1 - h.gamma) * g**2
    m_hat = m / (1 - h.beta ** (t + 1)) if h.bias_correction else m
    v_hat = v / (1 - h.gamma ** (t + 1)) if h.bias_correction else v
    scale = np.sqrt(v_hat + h.epsilon) if h.epsilon_inside_root else np.sqrt(v_hat) + h.epsilon
    ratio = m_hat / scale
    inside = {"kept": h.beta * state.m, "taken_in": (1 - h.beta) * g, "m_hat": m_hat, "v_hat": v_hat, "ratio": ratio}
    parts = {"descent": -h.learning_rate * ratio, "pull": -h.learning_rate * h.weight_decay * phi}
    return phi - h.learning_rate * (ratio + h.weight_decay * phi), {"m": m, "v": v, **inside, **parts}


def in_torch(h: Settings) -> TorchCall | None:
    """PyTorch has ε outside the root and always corrects the bias."""
    if h.epsilon_inside_root or not h.bias_correction:
        return None
    return TorchCall(
        "AdamW",
        {"betas": (h.beta, h.gamma), "eps": h.epsilon, "weight_decay": h.weight_decay},
        note="betas are β and γ; ε stands outside the root.",
    )


definition = Optimizer(
    label="AdamW",
    year=2019,
    latex=(
        *adam.latex[:-1],
        r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \frac{\tilde{m}}{\sqrt{\tilde{v} + \varepsilon}}"
        r" - \eta\, \lambda\, \phi^{(t)}",
    ),
    step=step,
    state=adam.state,
    shown={
        **adam.shown,
        "descent": Quantity(
            symbol=r"\text{descent}", help="Adam's move.", unit="[φ]", formula=r"-\eta \cdot \text{ratio}"
        ),
        "pull": Quantity(
            symbol=r"\text{pull}",
            help="The pull towards zero: weight decay.",
            unit="[φ]",
            formula=r"-\eta\,\lambda\, \phi",
        ),
    },
    stages=(
        *adam.stages[:-1],
        Stage(
            "Move",
            "The ratio of m to the root of v is {ratio}, per coordinate. Times −η = −{learning_rate} it is Adam's "
            "move, {descent}; weight decay pulls by {pull} towards zero. Together: {move}.",
            arrows=("descent", "pull"),
            total="move",
        ),
    ),
    parameters=(
        *adam.parameters[:-2],
        Parameter(
            name="weight_decay",
            default=0.01,
            low=0.0,
            high=1e3,
            scale="log",
            symbol=r"\lambda",
            unit="1/[φ]",
            help="Pull towards zero: each step shrinks φ by the share η λ, whatever the gradient.",
            slider_low=1e-4,
            slider_high=10.0,
        ),
        *adam.parameters[-2:],
    ),
    deviations=adam.deviations,
    torch=in_torch,
)
