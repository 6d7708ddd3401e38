"""Newton's method: step to the critical point of the quadratic that fits.

φ ← φ − η (H + μ I)⁻¹ g with the Hessian H. On a quadratic one step with η = 1 and μ = 0 arrives, whatever the condition
number. It looks for any critical point: where a curvature is negative it walks uphill to a saddle or a maximum, and
where H is singular it has no step. The damping μ turns it towards gradient descent with rate 1/μ; above the most
negative curvature every step goes downhill. Each step takes one gradient and one Hessian; only the gradient is counted
among the gradient evaluations.

Source: S. Boyd, L. Vandenberghe, Convex Optimization, 2004, section 9.5; K. Levenberg, 1944 (damping).
"""

import numpy as np

from engine.catalog import GRADIENT_STAGE, Array, Loss, Optimizer, Parameter, Quantity, Settings, Stage, State, Step


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g, hessian = loss.gradient(phi), loss.hessian(phi)
    xx, xy, yy = hessian[0] + h.damping, hessian[1], hessian[3] + h.damping
    determinant = xx * yy - xy * xy
    x, y = (yy * g[0] - xy * g[1]) / determinant, (xx * g[1] - xy * g[0]) / determinant
    solved = np.stack([x, y])
    return phi - h.learning_rate * solved, {"solved": solved}


definition = Optimizer(
    label="Newton",
    year=1944,
    latex=(r"\phi^{(t+1)} = \phi^{(t)} - \eta \left(H + \mu I\right)^{-1} \nabla L(\phi^{(t)})",),
    step=step,
    state={},
    shown={
        "solved": Quantity(
            symbol=r"\text{solved}",
            help="The gradient, with each axis of curvature divided by its curvature.",
            unit="[φ]",
            formula=r"(H + \mu I)^{-1} g",
        )
    },
    stages=(
        GRADIENT_STAGE,
        Stage(
            "Move",
            "The Hessian, with {damping} added to both curvatures, is solved for the gradient: {solved}. "
            "Times −η = −{learning_rate} it is the move: {move}.",
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
            help="Share of the way to the fitted quadratic's critical point: 1 goes all of it.",
            slider_low=1e-3,
            slider_high=2.0,
        ),
        Parameter(
            name="damping",
            default=0.0,
            low=0.0,
            high=1e6,
            scale="log",
            symbol=r"\mu",
            unit="[loss]/[φ]²",
            help="Added to each curvature: more of it makes shorter steps that turn downhill.",
            slider_low=1e-3,
            slider_high=1e3,
        ),
    ),
)
