"""Two parameters that may be swapped and start alike get the same gradient at every step, and never part.

Both rates of the two decays are 2.6 at first. All runs stay on the diagonal, where the best point is the saddle at
(0.627, 0.627); the minima lie to both sides of it. For the same reason the weights of a network must not all start at
the same value.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=75,
    title="What starts alike stays alike",
    watch="On the diagonal both rates get the same gradient, so all three runs end in the saddle. Move the start off "
    "it by a little, and they leave for a minimum.",
    address="v=1&s=exponential_decay&p=2.6,2.6&o=gd;momentum;adam&n=300",
)
