"""RMSprop: each coordinate divides by its recent gradients' size.

v is a decaying average of the squared gradient, and the step is η g / (√v + ε): about η in each coordinate, whatever
the slope. v starts at 0 and is not corrected for it, so the first step is 1/√(1 − γ) times as long. It is Adam with
β = 0 and without bias correction. ε stands outside the root by default, as in PyTorch's `RMSprop`, where γ is called
alpha and is 0.99 by default.

Source: G. Hinton, Neural Networks for Machine Learning, lecture 6e, 2012 (γ = 0.9).
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
    Switch,
    TorchCall,
)


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi)
    v = h.gamma * state.v + (1 - h.gamma) * g**2
    scale = np.sqrt(v + h.epsilon) if h.epsilon_inside_root else np.sqrt(v) + h.epsilon
    return phi - h.learning_rate * g / scale, {"v": v, "ratio": g / scale}


def in_torch(h: Settings) -> TorchCall | None:
    settings = {"alpha": h.gamma, "eps": h.epsilon}
    return None if h.epsilon_inside_root else TorchCall("RMSprop", settings, note="alpha is γ.")


definition = Optimizer(
    label="RMSprop",
    year=2012,
    latex=(
        r"v^{(t+1)} = \gamma\, v^{(t)} + (1-\gamma) \left(\nabla L(\phi^{(t)})\right)^2",
        r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \frac{\nabla L(\phi^{(t)})}{\sqrt{v^{(t+1)}} + \varepsilon}",
    ),
    step=step,
    state={
        "v": StateQuantity(
            symbol="v",
            help="Decaying average of the squared gradient, per coordinate.",
            unit="[loss]²/[φ]²",
            formula=r"\gamma v + (1-\gamma) g^2",
            decay="gamma",
        )
    },
    shown={
        "ratio": Quantity(
            symbol=r"\text{ratio}",
            help="The gradient in terms of its recent size: near ±1 where it stays as it is.",
            unit="1",
            formula=r"g / (\sqrt{v^{(t+1)}} + \varepsilon)",
            variants=(({"epsilon_inside_root": True}, r"g / \sqrt{v^{(t+1)} + \varepsilon}"),),
            within=1.0,
        )
    },
    stages=(
        GRADIENT_STAGE,
        Stage(
            "Square",
            "v decays by ×{gamma} from {v}, then takes in {1-gamma} × gradient², and becomes {v'}. "
            "The box reaches √v to each side.",
            arrows=("gradient",),
            box="v'",
        ),
        Stage(
            "Move",
            "The ratio of the gradient to the root of v is {ratio}, per coordinate. Times −η = −{learning_rate} it is "
            "the move: {move}.",
            arrows=("move",),
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
            help="Step size: about the length of each step in each coordinate.",
            slider_low=1e-4,
            slider_high=1.0,
        ),
        Parameter(
            name="gamma",
            default=0.9,
            low=0.0,
            high=0.999999,
            scale="decay",
            symbol=r"\gamma",
            unit="1",
            help="Share of v kept at each step: it remembers about 1/(1 − γ) steps.",
            slider_high=0.9999,
        ),
        Parameter(
            name="epsilon",
            default=1e-8,
            low=0.0,
            high=1e3,
            scale="log",
            symbol=r"\varepsilon",
            unit="[loss]/[φ]",
            help="Keeps the divisor above 0; if ε is 0, a slope of 0 fails. Inside the root its unit is squared.",
            slider_low=1e-12,
            slider_high=1.0,
        ),
        Switch(
            name="epsilon_inside_root",
            default=False,
            symbol=r"\sqrt{v + \varepsilon}",
            help="Add ε under the root instead of after it.",
        ),
    ),
    torch=in_torch,
)
