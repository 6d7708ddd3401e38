"""Four valleys of different depth, one per corner.

Half of the sum over both coordinates of t⁴ − 16t² + 5t: separable, so that each coordinate chooses its side alone.

Source: M. Styblinski, T.-S. Tang, 1990.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2


definition = Surface(
    label="Styblinski-Tang",
    order=120,
    loss=loss,
    latex=r"\tfrac{1}{2}\left(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y\right)",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.6, -0.4),
    suggested_learning_rate=0.02,
    teaches="The hill at the centre hides which corner is the deepest: the side of the start decides the end.",
    critical_points=(
        CriticalPoint("minimum", -2.903534027771177, -2.903534027771177, -78.33233140754282),
        CriticalPoint("minimum", -2.903534027771177, 2.746802770990837, -64.19561235905536),
        CriticalPoint("minimum", 2.746802770990837, -2.903534027771177, -64.19561235905536),
        CriticalPoint("minimum", 2.746802770990837, 2.746802770990837, -50.05889331056788),
        CriticalPoint("saddle", 0.1567312567803401, -2.903534027771177, -38.97055334471606),
        CriticalPoint("saddle", -2.903534027771177, 0.1567312567803401, -38.97055334471606),
        CriticalPoint("saddle", 0.1567312567803401, 2.746802770990837, -24.833834296228584),
        CriticalPoint("saddle", 2.746802770990837, 0.1567312567803401, -24.833834296228584),
        CriticalPoint("maximum", 0.1567312567803401, 0.1567312567803401, 0.39122471811071613),
    ),
)
