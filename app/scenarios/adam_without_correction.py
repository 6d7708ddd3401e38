"""Without the correction for their start at 0, Adam's averages are wrong at first, and its steps too long.

After one step m is 0.1 of the gradient and √v is 0.032 of it, so the first step is 3.2 η instead of η, and the next
ones are longer still. Here that is enough to leap past a minimum.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=80,
    title="Adam without bias correction",
    watch="The first step of the second path is three times as long, and it leaps past the upper minimum into "
    "another one.",
    address="v=1&s=himmelblau&p=2,4&o=adam,learning_rate:0.1;adam,learning_rate:0.1,bias_correction:0&n=200",
)
