"""A nearly flat, rippled plain with a sharp funnel at the origin.

20 + e − 20 exp(−0.2 √((x² + y²)/2)) − exp((cos 2πx + cos 2πy)/2). At the origin, its minimum, it has a cone of slope
2√2: there is no gradient there. All 24 smooth minima around it are listed, and 35 of the 40 saddles; the 16 maxima are
not.

Source: D. Ackley, 1987.
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    radius = np.sqrt((x**2 + y**2) / 2)
    waves = (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)) / 2
    return 20 + np.e - 20 * np.exp(-0.2 * radius) - np.exp(waves)


definition = Surface(
    label="Ackley",
    order=160,
    loss=loss,
    latex=(
        r"20 + e - 20 \exp\left(-0.2 \sqrt{\tfrac{1}{2}(x^2 + y^2)}\right) "
        r"- \exp\left(\tfrac{1}{2}(\cos 2\pi x + \cos 2\pi y)\right)"
    ),
    domain=((-2.5, 2.5), (-2.5, 2.5)),
    start=(-1.6, 0.7),
    suggested_learning_rate=0.02,
    teaches="Ripples hold small steps; and at the kink in the middle the slope never fades, so steps jump about it.",
    critical_points=(
        CriticalPoint("minimum_nonsmooth", 0.0, 0.0, 0.0),
        CriticalPoint("minimum", -0.9521665459501717, 0.0, 2.579927557029872),
        CriticalPoint("minimum", 0.0, -0.9521665459501717, 2.579927557029872),
        CriticalPoint("minimum", 0.0, 0.9521665459501717, 2.579927557029872),
        CriticalPoint("minimum", 0.9521665459501717, 0.0, 2.579927557029872),
        CriticalPoint("minimum", -0.9684776587077244, -0.9684776587077244, 3.57445187725768),
        CriticalPoint("minimum", -0.9684776587077244, 0.9684776587077244, 3.57445187725768),
        CriticalPoint("minimum", 0.9684776587077244, -0.9684776587077244, 3.57445187725768),
        CriticalPoint("minimum", 0.9684776587077244, 0.9684776587077244, 3.57445187725768),
        CriticalPoint("minimum", -1.9589197181217173, 0.0, 4.884065258091154),
        CriticalPoint("minimum", 0.0, -1.9589197181217173, 4.884065258091154),
        CriticalPoint("minimum", 0.0, 1.9589197181217173, 4.884065258091154),
        CriticalPoint("minimum", 1.9589197181217173, 0.0, 4.884065258091154),
        CriticalPoint("minimum", -1.9646166628629864, -0.9824160350791393, 5.381864187490192),
        CriticalPoint("minimum", -1.9646166628629864, 0.9824160350791393, 5.381864187490192),
        CriticalPoint("minimum", -0.9824160350791393, -1.9646166628629864, 5.381864187490192),
        CriticalPoint("minimum", -0.9824160350791393, 1.9646166628629864, 5.381864187490192),
        CriticalPoint("minimum", 0.9824160350791393, -1.9646166628629864, 5.381864187490192),
        CriticalPoint("minimum", 0.9824160350791393, 1.9646166628629864, 5.381864187490192),
        CriticalPoint("minimum", 1.9646166628629864, -0.9824160350791393, 5.381864187490192),
        CriticalPoint("minimum", 1.9646166628629864, 0.9824160350791393, 5.381864187490192),
        CriticalPoint("minimum", -1.9744519864841166, -1.9744519864841166, 6.559645375627878),
        CriticalPoint("minimum", -1.9744519864841166, 1.9744519864841166, 6.559645375627878),
        CriticalPoint("minimum", 1.9744519864841166, -1.9744519864841166, 6.559645375627878),
        CriticalPoint("minimum", 1.9744519864841166, 1.9744519864841166, 6.559645375627878),
        CriticalPoint("saddle", -0.6257806168564638, 0.0, 3.2524692451131805),
        CriticalPoint("saddle", 0.0, -0.6257806168564638, 3.2524692451131805),
        CriticalPoint("saddle", 0.0, 0.6257806168564638, 3.2524692451131805),
        CriticalPoint("saddle", 0.6257806168564638, 0.0, 3.2524692451131805),
        CriticalPoint("saddle", -0.8747620388753442, -0.5774125352782147, 4.5587771352999855),
        CriticalPoint("saddle", -0.8747620388753442, 0.5774125352782147, 4.5587771352999855),
        CriticalPoint("saddle", -0.5774125352782147, -0.8747620388753442, 4.5587771352999855),
        CriticalPoint("saddle", -0.5774125352782147, 0.8747620388753442, 4.5587771352999855),
        CriticalPoint("saddle", 0.5774125352782147, -0.8747620388753442, 4.5587771352999855),
        CriticalPoint("saddle", 0.5774125352782147, 0.8747620388753442, 4.5587771352999855),
        CriticalPoint("saddle", 0.8747620388753442, -0.5774125352782147, 4.5587771352999855),
        CriticalPoint("saddle", 0.8747620388753442, 0.5774125352782147, 4.5587771352999855),
        CriticalPoint("saddle", -1.6102960205537256, 0.0, 5.669249530986375),
        CriticalPoint("saddle", 0.0, -1.6102960205537256, 5.669249530986375),
        CriticalPoint("saddle", 0.0, 1.6102960205537256, 5.669249530986375),
        CriticalPoint("saddle", 1.6102960205537256, 0.0, 5.669249530986375),
        CriticalPoint("saddle", -1.5950289240728648, -0.9458984927015271, 6.2723512660495455),
        CriticalPoint("saddle", -1.5950289240728648, 0.9458984927015271, 6.2723512660495455),
        CriticalPoint("saddle", -0.9458984927015271, -1.5950289240728648, 6.2723512660495455),
        CriticalPoint("saddle", -0.9458984927015271, 1.5950289240728648, 6.2723512660495455),
        CriticalPoint("saddle", 0.9458984927015271, -1.5950289240728648, 6.2723512660495455),
        CriticalPoint("saddle", 0.9458984927015271, 1.5950289240728648, 6.2723512660495455),
        CriticalPoint("saddle", 1.5950289240728648, -0.9458984927015271, 6.2723512660495455),
        CriticalPoint("saddle", 1.5950289240728648, 0.9458984927015271, 6.2723512660495455),
        CriticalPoint("saddle", -1.855976708974908, -0.5364972381119946, 6.662875642159826),
        CriticalPoint("saddle", -1.855976708974908, 0.5364972381119946, 6.662875642159826),
        CriticalPoint("saddle", -0.5364972381119946, -1.855976708974908, 6.662875642159826),
        CriticalPoint("saddle", -0.5364972381119946, 1.855976708974908, 6.662875642159826),
        CriticalPoint("saddle", 0.5364972381119946, -1.855976708974908, 6.662875642159826),
        CriticalPoint("saddle", 0.5364972381119946, 1.855976708974908, 6.662875642159826),
        CriticalPoint("saddle", 1.855976708974908, -0.5364972381119946, 6.662875642159826),
        CriticalPoint("saddle", 1.855976708974908, 0.5364972381119946, 6.662875642159826),
        CriticalPoint("saddle", -1.916166848997128, -1.5674502528624066, 7.649233213192807),
        CriticalPoint("saddle", -1.916166848997128, 1.5674502528624066, 7.649233213192807),
        CriticalPoint("saddle", -1.5674502528624066, -1.916166848997128, 7.649233213192807),
    ),
)
