"""Gradient descent: one step straight down the steepest slope.

As in the lecture: φ ← φ − η ∇L(φ), with a constant learning rate η. On a quadratic it converges if and only if
η λ_max < 2. With batches the gradient is the sum over the batch, and the same rule is stochastic gradient descent;
PyTorch's `SGD` without momentum is this rule.

Source: A. Cauchy, 1847; S. Prince, Understanding Deep Learning, 2023, section 6.1.
"""

from engine.catalog import GRADIENT_STAGE, Array, Loss, Optimizer, Parameter, Settings, Stage, State, Step, TorchCall


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    return phi - h.learning_rate * loss.gradient(phi), {}


def in_torch(h: Settings) -> TorchCall:
    return TorchCall("SGD", note="Without momentum it is gradient descent.")


definition = Optimizer(
    label="Gradient descent",
    year=1847,
    latex=(r"\phi^{(t+1)} = \phi^{(t)} - \eta\, \nabla L(\phi^{(t)})",),
    step=step,
    state={},
    parameters=(
        Parameter(
            name="learning_rate",
            default=0.001,
            low=1e-6,
            high=1e3,
            scale="log",
            symbol=r"\eta",
            unit="[φ]²/[loss]",
            help="Step size: how far one step goes for a slope of 1.",
            slider_low=1e-5,
            slider_high=1.0,
        ),
    ),
    stability=lambda h: 2.0,
    stages=(
        GRADIENT_STAGE,
        Stage("Move", "The move is −η = −{learning_rate} times the gradient: {move}.", arrows=("move",)),
    ),
    torch=in_torch,
)
