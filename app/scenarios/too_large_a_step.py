"""Too large a step on a quadratic diverges, however smooth the surface.

Along a direction of curvature λ a step multiplies the distance by 1 − ηλ. Here λmax = 10: with η = 0.22 that is −1.2
in y, so each step lands 1.2 times as far on the other side; with η = 0.18 it is −0.8, and the path arrives.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=10,
    title="Too large a step",
    watch="The first path crosses the valley and lands further out each time: η·λmax = 2.2 is above 2. The "
    "second has 1.8 and arrives.",
    address="v=1&s=bowl&o=gd,learning_rate:0.22;gd,learning_rate:0.18&n=60&l=curvature",
)
