"""Near a saddle the gradient is almost zero, so gradient descent almost stops; it does leave in the end.

On x² − y² the distance in y grows by the factor 1 + 2η a step, from a millionth: gradient descent is slow as long as
it is small. Adam divides by the size of the gradient and does not notice that it is small.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=70,
    title="Crawl past a saddle",
    watch="Gradient descent and momentum run into the saddle and crawl there for a hundred steps (see the "
    "gradient norm); Adam leaves at once.",
    address="v=1&s=simple_saddle&p=1.5,0.000001&o=gd;momentum,learning_rate:0.05;adam&n=160",
)
