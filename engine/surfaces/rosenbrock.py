"""A curved valley: easy to find, hard to follow.

(1 − x)² + b (y − x²)², the only critical point is the minimum (1, 1). For b = 100 its condition number is 2508, and the
curvature across the valley is about 1000 times the slope along it.

Source: H. Rosenbrock, 1960 (b = 100).
"""

from engine.catalog import Array, CriticalPoint, Parameter, Surface


def loss(x: Array, y: Array, *, b: Array) -> Array:
    return (1 - x) ** 2 + b * (y - x**2) ** 2


definition = Surface(
    label="Rosenbrock",
    order=60,
    loss=loss,
    latex=r"(1 - x)^2 + b\,(y - x^2)^2",
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.5, 2.0),
    suggested_learning_rate=0.0005,
    teaches="All fall into the valley at once, then crawl along its floor: momentum and Adam gain most here.",
    critical_points=(CriticalPoint("minimum", 1.0, 1.0, 0.0),),
    parameters=(
        Parameter(
            name="b",
            default=100.0,
            low=0.1,
            high=10000.0,
            scale="log",
            symbol="b",
            unit="1",
            help="Steepness of the valley's walls.",
            slider_low=1.0,
            slider_high=1000.0,
        ),
    ),
)
