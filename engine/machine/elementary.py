"""Elementary functions without branches, within 2 units in the last place, that compilers vectorise.

Argument reduction to a small interval, a polynomial there, and the exponent put back through the bits of the number.
The terms of exp, sin and cos are joined in pairs, and the pairs in pairs: one term after another would wait twice as
long. A product and a sum are rounded once (`fused`), on every processor: those without such an instruction are slower,
not other. Coefficients for exp interpolate (exp(r) - 1 - r) / r**2 at ten Chebyshev points, computed with 70 digits;
those for sin, cos and log are the minimax ones of the classic freely distributable C library (Sun, 1993). Valid for
every double, except sin and cos, which need |x| < 1e5 (the kernel looks, and calls the C library for rows with larger
arguments), and `moderate_exp`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from engine.machine.processor import prefer_wide_vectors

prefer_wide_vectors()
INLINE: dict[str, Any] = {"forceinline": True, "error_model": "numpy"}

ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it leaves the nearest integer in the low bits
ROUND_BITS = np.int64(0x4338000000000000)
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
TWO_OVER_PI = 0.6366197723675814
HALF_PI_1, HALF_PI_2, HALF_PI_3 = 1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21


@intrinsic
def bits_of(typing_context: Any, number: Any) -> Any:
    """The 64 bits of a double as an integer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), generate


@intrinsic
def double_of(typing_context: Any, bits: Any) -> Any:
    """The double with these 64 bits."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


@intrinsic
def fused(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c with one rounding."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


@njit(**INLINE)
def _exp_polynomial(r: float) -> float:
    """exp(r) - 1 for |r| <= ln(2) / 2."""
    z = r * r
    w = z * z
    a = fused(r, 0.16666666666666669, 0.5000000000000001)
    b = fused(r, 0.008333333333330062, 0.04166666666662413)
    c = fused(r, 0.00019841269863053618, 0.0013888888917213717)
    d = fused(r, 2.7557268459997064e-06, 2.4801521295954376e-05)
    e = fused(r, 2.510038549551032e-08, 2.7620088445409746e-07)
    p = fused(w * w, e, fused(w, fused(z, d, c), fused(z, b, a)))
    return fused(z, p, r)


@njit(**INLINE)
def _less(x: float, k: float) -> float:
    """x - k * ln(2)."""
    return fused(-k, LN2_LOW, fused(-k, LN2_HIGH, x))


@njit(**INLINE)
def moderate_exp(x: float) -> float:
    """exp(x) for |x| < 700, with the bits of `fast_exp`."""
    t = fused(x, LOG2_E, ROUND)
    k = t - ROUND
    scale = double_of((bits_of(t) + np.int64(1023)) << np.int64(52))
    return (1.0 + _exp_polynomial(_less(x, k))) * scale


@njit(**INLINE)
def fast_exp(x: float) -> float:
    near = min(max(x, -746.0), 710.0)
    t = fused(near, LOG2_E, ROUND)
    k = t - ROUND
    r = _less(near, k)
    n = bits_of(t) - ROUND_BITS
    half = n >> np.int64(1)  # two factors: 2**1024 is not a double, and 2**-1074 not a normal one
    scale = double_of((half + np.int64(1023)) << np.int64(52))
    rest = double_of((n - half + np.int64(1023)) << np.int64(52))
    y = (1.0 + _exp_polynomial(r)) * scale * rest
    y = math.inf if x > 709.782712893384 else y
    y = 0.0 if x < -745.2 else y
    return x if x != x else y


@njit(**INLINE)
def fast_tanh(x: float) -> float:
    a = min(abs(x) * 2.0, 40.0)
    t = fused(a, LOG2_E, ROUND)
    k = t - ROUND
    p = _exp_polynomial(_less(a, k))
    scale = double_of((bits_of(t) + np.int64(1023)) << np.int64(52))
    e = fused(scale, p, scale - 1.0)  # exp(2|x|) - 1 without cancellation
    return x if x != x else math.copysign(e / (e + 2.0), x)


@njit(**INLINE)
def fast_sine(x: float, quarter: int) -> float:
    """sin(x + quarter * pi / 2) for |x| < 1e5."""
    q, s, c = _sines_within(x)
    return _turned(q + quarter, s, c)


@njit(**INLINE)
def fast_sine_and_cosine(x: float) -> tuple[float, float]:
    """Both for |x| < 1e5, with the bits that they have alone."""
    q, s, c = _sines_within(x)
    return _turned(q, s, c), _turned(q + np.int64(1), s, c)


@njit(**INLINE)
def _turned(q: int, s: float, c: float) -> float:
    """The sine of an angle in the quarter q, from sine and cosine of what it is beyond that quarter."""
    y = c if q & np.int64(1) else s
    return -y if q & np.int64(2) else y


@njit(**INLINE)
def _sines_within(x: float) -> tuple[int, float, float]:
    """The nearest quarter turn, and sine and cosine of the rest."""
    t = fused(x, TWO_OVER_PI, ROUND)
    k = t - ROUND
    r = fused(-k, HALF_PI_3, fused(-k, HALF_PI_2, fused(-k, HALF_PI_1, x)))
    z = r * r
    w = z * z
    a = fused(z, 8.33333333332211858878e-03, -1.66666666666666307295e-01)
    b = fused(z, 2.75573136213857245213e-06, -1.98412698295895385996e-04)
    d = fused(z, 1.58962301576546568060e-10, -2.50507477628578072866e-08)
    s = fused(w * w, d, fused(w, b, a))
    s = fused(r * z, s, r) if z > 0.0 else r  # keeps the sign of zero
    a = fused(z, -1.38888888888730564116e-03, 4.16666666666665929218e-02)
    b = fused(z, -2.75573141792967388112e-07, 2.48015872888517045348e-05)
    d = fused(z, -1.13585365213876817300e-11, 2.08757008419747316778e-09)
    c = fused(w * w, d, fused(w, b, a))
    c = 1.0 - fused(-w, c, 0.5 * z)
    return bits_of(t), s, c


@njit(**INLINE)
def fast_log(x: float) -> float:
    small = x < 2.2250738585072014e-308
    b = bits_of(x * 18014398509481984.0 if small else x)  # numbers below the normal range are lifted by 2**54
    e = ((b >> np.int64(52)) & np.int64(0x7FF)) - np.int64(1023)
    m = double_of((b & np.int64(0x000FFFFFFFFFFFFF)) | np.int64(0x3FF0000000000000))
    high = m > 1.4142135623730951
    m = 0.5 * m if high else m
    k = float(e) + (1.0 if high else 0.0) - (54.0 if small else 0.0)
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    p = 1.479819860511658591e-01
    p = fused(p, z, 1.531383769920937332e-01)
    p = fused(p, z, 1.818357216161805012e-01)
    p = fused(p, z, 2.222219843214978396e-01)
    p = fused(p, z, 2.857142874366239149e-01)
    p = fused(p, z, 3.999999999940941908e-01)
    p = fused(p, z, 6.666666666666735130e-01)
    half = 0.5 * f * f
    y = fused(k, LN2_HIGH, f - (half - fused(s, fused(p, z, half), k * LN2_LOW)))
    y = -math.inf if x == 0.0 else y
    y = math.nan if x < 0.0 else y
    return x if (x == math.inf or x != x) else y


@njit(**INLINE)
def maximum(a: float, b: float) -> float:
    return a if (a >= b or a != a) else b


@njit(**INLINE)
def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


@njit(**INLINE)
def softplus(x: float) -> float:
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-abs(x)))
