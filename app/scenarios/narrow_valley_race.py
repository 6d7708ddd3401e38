"""On Rosenbrock's curved valley all paths fall in at once, and differ in how they follow its floor.

Gradient descent may not take a longer step, for the valley's walls are steep: a step of 0.0005 is half the limit at
the start. Momentum bears a larger η, for the walls' pull cancels; Adam scales each coordinate by itself.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=40,
    title="A race along a valley",
    watch="All fall into the valley within a few steps. Along its floor momentum and Adam come close to the "
    "minimum; gradient descent has hardly set out.",
    address="v=1&s=rosenbrock&o=gd;momentum,learning_rate:0.02,beta:0.98;adam&n=1000",
)
