"""W3 and W4: many paths at once, of which only the ends are wanted, beside JAX and PyTorch on whole arrays.

W3 starts anywhere: 256 × 256 starts, 300 steps. W4 sweeps hyperparameters: 64 × 64 learning rates and β, 500 steps.
"""

import functools
import itertools
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from engine.catalog import load_catalog
from engine.landscape import end_points
from engine.objective import Objective, objective_of_surface
from engine.rule import Rule
from tests.benchmarks.peers import EPSILON, GAMMA
from tests.benchmarks.timing import Row, at_least, at_most, compare

SIDE, STEPS = 256, 300
SWEPT, SWEEP_STEPS = 64, 500
RATE, BETA = 0.01, 0.9
SLICES = 8
"""Parts of a map for two threads: four each."""


def himmelblau(x: Any, y: Any, _: Any) -> Any:
    u, w = x * x + y - 11, x + y * y - 7
    return u * u + w * w


def ackley(x: Any, y: Any, library: Any) -> Any:
    radius = library.sqrt(0.5 * (x * x + y * y))
    waves = 0.5 * (library.cos(2 * math.pi * x) + library.cos(2 * math.pi * y))
    return -20 * library.exp(-0.2 * radius) - library.exp(waves) + math.e + 20


def beale(x: Any, y: Any, _: Any) -> Any:
    y2 = y * y
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y2, 2.625 - x + x * (y2 * y)
    return a * a + b * b + c * c


LOSSES: dict[str, Callable[..., Any]] = {"himmelblau": himmelblau, "ackley": ackley, "beale": beale}


def objective(surface: str) -> Objective:
    return objective_of_surface(load_catalog().surfaces[surface], {})


def rule(kind: str, rate: float) -> Rule:
    values: dict[str, Any] = {"learning_rate": rate}
    if kind == "momentum":
        values |= {"beta": BETA, "form": "heavy_ball"}
    if kind == "adam":
        values |= {"beta": BETA, "gamma": GAMMA, "epsilon": EPSILON}
    return Rule.of(load_catalog().optimizers[kind], values)


@functools.cache
def jax_runner(surface: str, kind: str, steps: int) -> Callable[..., Any]:
    """A jitted scan over whole arrays of points."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    slope = jax.grad(lambda x, y: LOSSES[surface](x, y, jnp).sum(), argnums=(0, 1))

    @jax.jit
    def run(x: Any, y: Any, rate: Any, beta: Any) -> Any:
        def step(s: Any, _: Any) -> Any:
            points, m, v, pm, pv = s
            g = slope(*points)
            if kind == "gd":
                return (tuple(p - rate * d for p, d in zip(points, g)), m, v, pm, pv), None
            if kind == "momentum":
                m = tuple(beta * a + d for a, d in zip(m, g))
                return (tuple(p - rate * a for p, a in zip(points, m)), m, v, pm, pv), None
            m = tuple(beta * a + (1 - beta) * d for a, d in zip(m, g))
            v = tuple(GAMMA * a + (1 - GAMMA) * d * d for a, d in zip(v, g))
            pm, pv = pm * beta, pv * GAMMA
            scaled, corrected = rate / (1 - pm), 1 / (1 - pv)
            moved = (p - scaled * a / jnp.sqrt(b * corrected + EPSILON) for p, a, b in zip(points, m, v))
            return (tuple(moved), m, v, pm, pv), None

        zero = (jnp.zeros_like(x),) * 2
        one = jnp.ones((), x.dtype)
        return jax.lax.scan(step, ((x, y), zero, zero, one, one), None, length=steps)[0][0]

    return run


def by_jax(surface: str, kind: str, points: np.ndarray, rate: Any, beta: Any, steps: int) -> np.ndarray:
    return np.stack([np.asarray(v) for v in jax_runner(surface, kind, steps)(*points.T, rate, beta)], axis=1)


def by_torch(surface: str, kind: str, points: np.ndarray, rate: float, steps: int) -> np.ndarray:
    """Eager PyTorch on whole arrays, with its own fused optimisers."""
    import torch

    x, y = (torch.tensor(column, requires_grad=True) for column in points.T)
    if kind == "gd":
        optimizer: Any = torch.optim.SGD([x, y], lr=rate, fused=True)
    else:
        optimizer = torch.optim.Adam([x, y], lr=rate, betas=(BETA, GAMMA), eps=EPSILON, fused=True)
    for _ in range(steps):
        optimizer.zero_grad(set_to_none=True)
        LOSSES[surface](x, y, torch).sum().backward()
        optimizer.step()
    return np.stack([x.detach().numpy(), y.detach().numpy()], axis=1)


def sweep_by_torch(points: np.ndarray, rate: np.ndarray, beta: np.ndarray, steps: int) -> np.ndarray:
    """Momentum with numbers of its own for each point, which no optimiser of PyTorch's can: by hand, in place."""
    import torch

    x, y = (torch.tensor(column, requires_grad=True) for column in points.T)
    rates, betas = torch.as_tensor(rate), torch.as_tensor(beta)
    m = [torch.zeros_like(x), torch.zeros_like(y)]
    for _ in range(steps):
        slopes = torch.autograd.grad(beale(x, y, torch).sum(), (x, y))
        with torch.no_grad():
            for point, held, slope in zip((x, y), m, slopes):
                held.mul_(betas).add_(slope)
                point.sub_(rates * held)
    return np.stack([x.detach().numpy(), y.detach().numpy()], axis=1)


def moving() -> Callable[[], float]:
    """A learning rate that nobody has seen, each time."""
    moves = itertools.count()
    return lambda: RATE * (1 + 0.01 * ((next(moves) * 0.6180339887498949) % 1))


def basins() -> list[Row]:
    """W3: end points of descent and Adam from a grid of starts."""
    import jax

    side = np.linspace(-5, 5, SIDE)
    starts = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    ratios, slower, gained, told = [], [], [], []
    with ThreadPoolExecutor(2) as threads:
        for surface, kind in itertools.product(("himmelblau", "ackley"), ("gd", "adam")):
            bound, rate = objective(surface), moving()
            ours = functools.partial(end_points, bound)
            near(ours(rule(kind, RATE), starts, 20), by_jax(surface, kind, starts, RATE, BETA, 20))

            def parted(ours: Any = ours, kind: str = kind, rate: Any = rate) -> list[np.ndarray]:
                chosen = rule(kind, rate())
                return list(threads.map(lambda part: ours(chosen, part, STEPS), np.array_split(starts, SLICES)))

            contenders: dict[str, Callable[[], object]] = {
                "ours": lambda ours=ours, kind=kind, rate=rate: ours(rule(kind, rate()), starts, STEPS),
                "two threads": parted,
                "JAX": lambda s=surface, k=kind, rate=rate: jax.block_until_ready(
                    jax_runner(s, k, STEPS)(*starts.T, rate(), BETA)
                ),
            }
            timed = compare(contenders, rounds=9)
            slow = compare(
                {
                    "ours": contenders["ours"],
                    "PyTorch": lambda s=surface, k=kind, rate=rate: by_torch(s, k, starts, rate(), STEPS),
                },
                rounds=1,
            )
            ratios.append(timed.ratio("ours", "JAX"))
            gained.append(timed.ratio("ours", "two threads"))
            slower.append(slow.ratio("PyTorch", "ours"))
            told.append(
                f"{surface} {kind} {timed.median('ours') * 1e3:.0f} ms: {ratios[-1]:.2f} × JAX, PyTorch {slower[-1]:.1f} ×"
            )
    name = f"W3 {SIDE}×{SIDE} starts × {STEPS} steps, end points ({'; '.join(told)})"
    return [
        at_most(name, "geometric mean, JAX", mean(ratios), 1.0),
        at_least(name, "geometric mean, faster than batched PyTorch", mean(slower), 4),
        at_least(name, "geometric mean, faster on two threads", mean(gained), 1.7),
    ]


def mean(ratios: list[float]) -> float:
    """The geometric mean."""
    return math.exp(np.mean(np.log(ratios)))


def sweep() -> list[Row]:
    """W4: momentum as a heavy ball on Beale from (1, 1) for a grid of learning rates and β."""
    import jax

    rates, betas = (m.ravel() for m in np.meshgrid(np.geomspace(1e-4, 5e-2, SWEPT), np.linspace(0, 0.99, SWEPT)))
    starts, bound, rate = np.ones((SWEPT * SWEPT, 2)), objective("beale"), moving()

    def ours(factor: float, steps: int = SWEEP_STEPS) -> np.ndarray:
        return end_points(
            bound, rule("momentum", RATE), starts, steps, {"learning_rate": rates * factor, "beta": betas}
        )

    near(ours(1.0, 20), by_jax("beale", "momentum", starts, rates, betas, 20))
    near(ours(1.0, 20), sweep_by_torch(starts, rates, betas, 20))
    runner = jax_runner("beale", "momentum", SWEEP_STEPS)
    timed = compare(
        {
            "ours": lambda: ours(rate() / RATE),
            "JAX": lambda: jax.block_until_ready(runner(*starts.T, rates * (rate() / RATE), betas)),
        },
        rounds=9,
    )
    slow = compare(
        {
            "ours": lambda: ours(rate() / RATE),
            "PyTorch": lambda: sweep_by_torch(starts, rates * (rate() / RATE), betas, SWEEP_STEPS),
        },
        rounds=3,
    )
    name = f"W4 {SWEPT}×{SWEPT} (η, β) × {SWEEP_STEPS} steps of momentum on Beale: {timed.median('ours') * 1e3:.1f} ms"
    return [
        at_most(name, "JAX", timed.ratio("ours", "JAX"), 2.0),
        at_least(name, "faster than PyTorch", slow.ratio("PyTorch", "ours"), 10),
    ]


def near(ours: np.ndarray, theirs: np.ndarray) -> None:
    """The same ends, where both are numbers: a path that tumbles out of range does so in its own way."""
    finite = np.isfinite(ours).all(axis=1) & np.isfinite(theirs).all(axis=1) & (np.abs(theirs) < 1e3).all(axis=1)
    assert finite.mean() > 0.5
    np.testing.assert_allclose(ours[finite], theirs[finite], rtol=1e-7, atol=1e-7)


def rows() -> list[Row]:
    return [*basins(), *sweep()]
