"""Independent outputs multiply their densities.

Given the inputs the targets are independent: densities multiply, so their negative logarithms add up.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=310,
    title="Numbers and a class at once",
    watch="Three targets, four outputs: two means, two logits. What each target adds to the loss is stacked below its "
    "curve; σ decides how much numbers count against the class.",
    page="/training",
    address="v=1&ds=combined&dp=n:300&h=16,16&like=combined,sigma:0.4&b=30&o=adam&n=800",
)
