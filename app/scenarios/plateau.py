"""Where the surface is flat there is no slope to follow, and gradient descent stands still.

Easom's function is flat outside of a hole at (π, π). At (1, 1) the slope is 0.0001, so in 300 steps gradient descent
moves 0.01. Adam's steps do not depend on the slope's size: it marches, and finds a dip of 0.00008 instead of the
hole.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=100,
    title="Lost on a plateau",
    watch="Gradient descent hardly moves in 300 steps. Adam does move, but into a faint dip nearby: neither "
    "finds the hole in the middle.",
    address="v=1&s=easom&p=1,1&o=gd;adam&n=300",
)
