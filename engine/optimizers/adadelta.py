"""Adadelta: steps that take their length from the steps before.

v is a decaying average of the squared gradient, u one of the squared move. The gradient times √(u + ε)/√(v + ε) has the
unit of φ, so that no learning rate is needed: η = 1, as in PyTorch's `Adadelta`, where γ is called rho. u starts at 0,
so the first moves have a length of about √ε and grow from there.

Source: M. Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012, algorithm 1.
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
    TorchCall,
)


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi)
    v = h.gamma * state.v + (1 - h.gamma) * g**2
    wanted = np.sqrt(state.u + h.epsilon) / np.sqrt(v + h.epsilon) * g
    u = h.gamma * state.u + (1 - h.gamma) * wanted**2
    return phi - h.learning_rate * wanted, {"v": v, "u": u, "wanted": wanted}


def in_torch(h: Settings) -> TorchCall:
    return TorchCall("Adadelta", {"rho": h.gamma, "eps": h.epsilon}, note="rho is γ.")


definition = Optimizer(
    label="Adadelta",
    year=2012,
    latex=(
        r"v^{(t+1)} = \gamma\, v^{(t)} + (1-\gamma)\, g^2, \quad g = \nabla L(\phi^{(t)})",
        r"\delta = \frac{\sqrt{u^{(t)} + \varepsilon}}{\sqrt{v^{(t+1)} + \varepsilon}}\; g, \quad"
        r" u^{(t+1)} = \gamma\, u^{(t)} + (1-\gamma)\, \delta^2",
        r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \delta",
    ),
    step=step,
    state={
        "v": StateQuantity(
            symbol="v",
            help="Decaying average of the squared gradient, per coordinate.",
            unit="[loss]²/[φ]²",
            formula=r"\gamma v + (1-\gamma) g^2",
            decay="gamma",
        ),
        "u": StateQuantity(
            symbol="u",
            help="Decaying average of the squared move (for η = 1), per coordinate.",
            unit="[φ]²",
            formula=r"\gamma u + (1-\gamma) \delta^2",
        ),
    },
    shown={
        "wanted": Quantity(
            symbol=r"\delta",
            help="The gradient in units of φ: the move is −η times this.",
            unit="[φ]",
            formula=r"g\, \sqrt{u + \varepsilon} / \sqrt{v^{(t+1)} + \varepsilon}",
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
            "The gradient times √(u + ε)/√(v + ε), with u = {u}, is {wanted}: as long as recent moves. "
            "Times −η = −{learning_rate} it is the move: {move}. u takes in {1-gamma} × δ² and becomes {u'}.",
            arrows=("move",),
        ),
    ),
    parameters=(
        Parameter(
            name="learning_rate",
            default=1.0,
            low=1e-6,
            high=1e3,
            scale="log",
            symbol=r"\eta",
            unit="1",
            help="A factor on each move; the paper has none, which is η = 1.",
            slider_low=1e-2,
            slider_high=100.0,
        ),
        Parameter(
            name="gamma",
            default=0.9,
            low=0.0,
            high=0.999999,
            scale="decay",
            symbol=r"\gamma",
            unit="1",
            help="Share of v and of u kept at each step. PyTorch: rho.",
            slider_high=0.999,
        ),
        Parameter(
            name="epsilon",
            default=1e-6,
            low=0.0,
            high=1e3,
            scale="log",
            symbol=r"\varepsilon",
            unit="mixed",
            help="Stands under both roots: the first moves have a length of about √ε, so without it nothing moves.",
            slider_low=1e-12,
            slider_high=1.0,
        ),
    ),
    torch=in_torch,
)
