"""AdamW: Adam, with a weight decay of its own beside the gradient.

Adam's step and a pull of η λ φ towards zero, "decoupled": it is not divided by √ṽ, as a penalty λ|φ|²/2 in the loss
would be. With λ = 0 it is Adam exactly, with the same default for ε (inside the root, as in the lecture). PyTorch's
`AdamW` has ε outside, and multiplies φ by 1 − η λ before the step: the same numbers up to rounding. The paper has the
factor of a schedule in front of both parts.

Source: I. Loshchilov, F. Hutter, 2019, algorithm 2.
"""

import numpy as np

from engine.catalog import Array, Loss, Optimizer, Parameter, Settings, State, StateQuantity, Step, Switch


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi)
    m = h.beta * state.m + (1 - h.beta) * g
    v = h.gamma * state.v + (1 - h.gamma) * g**2
    m_hat = m / (1 - h.beta ** (t + 1)) if h.bias_correction else m
    v_hat = v / (1 - h.gamma ** (t + 1)) if h.bias_correction else v
    scale = np.sqrt(v_hat + h.epsilon) if h.epsilon_inside_root else np.sqrt(v_hat) + h.epsilon
    return phi - h.learning_rate * (m_hat / scale + h.weight_decay * phi), {"m": m, "v": v}


definition = Optimizer(
    label="AdamW",
    year=2019,
    latex=(
        r"m^{(t+1)} = \beta\, m^{(t)} + (1-\beta)\, \nabla L(\phi^{(t)})",
        r"v^{(t+1)} = \gamma\, v^{(t)} + (1-\gamma) \left(\nabla L(\phi^{(t)})\right)^2",
        r"\tilde{m} = \frac{m^{(t+1)}}{1-\beta^{t+1}}, \quad \tilde{v} = \frac{v^{(t+1)}}{1-\gamma^{t+1}}",
        r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \frac{\tilde{m}}{\sqrt{\tilde{v} + \varepsilon}}"
        r" - \eta\, \lambda\, \phi^{(t)}",
    ),
    step=step,
    state={
        "m": StateQuantity(symbol="m", help="Decaying average of the gradient."),
        "v": StateQuantity(symbol="v", help="Decaying average of the squared gradient, per coordinate."),
    },
    parameters=(
        Parameter(
            name="learning_rate",
            default=0.05,
            low=1e-6,
            high=1e3,
            scale="log",
            symbol=r"\eta",
            unit="[φ]",
            help="Step size: about the length of a step in each coordinate on a steady slope.",
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
            help="Share of m kept at each step: it remembers about 1/(1 − β) steps. Most software: beta1.",
            slider_high=0.999,
        ),
        Parameter(
            name="gamma",
            default=0.999,
            low=0.0,
            high=0.999999,
            scale="decay",
            symbol=r"\gamma",
            unit="1",
            help="Share of v kept at each step: it remembers about 1/(1 − γ) steps. Most software: beta2.",
            slider_high=0.9999,
        ),
        Parameter(
            name="epsilon",
            default=1e-8,
            low=0.0,
            high=1e3,
            scale="log",
            symbol=r"\varepsilon",
            unit="[loss]²/[φ]²",
            help="Keeps the divisor above 0; if ε is 0, a slope of 0 fails. Outside the root its unit is [loss]/[φ].",
            slider_low=1e-12,
            slider_high=1.0,
        ),
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
        Switch(
            name="epsilon_inside_root",
            default=True,
            symbol=r"\sqrt{\tilde{v} + \varepsilon}",
            help="Add ε under the root, as in the lecture, or after it, as in most software.",
        ),
        Switch(
            name="bias_correction",
            default=True,
            symbol=r"\tilde{m}, \tilde{v}",
            help="Correct m and v for their start at 0; without it the first steps have the wrong length.",
        ),
    ),
)
