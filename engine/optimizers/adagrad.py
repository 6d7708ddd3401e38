"""AdaGrad: each coordinate divides by all its past gradients.

v adds up the squared gradients of each coordinate, and the step is η g / (√v + ε): coordinates with small slopes get
long steps, and all steps shrink, like 1/√t on a steady slope. The first step has length η in each coordinate.
ε stands outside the root by default, as in PyTorch's `Adagrad` (which starts v at 0, as here; Keras starts it at 0.1).

Source: J. Duchi, E. Hazan, Y. Singer, 2011, the diagonal form.
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
    v = state.v + g**2
    scale = np.sqrt(v + h.epsilon) if h.epsilon_inside_root else np.sqrt(v) + h.epsilon
    return phi - h.learning_rate * g / scale, {"v": v, "ratio": g / scale}


def in_torch(h: Settings) -> TorchCall | None:
    return None if h.epsilon_inside_root else TorchCall("Adagrad", {"eps": h.epsilon}, note="The same rule.")


definition = Optimizer(
    label="AdaGrad",
    year=2011,
    latex=(
        r"v^{(t+1)} = v^{(t)} + \left(\nabla L(\phi^{(t)})\right)^2",
        r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \frac{\nabla L(\phi^{(t)})}{\sqrt{v^{(t+1)}} + \varepsilon}",
    ),
    step=step,
    state={
        "v": StateQuantity(
            symbol="v",
            help="Sum of the squared gradients so far, per coordinate.",
            unit="[loss]²/[φ]²",
            formula="v + g^2",
        )
    },
    shown={
        "ratio": Quantity(
            symbol=r"\text{ratio}",
            help="The gradient in terms of all past ones: never beyond ±1, and ever smaller.",
            unit="1",
            formula=r"g / (\sqrt{v^{(t+1)}} + \varepsilon)",
            variants=(({"epsilon_inside_root": True}, r"g / \sqrt{v^{(t+1)} + \varepsilon}"),),
            within=1.0,
        )
    },
    stages=(
        GRADIENT_STAGE,
        Stage(
            "Add up",
            "v keeps all of {v}, adds gradient², and becomes {v'}. The box reaches √v to each side.",
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
            default=0.5,
            low=1e-6,
            high=1e3,
            scale="log",
            symbol=r"\eta",
            unit="[φ]",
            help="Step size: the length of the first step in each coordinate.",
            slider_low=1e-4,
            slider_high=10.0,
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
