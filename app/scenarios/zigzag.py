"""Gradient descent near its limit zigzags across a narrow valley; momentum averages the zigzag away.

The steep direction allows η < 2/50; with 0.038 each step crosses the valley's floor. Momentum's average of the
gradients cancels what changes its sign at every step and keeps what does not.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=20,
    title="Zigzag in a narrow valley",
    watch="Gradient descent crosses the valley's floor at each step. Momentum, with the same η, crosses it a "
    "few times at first and then goes along it.",
    address="v=1&s=bowl&sp=condition:50&o=gd,learning_rate:0.038;momentum,learning_rate:0.038,beta:0.8&n=150",
)
