"""At the tip of a cone the slope does not vanish: a fixed step jumps over the minimum for ever.

Ackley's minimum is such a tip: the gradient's length is about 2.8 all around it and does not exist at it. Gradient
descent jumps to and fro across it, at half a step's distance; a smaller η only jumps closer.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=90,
    title="A cone has no last step",
    watch="The gradient norm never falls: both paths of gradient descent jump across the tip without end, the "
    "one with the smaller η closer to it.",
    address="v=1&s=ackley&p=0.4,0.25&o=gd,learning_rate:0.05;gd,learning_rate:0.01&n=200",
)
