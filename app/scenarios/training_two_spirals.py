"""Two spirals, wound around each other: a straight border is hopeless, waves are not.

Sines bend a border as often as needed; with tanh or ReLU the same takes more units or more steps. Noise is small enough
here for a network to get every sample right.
"""

from app.scenarios import Scenario

scenario = Scenario(
    order=210,
    title="Two spirals",
    watch="Sines as activations, and each class wound around the other: the border turns with the arms "
    "within a few hundred steps.",
    page="/training",
    address="v=1&ds=two_spirals&dp=n:400&h=24,24&act=sin&b=40&o=adam",
)
