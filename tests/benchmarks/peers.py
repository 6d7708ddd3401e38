"""The peers' ways to take the same paths: C, JAX, PyTorch. Each returns rows of x, y, loss, gx, gy."""

import ctypes
import functools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

START = (-1.5, 2.0)
GAMMA, EPSILON = 0.999, 1e-8


class Settings(NamedTuple):
    """One optimiser with its numbers."""

    kind: str  # "descent", "momentum", "adaptive"
    rate: float
    beta: float = 0.9


DESCENT, SLOW, QUICK, ADAPTIVE = (
    Settings("descent", 1e-3),
    Settings("momentum", 5e-3, 0.9),
    Settings("momentum", 5e-3, 0.95),
    Settings("adaptive", 1e-2, 0.9),
)
KINDS = {"descent": 0, "momentum": 1, "adaptive": 2}


def rosenbrock(x: Any, y: Any, b: float = 100.0) -> Any:
    u, w = 1 - x, y - x * x
    return u * u + b * (w * w)


@functools.cache
def _library() -> Any:
    source = Path(__file__).with_name("descent.c")
    target = Path(".cache") / "descent.so"
    target.parent.mkdir(exist_ok=True)
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise SystemExit("The benchmark needs a C compiler (gcc or cc) for its lower limit.")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", str(target), str(source), "-lm"], check=True)
    return ctypes.CDLL(str(target.resolve()))


def by_c(s: Settings, steps: int) -> np.ndarray:
    out = np.empty((steps + 1, 5))
    numbers = [ctypes.c_double(v) for v in (*START, s.rate, s.beta, GAMMA, EPSILON)]
    _library().descend(KINDS[s.kind], *numbers, steps, ctypes.c_void_p(out.ctypes.data))
    return out


def jax_runner(loss: Callable[..., Any], kind: str, steps: int) -> Callable[..., Any]:
    """A jitted scan in the form that was fastest of those tried: phi as a vector, not unrolled."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    slope = jax.value_and_grad(lambda phi: loss(phi[0], phi[1]))

    def move(s: Any, rate: Any, beta: Any, g: Any) -> Any:
        phi, m, v, pm, pv = s
        if kind == "descent":
            return (phi - rate * g, *s[1:])
        m = beta * m + (1 - beta) * g
        if kind == "momentum":
            return (phi - rate * m, m, *s[2:])
        v = GAMMA * v + (1 - GAMMA) * g * g
        pm, pv = pm * beta, pv * GAMMA
        return (phi - rate / (1 - pm) * m / jnp.sqrt(v / (1 - pv) + EPSILON), m, v, pm, pv)

    @jax.jit
    def run(phi: Any, rate: Any, beta: Any) -> Any:
        def step(s: Any, _: Any) -> Any:
            f, g = slope(s[0])
            return move(s, rate, beta, g), jnp.stack((s[0][0], s[0][1], f, g[0], g[1]))

        zero = jnp.zeros(2)
        return jax.lax.scan(step, (phi, zero, zero, 1.0, 1.0), None, length=steps + 1)[1]

    return run


_compiled = functools.cache(functools.partial(jax_runner, rosenbrock))


def by_jax(s: Settings, steps: int, runner: Callable[..., Any] | None = None) -> np.ndarray:
    return np.asarray((runner or _compiled(s.kind, steps))(np.array(START), s.rate, s.beta))


def by_torch(s: Settings, steps: int, loss: Callable[..., Any] = rosenbrock) -> np.ndarray:
    """Eager PyTorch with its own optimisers: fused Adam; momentum as a heavy ball of the same path."""
    import torch

    x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in START)
    if s.kind == "adaptive":
        optimizer: Any = torch.optim.Adam([x, y], lr=s.rate, betas=(s.beta, GAMMA), eps=EPSILON, fused=True)
    else:
        ball = s.kind == "momentum"
        rate = s.rate * (1 - s.beta) if ball else s.rate
        optimizer = torch.optim.SGD([x, y], lr=rate, momentum=s.beta if ball else 0.0)
    rows = []
    for _ in range(steps + 1):
        optimizer.zero_grad(set_to_none=True)
        f = loss(x, y)
        f.backward()
        rows.append((x.item(), y.item(), f.item(), x.grad.item(), y.grad.item()))
        optimizer.step()
    return np.array(rows)
