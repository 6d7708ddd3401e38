"""From one start, optimisers may end in different minima: which one is no property of the start alone.

Himmelblau's function has four minima with the same loss, 0. Gradient descent and momentum follow the slope; Adam's
first steps are as long in x as in y, whatever the slope.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=50,
    title="One start, two minima",
    watch="Gradient descent and momentum end in the lower minimum, Adam in the upper one. Drag the start a "
    "little and see it change.",
    address="v=1&s=himmelblau&o=gd;momentum,learning_rate:0.02;adam&n=300",
)
