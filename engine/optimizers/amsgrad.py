"""AMSGrad: Adam, divided by the largest v so far.

Where large gradients are rare, Adam forgets them and then steps too far; it can fail to converge even on a convex loss.
Here w, the largest v so far, takes v's place, so that the divisor never falls. As in PyTorch's `Adam(amsgrad=True)`,
which has ε outside the root, w is corrected for v's start at 0; the paper corrects nothing.

Source: S. Reddi, S. Kale, S. Kumar, On the Convergence of Adam and Beyond, 2018, algorithm 2.
"""

from dataclasses import replace

import numpy as np

from engine.catalog import Array, Loss, Settings, Stage, State, StateQuantity, Step, TorchCall
from engine.optimizers.adam import definition as adam


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi)
    m = h.beta * state.m + (1 - h.beta) * g
    v = h.gamma * state.v + (1 - h.gamma) * g**2
    w = np.maximum(state.w, v)
    m_hat = m / (1 - h.beta ** (t + 1)) if h.bias_correction else m
    v_hat = w / (1 - h.gamma ** (t + 1)) if h.bias_correction else w
    scale = np.sqrt(v_hat + h.epsilon) if h.epsilon_inside_root else np.sqrt(v_hat) + h.epsilon
    inside = {"kept": h.beta * state.m, "taken_in": (1 - h.beta) * g, "m_hat": m_hat, "v_hat": v_hat}
    return phi - h.learning_rate * m_hat / scale, {"m": m, "v": v, "w": w, "ratio": m_hat / scale, **inside}


def in_torch(h: Settings) -> TorchCall | None:
    """PyTorch has ε outside the root and always corrects the bias."""
    if h.epsilon_inside_root or not h.bias_correction:
        return None
    return TorchCall(
        "Adam",
        {"betas": (h.beta, h.gamma), "eps": h.epsilon, "amsgrad": True},
        note="betas are β and γ; ε stands outside the root.",
    )


definition = replace(
    adam,
    label="AMSGrad",
    year=2018,
    latex=(
        *adam.latex[:2],
        r"w^{(t+1)} = \max\left(w^{(t)}, v^{(t+1)}\right)",
        r"\tilde{m} = \frac{m^{(t+1)}}{1-\beta^{t+1}}, \quad \tilde{v} = \frac{w^{(t+1)}}{1-\gamma^{t+1}}",
        adam.latex[-1],
    ),
    step=step,
    state={
        **adam.state,
        "w": StateQuantity(
            symbol="w",
            help="The largest v so far, per coordinate: it never falls.",
            unit="[loss]²/[φ]²",
            formula=r"\max(w, v^{(t+1)})",
        ),
    },
    shown={
        **adam.shown,
        "v_hat": replace(
            adam.shown["v_hat"],
            help="w, corrected for v's start at 0.",
            formula=r"w^{(t+1)} / (1-\gamma^{t+1})",
            variants=(({"bias_correction": False}, "w^{(t+1)}"),),
        ),
    },
    stages=(
        *adam.stages[:4],
        Stage("Keep the largest", "w was {w}; v is {v'}. The larger stays: {w'}.", arrows=("m'",), box="w'"),
        *adam.stages[4:-1],
        replace(
            adam.stages[-1], caption=adam.stages[-1].caption.replace("root of v", "root of w, the largest v so far,")
        ),
    ),
    torch=in_torch,
)
