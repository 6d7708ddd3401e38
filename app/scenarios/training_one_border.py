"""Without hidden units a network draws straight borders.

Logistic regression: the logit is linear in the inputs, so the border is a line. This is underfitting: both
losses stay high.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=220,
    title="Without hidden units",
    watch="No hidden layer: the border is a straight line, however long one trains. One training sample in "
    "fifteen stays wrong, of those held back one in six. Add a layer with +.",
    page="/training",
    address="v=1&ds=moons&h=none&b=20&o=adam,learning_rate:0.05&n=600",
)
