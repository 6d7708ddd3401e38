"""A network that is too small underfits.

A network with one unit is a + b tanh(c x + d); the data wave more often.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=240,
    title="One unit is not enough",
    watch="One hidden unit can only make one step of a tanh: both losses stop high, and together. That is "
    "underfitting; more units help, longer training does not.",
    page="/training",
    address="v=1&ds=lecture_sine&h=1&like=squared_error&o=adam&n=2000",
)
