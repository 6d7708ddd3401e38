"""A batch's own surface has other valleys: what holds the whole gradient does not hold the steps of batches.

From (−0.5, 4) gradient descent on all data converges in a shallow minimum near (−0.17, 4.88) with 0.339. The same η on
batches of 5 leads 26 of the 30 seeds shown out of it, to the best minimum near (0, 16) with 0.0215.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=120,
    title="Noise leaves a bad valley",
    watch="On all data (thin) gradient descent is stuck at once. Batches of five, with the same η, leave the shallow "
    "valley: most of 30 seeds find the best one.",
    address="v=1&s=gabor&r=mean&b=5&p=-0.5,4&o=gd,learning_rate:1.5&n=500&l=seeds,whole",
)
