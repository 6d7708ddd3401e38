"""Adam: momentum, divided by the recent size of each coordinate.

m and v are decaying averages of the gradient and of its square (the mean square, not the variance). Both start at 0 and
are corrected for it by 1 − β^(t+1) and 1 − γ^(t+1), t from 0, so that the first step has length η in each coordinate.
As in the lecture ε stands inside the root: η m̃ / √(ṽ + ε). The paper, the textbook and PyTorch's `Adam` have
√ṽ + ε: switch `epsilon_inside_root` off for their path. There β and γ are called beta1 and beta2.

Source: D. Kingma, J. Ba, 2015; S. Prince, Understanding Deep Learning, 2023, equations 6.15 to 6.17.
"""

import numpy as np

from engine.catalog import (
    GRADIENT_STAGE,
    Array,
    Deviation,
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
    m = h.beta * state.m + (1 - h.beta) * g
    v = h.gamma * state.v + (1 - h.gamma) * g**2
    m_hat = m / (1 - h.beta ** (t + 1)) if h.bias_correction else m
    v_hat = v / (1 - h.gamma ** (t + 1)) if h.bias_correction else v
    scale = np.sqrt(v_hat + h.epsilon) if h.epsilon_inside_root else np.sqrt(v_hat) + h.epsilon
    inside = {"kept": h.beta * state.m, "taken_in": (1 - h.beta) * g, "m_hat": m_hat, "v_hat": v_hat}
    return phi - h.learning_rate * m_hat / scale, {"m": m, "v": v, "ratio": m_hat / scale, **inside}


def in_torch(h: Settings) -> TorchCall | None:
    """PyTorch has ε outside the root and always corrects the bias."""
    if h.epsilon_inside_root or not h.bias_correction:
        return None
    return TorchCall(
        "Adam", {"betas": (h.beta, h.gamma), "eps": h.epsilon}, note="betas are β and γ; ε stands outside the root."
    )


definition = Optimizer(
    label="Adam",
    year=2015,
    latex=(
        r"m^{(t+1)} = \beta\, m^{(t)} + (1-\beta)\, \nabla L(\phi^{(t)})",
        r"v^{(t+1)} = \gamma\, v^{(t)} + (1-\gamma) \left(\nabla L(\phi^{(t)})\right)^2",
        r"\tilde{m} = \frac{m^{(t+1)}}{1-\beta^{t+1}}, \quad \tilde{v} = \frac{v^{(t+1)}}{1-\gamma^{t+1}}",
        r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \frac{\tilde{m}}{\sqrt{\tilde{v} + \varepsilon}}",
    ),
    step=step,
    state={
        "m": StateQuantity(
            symbol="m",
            help="Decaying average of the gradient.",
            unit="[loss]/[φ]",
            formula=r"\beta m + (1-\beta) g",
            decay="beta",
        ),
        "v": StateQuantity(
            symbol="v",
            help="Decaying average of the squared gradient, per coordinate.",
            unit="[loss]²/[φ]²",
            formula=r"\gamma v + (1-\gamma) g^2",
            decay="gamma",
        ),
    },
    shown={
        "kept": Quantity(symbol=r"\text{kept}", help="What m keeps.", unit="[loss]/[φ]", formula=r"\beta m^{(t)}"),
        "taken_in": Quantity(
            symbol=r"\text{taken in}", help="What m takes in.", unit="[loss]/[φ]", formula=r"(1-\beta) g"
        ),
        "m_hat": Quantity(
            symbol=r"\tilde{m}",
            help="m, corrected for its start at 0.",
            unit="[loss]/[φ]",
            formula=r"m^{(t+1)} / (1-\beta^{t+1})",
            variants=(({"bias_correction": False}, "m^{(t+1)}"),),
        ),
        "v_hat": Quantity(
            symbol=r"\tilde{v}",
            help="v, corrected for its start at 0.",
            unit="[loss]²/[φ]²",
            formula=r"v^{(t+1)} / (1-\gamma^{t+1})",
            variants=(({"bias_correction": False}, "v^{(t+1)}"),),
        ),
        "ratio": Quantity(
            symbol=r"\text{ratio}",
            help="Signal-to-noise ratio: near ±1 where the gradients agree, near 0 where they cancel.",
            unit="1",
            formula=r"\tilde{m} / \sqrt{\tilde{v} + \varepsilon}",
            variants=(({"epsilon_inside_root": False}, r"\tilde{m} / (\sqrt{\tilde{v}} + \varepsilon)"),),
            within=1.0,
        ),
    },
    stages=(
        GRADIENT_STAGE,
        Stage("Decay", "m decays by ×{beta}: of {m} it keeps {kept}.", arrows=("kept",)),
        Stage(
            "Take in",
            "Then m takes in {1-beta} × gradient, {taken_in}, and becomes {m'}.",
            arrows=("kept", "taken_in"),
            total="m'",
        ),
        Stage(
            "Square",
            "v decays by ×{gamma} from {v}, then takes in {1-gamma} × gradient², and becomes {v'}. "
            "The box reaches √v to each side.",
            arrows=("m'",),
            box="v'",
        ),
        Stage(
            "Correct",
            "Both began at 0, and hold {1-beta^(t+1)} and {1-gamma^(t+1)} of their weights so far. "
            "Divided by that, m̃ is {m_hat} and ṽ is {v_hat}.",
            arrows=("m_hat",),
            box="v_hat",
            when={"bias_correction": True},
        ),
        Stage(
            "Move",
            "The ratio of m to the root of v is {ratio}, per coordinate. Times −η = −{learning_rate} it is the move: "
            "{move}.",
            arrows=("move",),
        ),
    ),
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
    deviations=(
        Deviation(
            item="L34",
            title="What v is: called the variance, but the mean square",
            slide=r"v \approx \operatorname{Var}(g) = \operatorname{E}[g^2] - \operatorname{E}[g]^2",
            software=r"v \approx \operatorname{E}[g^2]",
            sentence="v is the mean of the squares, and a step is divided by its root. On a steady slope the variance "
            "would be 0 and the step endless; the mean square is the slope squared, and the step has length η.",
        ),
        Deviation(
            item="L35",
            title="The exponent of the correction",
            slide=r"\tilde{m} = \frac{m^{(t+1)}}{1 - \beta^{t+1}}, \quad t \in 1, \ldots, k",
            software=r"\tilde{m} = \frac{m^{(t+1)}}{1 - \beta^{t+1}}, \quad t = 0, \ldots, k - 1",
            sentence="With t from 1 the first step would be 0.742 η long instead of η (β = 0.9, γ = 0.99). The page "
            "counts from 0; papers and software that count from 1 write 1 − βᵗ and mean the same.",
        ),
        Deviation(
            item="L36",
            title="Where ε stands",
            slide=r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \frac{\tilde{m}}{\sqrt{\tilde{v} + \varepsilon}}",
            software=r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \frac{\tilde{m}}{\sqrt{\tilde{v}} + \varepsilon}",
            sentence="It matters where slopes are small: with ε = 10⁻⁸ the first step down a slope of 10⁻⁴ is 0.707 η "
            "long with ε inside the root, 0.9999 η outside. On steep slopes nobody sees a difference.",
            on_slide={"epsilon_inside_root": True},
            in_software={"epsilon_inside_root": False},
        ),
    ),
    torch=in_torch,
)
