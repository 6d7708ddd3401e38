"""A saddle with three valleys, where the Hessian is zero.

x³ − 3 x y², unbounded below along three directions. At the origin gradient and Hessian are zero, so that the test by
eigenvalues says nothing; it is no extremum.

Source: D. Hilbert, S. Cohn-Vossen, 1932; S. Strogatz and others, any text on degenerate critical points.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return x**3 - 3 * x * y**2


definition = Surface(
    label="Monkey saddle",
    order=30,
    loss=loss,
    latex=r"x^3 - 3 x y^2",
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.02),
    suggested_learning_rate=0.05,
    teaches="Curvature vanishes at the saddle: paths that come near crawl, until one of three valleys takes them.",
    critical_points=(CriticalPoint("degenerate", 0.0, 0.0, 0.0),),
)
