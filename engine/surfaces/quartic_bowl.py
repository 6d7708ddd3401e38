"""A strict minimum whose Hessian is zero.

x⁴ + y⁴: the eigenvalue test is sufficient for a minimum, not necessary. Near the origin gradient descent slows down to
φ_t ≈ 1/√(8 η t), slower than any geometric rate.

Source: standard example of a degenerate minimum.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return x**4 + y**4


definition = Surface(
    label="Quartic bowl",
    order=40,
    loss=loss,
    latex=r"x^4 + y^4",
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.6, 1.1),
    suggested_learning_rate=0.03,
    teaches="A minimum without curvature: the nearer gradient descent comes, the slower it gets, at no steady rate.",
    critical_points=(CriticalPoint("degenerate", 0.0, 0.0, 0.0),),
)
