"""A learning rate that is too large makes the loss explode.

Where the loss curves more than 2/η, a step lands higher than it began; through several layers that grows faster than
any power.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=260,
    title="A learning rate too large",
    watch="The same network twice: η = 0.02 learns, η = 0.2 overshoots further at each step and leaves the "
    "range of floats within five. The page says in which layer first.",
    page="/training",
    address="v=1&ds=lecture_sine&dp=n:100&h=16,16&act=leaky_relu&like=squared_error&o=sgd,learning_rate:0.02;"
    "sgd,learning_rate:0.2&n=200&look=0",
)
