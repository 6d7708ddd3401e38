"""Too large a step on a loss whose slope is bounded: the path jumps to and fro for ever, and does not run away.

At the minimum of the logistic fit λmax is 48.4, so that gradient descent comes to rest below η = 0.0413. With 0.05 it
ends in a cycle of two points. Far from the minimum each sample's slope tends to a constant, so that the curvature goes
to 0 and with it what makes a quadratic diverge.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=15,
    title="Too large a step, and no divergence",
    watch="Above η = 2/λmax the path ends in jumping across the valley for ever. The slope of cross-entropy is "
    "bounded, so it cannot run away.",
    address="v=1&s=logistic&o=gd,learning_rate:0.05;gd&n=300",
)
