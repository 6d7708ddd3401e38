"""Weights that begin at zero never part: the symmetry of units is not broken.

With tanh the activations are 0, so the gradients of the last weights are 0, and the zeros between block all others.
Random weights break the symmetry; a constant does not: its units stay each other's copies.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=250,
    title="Zeros never part",
    watch="All weights begin at 0: every unit of a layer has the same gradient, here none at all, and the "
    "network answers the same everywhere. See Layers: nothing moves but the last bias.",
    page="/training",
    address="v=1&ds=moons&init=zeros&b=20&t=layers&o=sgd,learning_rate:0.5;adam",
)
