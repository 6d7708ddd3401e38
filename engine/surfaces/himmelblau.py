"""Four equally deep minima around one hill.

(x² + y − 11)² + (x + y² − 7)²: four minima of loss 0, four saddles between them, one maximum.

Source: D. Himmelblau, Applied Nonlinear Programming, 1972.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


definition = Surface(
    label="Himmelblau",
    order=50,
    loss=loss,
    latex=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.0, -0.9),
    suggested_learning_rate=0.01,
    teaches="Near the top of the hill the method decides, as much as the start, in which of four minima a path ends.",
    critical_points=(
        CriticalPoint("minimum", 3.0, 2.0, 0.0),
        CriticalPoint("minimum", -2.805118086952745, 3.131312518250573, 0.0),
        CriticalPoint("minimum", -3.779310253377747, -3.2831859912861696, 0.0),
        CriticalPoint("minimum", 3.5844283403304917, -1.8481265269644036, 0.0),
        CriticalPoint("saddle", 3.385154183607021, 0.07385187983774928, 13.31192627040559),
        CriticalPoint("saddle", 0.08667750455539636, 2.884254701174776, 67.71915008752615),
        CriticalPoint("saddle", -3.0730257507643897, -0.08135304428796751, 104.0151629175581),
        CriticalPoint("saddle", -0.12796134673068008, -1.9537149802445763, 178.33723920192747),
        CriticalPoint("maximum", -0.2708445906673476, -0.9230385564799815, 181.6165215225827),
    ),
)
