"""Momentum remembers: it arrives with speed, goes past the minimum, and comes back.

The average over about 1/(1 − β) gradients still points ahead where the gradient is zero already. With β = 0.97 the
path swings around the minimum for hundreds of steps.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=30,
    title="Momentum overshoots",
    watch="Both paths with momentum shoot past the minimum and come back, the one with β = 0.97 furthest; "
    "gradient descent never crosses it.",
    address="v=1&s=bowl&o=gd;momentum,learning_rate:0.1;momentum,learning_rate:0.1,beta:0.97&n=300",
)
