"""A batch of one sample is noisy, and a lower rate calms it.

The gradient of one sample is right on average and wrong each time; the noise of a step grows with η. A rate that is
lowered on the way gets the fast start and the calm end.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=300,
    title="One sample at a time",
    watch="Each step sees one sample and pulls the border towards it. At step 300 η is lowered, and the "
    "curve calms down.",
    page="/training",
    address="v=1&ds=circles&dp=noise:0.15&h=8&b=1&o=sgd,learning_rate:0.5&n=600&ch=300,0,learning_rate:0.05",
)
