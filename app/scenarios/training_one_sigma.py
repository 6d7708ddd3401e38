"""A fixed σ is wrong wherever the noise is another one.

A fixed σ does not move the minimum of the loss, so the mean is as good; only the certainty is wrong.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=280,
    title="One σ for all",
    watch="The same data, but σ = 1 is fixed: the mean is fine, the band is far too wide on the left. "
    "Calibration shows it: bands hold more than they should.",
    page="/training",
    address="v=1&ds=heteroscedastic&dp=n:1000&h=16,16&like=gaussian&b=50&o=adam&n=1500&t=calibration",
)
