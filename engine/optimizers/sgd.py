"""Stochastic gradient descent: gradient descent on the slope of a batch.

φ ← φ − η Σ_{i in B} ∇ℓ_i(φ): the lecture's slide leaves out η. With batches each step sees the gradient of a few
samples, which is B/n of the whole one in the mean; without batches it sees them all, and the path is gradient
descent's to the bit. It is a rule of its own so that its name stands in the table; PyTorch's `SGD` is this rule too.

Source: H. Robbins, S. Monro, 1951; S. Prince, Understanding Deep Learning, 2023, section 6.2.
"""

from dataclasses import replace

from engine.optimizers.gd import definition as gd

definition = replace(
    gd,
    label="SGD",
    year=1951,
    of_batches=True,
    latex=(r"\phi^{(t+1)} = \phi^{(t)} - \eta \sum_{i \in \mathcal{B}_t} \nabla \ell_i(\phi^{(t)})",),
)
