"""A batch's own surface has other valleys: what holds the whole gradient does not hold the steps of batches.

From (−0.5, 4) gradient descent on all data converges in a shallow minimum near (−0.17, 4.88) with the loss 0.339, whose
least curvature is 0.05. The same η on batches of 5 leads all of the 30 seeds shown out of it: after 500 steps 26 are
about the best minimum near (0, 16), 0.0215, and 4 about another near (−5.8, 13.9), 0.112. These are deeper, and hold:
after 2000 steps it is the same 26 and 4. Noise leaves shallow minima, not any minimum.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=120,
    title="Noise leaves a shallow valley",
    watch="On all data (thin) η = 1.5 rests in a shallow minimum. Batches of five shake all 30 seeds out of it in 500 "
    "steps: 26 into the best valley, 4 into another.",
    address="v=1&s=gabor&r=mean&b=5&p=-0.5,4&o=sgd,learning_rate:1.5&n=500&l=seeds,whole",
)
