"""A bowl covered with a regular grid of local minima.

20 + x² + y² − 10 cos 2πx − 10 cos 2πy: 121 minima, 220 saddles and 100 maxima within the domain, of which the sixty
lowest minima are listed.

Source: L. Rastrigin, 1974.
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return 20 + x**2 + y**2 - 10 * np.cos(2 * np.pi * x) - 10 * np.cos(2 * np.pi * y)


definition = Surface(
    label="Rastrigin",
    order=150,
    loss=loss,
    latex=r"20 + x^2 + y^2 - 10 \cos 2\pi x - 10 \cos 2\pi y",
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    start=(-3.3, 2.4),
    suggested_learning_rate=0.002,
    teaches="Every method that goes downhill ends in the nearest cell: the bowl below the ripples stays out of sight.",
    critical_points=(
        CriticalPoint("minimum", 0.0, 0.0, 0.0),
        CriticalPoint("minimum", -0.9949586376523348, 0.0, 0.9949590570932914),
        CriticalPoint("minimum", 0.0, -0.9949586376523348, 0.9949590570932914),
        CriticalPoint("minimum", 0.0, 0.9949586376523348, 0.9949590570932914),
        CriticalPoint("minimum", 0.9949586376523348, 0.0, 0.9949590570932914),
        CriticalPoint("minimum", -0.9949586376523348, -0.9949586376523348, 1.9899181141865827),
        CriticalPoint("minimum", -0.9949586376523348, 0.9949586376523348, 1.9899181141865827),
        CriticalPoint("minimum", 0.9949586376523348, -0.9949586376523348, 1.9899181141865827),
        CriticalPoint("minimum", 0.9949586376523348, 0.9949586376523348, 1.9899181141865827),
        CriticalPoint("minimum", -1.9899122337085495, 0.0, 3.9798311905540875),
        CriticalPoint("minimum", 0.0, -1.9899122337085495, 3.9798311905540875),
        CriticalPoint("minimum", 0.0, 1.9899122337085495, 3.9798311905540875),
        CriticalPoint("minimum", 1.9899122337085495, 0.0, 3.9798311905540875),
        CriticalPoint("minimum", -1.9899122337085495, -0.9949586376523348, 4.974790247647379),
        CriticalPoint("minimum", -1.9899122337085495, 0.9949586376523348, 4.974790247647379),
        CriticalPoint("minimum", -0.9949586376523348, -1.9899122337085495, 4.974790247647379),
        CriticalPoint("minimum", -0.9949586376523348, 1.9899122337085495, 4.974790247647379),
        CriticalPoint("minimum", 0.9949586376523348, -1.9899122337085495, 4.974790247647379),
        CriticalPoint("minimum", 0.9949586376523348, 1.9899122337085495, 4.974790247647379),
        CriticalPoint("minimum", 1.9899122337085495, -0.9949586376523348, 4.974790247647379),
        CriticalPoint("minimum", 1.9899122337085495, 0.9949586376523348, 4.974790247647379),
        CriticalPoint("minimum", -1.9899122337085495, -1.9899122337085495, 7.959662381108175),
        CriticalPoint("minimum", -1.9899122337085495, 1.9899122337085495, 7.959662381108175),
        CriticalPoint("minimum", 1.9899122337085495, -1.9899122337085495, 7.959662381108175),
        CriticalPoint("minimum", 1.9899122337085495, 1.9899122337085495, 7.959662381108175),
        CriticalPoint("minimum", -2.984855701039481, 0.0, 8.95460124148701),
        CriticalPoint("minimum", 0.0, -2.984855701039481, 8.95460124148701),
        CriticalPoint("minimum", 0.0, 2.984855701039481, 8.95460124148701),
        CriticalPoint("minimum", 2.984855701039481, 0.0, 8.95460124148701),
        CriticalPoint("minimum", -2.984855701039481, -0.9949586376523348, 9.949560298580302),
        CriticalPoint("minimum", -2.984855701039481, 0.9949586376523348, 9.949560298580302),
        CriticalPoint("minimum", -0.9949586376523348, -2.984855701039481, 9.949560298580302),
        CriticalPoint("minimum", -0.9949586376523348, 2.984855701039481, 9.949560298580302),
        CriticalPoint("minimum", 0.9949586376523348, -2.984855701039481, 9.949560298580302),
        CriticalPoint("minimum", 0.9949586376523348, 2.984855701039481, 9.949560298580302),
        CriticalPoint("minimum", 2.984855701039481, -0.9949586376523348, 9.949560298580302),
        CriticalPoint("minimum", 2.984855701039481, 0.9949586376523348, 9.949560298580302),
        CriticalPoint("minimum", -2.984855701039481, -1.9899122337085495, 12.934432432041097),
        CriticalPoint("minimum", -2.984855701039481, 1.9899122337085495, 12.934432432041097),
        CriticalPoint("minimum", -1.9899122337085495, -2.984855701039481, 12.934432432041097),
        CriticalPoint("minimum", -1.9899122337085495, 2.984855701039481, 12.934432432041097),
        CriticalPoint("minimum", 1.9899122337085495, -2.984855701039481, 12.934432432041097),
        CriticalPoint("minimum", 1.9899122337085495, 2.984855701039481, 12.934432432041097),
        CriticalPoint("minimum", 2.984855701039481, -1.9899122337085495, 12.934432432041097),
        CriticalPoint("minimum", 2.984855701039481, 1.9899122337085495, 12.934432432041097),
        CriticalPoint("minimum", -3.9797838603007536, 0.0, 15.91924379246153),
        CriticalPoint("minimum", 0.0, -3.9797838603007536, 15.91924379246153),
        CriticalPoint("minimum", 0.0, 3.9797838603007536, 15.91924379246153),
        CriticalPoint("minimum", 3.9797838603007536, 0.0, 15.91924379246153),
        CriticalPoint("minimum", -3.9797838603007536, -0.9949586376523348, 16.914202849554822),
        CriticalPoint("minimum", -3.9797838603007536, 0.9949586376523348, 16.914202849554822),
        CriticalPoint("minimum", -0.9949586376523348, -3.9797838603007536, 16.914202849554822),
        CriticalPoint("minimum", -0.9949586376523348, 3.9797838603007536, 16.914202849554822),
        CriticalPoint("minimum", 0.9949586376523348, -3.9797838603007536, 16.914202849554822),
        CriticalPoint("minimum", 0.9949586376523348, 3.9797838603007536, 16.914202849554822),
        CriticalPoint("minimum", 3.9797838603007536, -0.9949586376523348, 16.914202849554822),
        CriticalPoint("minimum", 3.9797838603007536, 0.9949586376523348, 16.914202849554822),
        CriticalPoint("minimum", -2.984855701039481, -2.984855701039481, 17.90920248297402),
        CriticalPoint("minimum", -2.984855701039481, 2.984855701039481, 17.90920248297402),
        CriticalPoint("minimum", 2.984855701039481, -2.984855701039481, 17.90920248297402),
    ),
)
