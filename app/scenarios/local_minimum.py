"""Whoever only goes downhill ends in the valley where they began.

The Gabor model's loss has eight minima in this window; the best, near (0, 16), has the loss 0.646. From (−5, 10) all
three end near (−5.82, 13.82) with 3.36: the gradient is zero there, and nothing moves any more.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=60,
    title="Stuck in a local minimum",
    watch="All three end in the same valley with loss 3.36, far above 0.646, and the curve misses the data: the"
    " gradient is zero, so they stay.",
    address="v=1&s=gabor&p=-5,10&o=gd;momentum;adam,learning_rate:0.3&n=300",
)
