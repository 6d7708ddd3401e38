"""Three valleys side by side; only the middle one is the lowest.

2x² − 1.05x⁴ + x⁶/6 + x y + y²: a global minimum at the origin and a local one on each side.

Source: F. Branin, 1972; L. Dixon, G. Szegő, 1978.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


definition = Surface(
    label="Three-hump camel",
    order=100,
    loss=loss,
    latex=r"2x^2 - 1.05\,x^4 + \tfrac{1}{6}x^6 + x y + y^2",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(2.4, -2.0),
    suggested_learning_rate=0.01,
    teaches="Plain descent stops in the nearest valley; with enough momentum the path rolls through it to a lower one.",
    critical_points=(
        CriticalPoint("minimum", 0.0, 0.0, 0.0),
        CriticalPoint("minimum", -1.7475523458302888, 0.8737761729151444, 0.2986384422368598),
        CriticalPoint("minimum", 1.7475523458302888, -0.8737761729151444, 0.2986384422368598),
        CriticalPoint("saddle", -1.07054229182366, 0.53527114591183, 0.8773615577631402),
        CriticalPoint("saddle", 1.07054229182366, -0.53527114591183, 0.8773615577631402),
    ),
)
