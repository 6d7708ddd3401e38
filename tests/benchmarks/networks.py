"""W5, W6: small networks trained by the engine beside JAX and PyTorch, one thread, the same weights and batches."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.batches import DrawnBatches, GivenBatches
from engine.catalog import load_catalog
from engine.networks.model import Model
from engine.networks.network import Network
from engine.networks.training import Task, Training
from engine.rule import Rule
from tests.benchmarks import trainings
from tests.benchmarks.timing import Row, at_least, at_most, compare

SAMPLES, STEPS, RATE, BETA, GAMMA, EPSILON = 512, 500, 0.01, 0.9, 0.999, 1e-8
PLAYGROUND = 28 / 1.9
"""TensorFlow Playground's time beside JAX's, as the reference measured it."""


@dataclass
class Case:
    """A network on rings around the origin: two classes as numbers ±1, or three as one-hot rows."""

    widths: tuple[int, ...]
    activation: str
    likelihood: str
    batch: int

    @cached_property
    def classes(self) -> int:
        return 0 if self.likelihood == "squared_error" else self.widths[-1]

    @cached_property
    def data(self) -> tuple[np.ndarray, np.ndarray]:
        x = np.random.default_rng(1).uniform(-3, 3, (2, SAMPLES))
        radius = np.hypot(*x)
        if not self.classes:
            return x, np.where(radius < 2, 1.0, -1.0)[None]
        return x, np.eye(self.classes)[np.digitize(radius, [1.4, 2.4])].T.copy()

    @cached_property
    def model(self) -> Model:
        catalog = load_catalog()
        likelihood = catalog.likelihoods[self.likelihood].definition
        network = Network(self.widths, catalog.activations[self.activation].definition.function)
        h = likelihood.settings(likelihood.defaults, 1, self.classes)
        return Model(network, likelihood, h, self.classes or 1, "mean")

    @cached_property
    def phi(self) -> np.ndarray:
        initializer = load_catalog().initializers["lecun"].definition
        return self.model.network.drawn(initializer, initializer.defaults, 0)

    @cached_property
    def batches(self) -> GivenBatches:
        indices = DrawnBatches(SAMPLES, self.batch, "epochs", 0).drawn(0, STEPS)[0]
        return GivenBatches(SAMPLES, tuple(map(tuple, indices.tolist())))

    @cached_property
    def order(self) -> np.ndarray:
        return np.array(self.batches.indices)

    def ours(self) -> np.ndarray:
        values = {"learning_rate": RATE, "epsilon_inside_root": False}
        rule = Rule.of(load_catalog().optimizers["adam"], values)
        return Training(Task(self.model, *self.data), rule, self.phi, self.batches).advance(STEPS, recorded=False).loss

    @cached_property
    def jitted(self) -> Callable[..., Any]:
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        act = {"tanh": jnp.tanh, "relu": lambda z: jnp.maximum(z, 0)}[self.activation]

        def loss(layers: Any, x: Any, y: Any) -> Any:
            for k, (w, b) in enumerate(layers):
                x = x @ w + b
                x = act(x) if k < len(layers) - 1 else x
            if not self.classes:
                return jnp.mean(jnp.sum((x - y) ** 2, axis=1))
            return jnp.mean(jax.nn.logsumexp(x, axis=1) - jnp.sum(x * y, axis=1))

        slope = jax.value_and_grad(loss)
        tree = jax.tree_util.tree_map

        @jax.jit
        def run(layers: Any, x: Any, y: Any, order: Any) -> Any:
            def step(s: Any, rows: Any) -> Any:
                phi, m, v, pm, pv = s
                found, g = slope(phi, x[rows], y[rows])
                m = tree(lambda a, b: BETA * a + (1 - BETA) * b, m, g)
                v = tree(lambda a, b: GAMMA * a + (1 - GAMMA) * b * b, v, g)
                pm, pv = pm * BETA, pv * GAMMA
                move = tree(lambda a, b: RATE * (a / (1 - pm)) / (jnp.sqrt(b / (1 - pv)) + EPSILON), m, v)
                return (tree(jnp.subtract, phi, move), m, v, pm, pv), found

            zero = tree(jnp.zeros_like, layers)
            return jax.lax.scan(step, (layers, zero, zero, 1.0, 1.0), order)[1]

        return run

    @cached_property
    def _layers(self) -> list[tuple[np.ndarray, np.ndarray]]:
        layers = self.model.network.parameters(self.phi)
        return [(np.array(layer["weights"]), np.array(layer["biases"])) for layer in layers]

    def by_jax(self) -> np.ndarray:
        x, y = self.data
        return np.asarray(self.jitted(self._layers, x.T, y.T, self.order))

    def by_torch(self) -> np.ndarray:
        """Eager PyTorch: its own layers, fused Adam."""
        import torch
        from torch import nn

        act = {"tanh": nn.Tanh, "relu": nn.ReLU}[self.activation]
        parts: list[Any] = []
        for w, b in self._layers:
            linear = nn.Linear(*w.shape, dtype=torch.float64)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(w.T))
                linear.bias.copy_(torch.tensor(b))
            parts += [linear, act()]
        net = nn.Sequential(*parts[:-1])
        x, y = (torch.tensor(rows.T.copy()) for rows in self.data)
        target = y.argmax(dim=1) if self.classes else y
        loss_of = nn.functional.cross_entropy if self.classes else nn.functional.mse_loss
        optimizer = torch.optim.Adam(net.parameters(), lr=RATE, betas=(BETA, GAMMA), eps=EPSILON, fused=True)
        losses = []
        for rows in torch.tensor(self.order):
            optimizer.zero_grad()
            loss = loss_of(net(x[rows]), target[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return np.array(losses)


def workload(name: str, case: Case, jax_limit: float, torch_limit: float) -> list[Row]:
    ours, torch_losses = case.ours(), case.by_torch()
    away = float(np.max(np.abs(ours / torch_losses - 1)))
    np.testing.assert_allclose(ours[:50], case.by_jax()[:50], rtol=1e-9)
    timed = compare({"ours": case.ours, "JAX": case.by_jax})
    slow = compare({"ours": case.ours, "PyTorch": case.by_torch}, rounds=3)
    title = f"{name} {'-'.join(map(str, case.widths))} {case.activation}, batches of {case.batch}, Adam"
    timing = f"{title}: {timed.median('ours') / STEPS * 1e6:.3g} µs a step"
    return [
        at_most(timing, "JAX jit + scan, float64, warm", timed.ratio("ours", "JAX"), jax_limit),
        at_least(timing, "faster than PyTorch eager", slow.ratio("PyTorch", "ours"), torch_limit),
        Row(f"{title}: 500 losses beside PyTorch's", "relative difference ≤ 1e-08", f"{away:.2g}", away <= 1e-8),
    ]


def beside_playground(by_jax: Row) -> Row:
    """TensorFlow Playground was not run here: the reference measured 28 ms for 320 steps where JAX took 1.9 ms."""
    name, ratio = by_jax.workload, float(by_jax.measured.split()[0])
    return at_least(f"{name}, by the reference's figure", "faster than TensorFlow Playground", PLAYGROUND / ratio, 20)


def replay() -> Row:
    """The way back to step 2,000 of a live run, drawing its batches anew: what a change of a slider costs."""
    case = Case((2, 8, 8, 1), "tanh", "squared_error", 32)
    rule = Rule.of(load_catalog().optimizers["adam"], {"learning_rate": RATE})

    def again() -> None:
        batches = DrawnBatches(SAMPLES, case.batch, "epochs", 0)
        Training(Task(case.model, *case.data), rule, case.phi, batches).advance(2000, recorded=False)

    milliseconds = compare({"ours": again}).median("ours") * 1e3
    return at_most("Replay of 2,000 steps of 2-8-8-1, batches of 32", "in all", milliseconds, 20, "ms")


def rows() -> list[Row]:
    small = workload("W5", Case((2, 8, 8, 1), "tanh", "squared_error", 32), 1.0, 80)
    return [
        replay(),
        *small,
        beside_playground(small[0]),
        *workload("W6", Case((2, 64, 64, 3), "relu", "categorical", 64), 1.3, 5),
        *trainings.gradients(),
        *trainings.long_runs(),
    ]
