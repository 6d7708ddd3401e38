"""Through sigmoids and small weights gradients vanish.

Each sigmoid's slope is at most 1/4, so each layer back takes away at least three quarters of what small weights leave.
Glorot's variance with tanh keeps them alive: try it.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=290,
    title="Signals that vanish",
    watch="With SGD the first of four layers of sigmoids has gradients a hundred times as small as the "
    "output’s, and nothing moves. Adam, which divides by their size, gets away at step 350.",
    page="/training",
    address="v=1&ds=circles&h=16,16,16,16&act=sigmoid&init=normal,variance:0.02&b=20&t=layers&o=sgd,learning_r"
    "ate:0.5;adam&n=600&look=0",
)
