"""LaTeX as MathML, which browsers draw by themselves."""

from __future__ import annotations

from functools import lru_cache

from latex2mathml.converter import convert


@lru_cache(maxsize=1024)
def mathml(latex: str, display: str = "inline") -> str:
    """The MathML of a piece of LaTeX."""
    found: str = convert(latex, display=display)
    return found
