"""A quadratic bowl whose two curvatures differ by a chosen factor.

Half of x² + κ y²: the Hessian is diag(1, κ) everywhere, and κ is its condition number. Gradient descent is stable for
η < 2/κ, fastest at η = 2/(1 + κ), and then needs a number of steps in proportion to κ.

Source: the standard quadratic model of convergence theory, such as Y. Nesterov, 2004, section 2.1.
"""

from engine.catalog import Array, CriticalPoint, Parameter, Surface


def loss(x: Array, y: Array, *, condition: Array) -> Array:
    return (x**2 + condition * y**2) / 2


definition = Surface(
    label="Bowl",
    order=10,
    loss=loss,
    latex=r"\tfrac{1}{2}\left(x^2 + \kappa\, y^2\right)",
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.8, 1.0),
    suggested_learning_rate=0.1,
    teaches="The steep direction limits the step and the flat one sets the pace: raise κ and gradient descent zigzags.",
    critical_points=(CriticalPoint("minimum", 0.0, 0.0, 0.0),),
    parameters=(
        Parameter(
            name="condition",
            default=10.0,
            low=1.0,
            high=10000.0,
            scale="log",
            symbol=r"\kappa",
            unit="1",
            help="Condition number: the largest curvature divided by the smallest.",
            slider_high=1000.0,
        ),
    ),
)
