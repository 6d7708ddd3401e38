"""A network can tell how sure it is, where its likelihood lets it.

The likelihood's own parameters are outputs of the network: the loss is the negative logarithm of N(y | f1, exp f2).
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=270,
    title="Noise that grows",
    watch="Two outputs, the mean and log σ²: the band widens with the data. The dotted lines are the true "
    "±2σ. See Calibration: what should hold 95 % does.",
    page="/training",
    address="v=1&ds=heteroscedastic&dp=n:1000&h=16,16&like=heteroscedastic&b=50&o=adam&n=1500&t=calibration",
)
