"""A slice of a network's loss: the plane around the path of a training run, and the path as it is seen there.

A point (a, b) of the plane is phi = centre + a u + b v. The directions u and v (P,) are random ones, scaled unit by
unit, or the first two principal components of the path. A path of many parameters leaves the plane: each of its points
is shown where the plane comes nearest to it, and its distance from there is told beside it.

Source: H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, Visualizing the Loss Landscape of Neural Nets, 2018, sections
4 (filter normalisation) and 7 (paths).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.deadline import look_at_clock
from engine.errors import OutOfRange
from engine.networks.evaluation import Evaluation
from engine.networks.model import Model
from engine.networks.network import Network, block
from engine.networks.training import NUMBERS, Task
from engine.randomness import DIRECTIONS, Stream

Array = NDArray[np.float64]
PARALLEL = 1e-9
"""Two directions are one line where the sine of the angle between them is smaller."""
MULTIPLICATIONS = 1e8
"""Multiplications between two looks at the clock."""
TOO_FAR = "the path goes so far that no plane around it can be computed"
LOST = 1e3
"""A path is lost where its loss is so many times the first, or above this where the first is below 1."""
REACH = 10.0
"""Points of other paths that are so many widths of the plane's own path away are not made room for."""
NARROW = 0.1
"""A range is at least so long beside the other: a straight path has no width of its own."""


@dataclass(frozen=True, eq=False)
class Plane:
    """The points centre (P,) + coordinates @ directions (2, P).

    `variance_explained`: where the directions are a path's principal components, the shares of its squared distances
    from the centre that lie along them.
    """

    centre: Array
    directions: Array
    variance_explained: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        lengths = np.linalg.norm(self.directions, axis=1)
        if not (np.isfinite(lengths).all() and np.isfinite(self.centre).all()):
            raise OutOfRange(TOO_FAR, field="plane.directions")
        if (lengths > 0).all():
            one, other = self.directions / lengths[:, None]
            if np.linalg.norm(other - (one @ other) * one) > PARALLEL:
                return
        message = "the two directions lie on one line: there are too few weights that are not zero; take another seed, "
        raise OutOfRange(f"{message}or principal directions", field="plane.directions")

    def at(self, coordinates: Array) -> Array:
        """phi (m, P) of coordinates (m, 2)."""
        return self.centre + coordinates @ self.directions

    def project(self, phi: Array) -> tuple[Array, Array]:
        """Of phi (m, P) the coordinates (m, 2) of the nearest points, and the distances (m,) from them.

        Random directions are not orthogonal, so the coordinates are those of least squares.
        """
        across, triangle = np.linalg.qr(self.directions.T)
        away = phi - self.centre
        along = away @ across
        return np.linalg.solve(triangle, along.T).T, np.linalg.norm(away - along @ across.T, axis=1)


def random_plane(network: Network, centre: Array, seed: int) -> Plane:
    """Two random directions, normalised by filter: each unit's part is as long as its incoming weights are.

    The parts are drawn from a normal distribution. Biases, and what a likelihood learns beside the network, stay as
    they are (in the authors' code that is the setting "biasbn"). At (1, 0) every unit's weights have moved by their own
    length, so that planes of networks of different scale can be compared.

    Raises OutOfRange where the weights are too few, or zero, to span a plane.
    """
    stream, directions = Stream(DIRECTIONS, seed), np.zeros((2, len(centre)))
    for direction in directions:
        for layer in network.layers:
            first, shape = layer.weights
            drawn = stream.normal(shape[0] * shape[1]).reshape(shape)
            lengths = np.linalg.norm(block(centre, layer.weights), axis=1) / np.linalg.norm(drawn, axis=1)
            direction[first : first + drawn.size] = (drawn * lengths[:, None]).ravel()
    return Plane(centre, directions)


def principal_plane(path: Array, centre: Array) -> Plane:
    """The plane of the first two principal components of a path (n, P), seen from a centre that is one of its points.

    They are the right singular vectors of the matrix of phi_k − centre, of length 1, and the shares of the variance are
    those of the squared singular values. The farthest point of the path has a positive coordinate. A straight path has
    one component: the other direction, of share 0, is any that is orthogonal.

    Raises OutOfRange where the path never leaves its centre.
    """
    with np.errstate(over="ignore"):
        away = path - centre
    largest = np.abs(away).max()
    if not largest > 0:
        raise OutOfRange("the path stays where it is, so it has no principal components", field="plane.directions")
    if not np.isfinite(largest):
        raise OutOfRange(TOO_FAR, field="plane.directions")
    away /= largest
    triangle = np.asarray(np.linalg.qr(away.T, mode="r"))  # has the same singular values, and less to decompose
    weights, sizes, _ = np.linalg.svd(triangle.T, full_matrices=False)
    shares = sizes**2 / np.sum(sizes**2)
    directions = np.linalg.qr(away.T @ weights[:, :2])[0].T
    along = away @ directions.T
    farthest = along[np.abs(along).argmax(axis=0), [0, 1]]
    return Plane(centre, directions * np.where(farthest < 0, -1.0, 1.0)[:, None], (float(shares[0]), float(shares[1])))


def before_lost(losses: Array) -> int:
    """How many points of a path with such losses (n,) come before it is lost: before the loss is LOST times the first
    and above LOST. A plane around what comes behind would show nothing else. Two at least, where there are so many."""
    lost = ~(losses <= LOST * max(1.0, float(losses[0])))
    return max(2, int(np.argmax(lost))) if lost.any() else len(losses)


def ranges(coordinates: Sequence[Array], margin: float, least: float = 0.0) -> tuple[Array, Array]:
    """Low and high ends (2,) of the part of a plane that shows paths (n, 2), with a margin on both sides.

    The first path is shown whole, of the others the points that are not REACH times as far away. `margin` is a share of
    the width; each range reaches from −`least` to `least` at least.
    """
    own = np.concatenate([coordinates[0], np.full((1, 2), -least), np.full((1, 2), least)])
    low, high = own.min(axis=0), own.max(axis=0)
    reach = REACH * float((high - low).max())
    others = np.concatenate(coordinates)
    near = np.abs(others - (low + high) / 2).max(axis=1) <= reach
    every = np.concatenate([coordinates[0], others[near]])
    low, high = every.min(axis=0), every.max(axis=0)
    low, high = low - margin * (high - low), high + margin * (high - low)
    low, high = np.minimum(low, -least), np.maximum(high, least)
    middle, half = (low + high) / 2, (high - low) / 2
    half = np.maximum(half, NARROW * half.max())
    return middle - half, middle + half


def losses(
    model: Model, samples: tuple[Array, Array], plane: Plane, coordinates: Array, deadline: float | None = None
) -> Array:
    """The loss of samples x (D_in, n), y (K, n) at points of a plane (m, 2); what is not finite is left so.

    Raises DeadlineExceeded where the time is up before the end.
    """
    evaluation, found = Evaluation(model, *samples), np.empty(len(coordinates))
    tile = max(1, int(min(NUMBERS, MULTIPLICATIONS / samples[0].shape[1]) / model.size))
    for low in range(0, len(coordinates), tile):
        look_at_clock(deadline, low, len(coordinates), "points")
        found[low : low + tile] = evaluation(plane.at(coordinates[low : low + tile]))
    return found


class Shadow(NamedTuple):
    """A path as it is seen on a plane: the nearest points (n, 2), its distance from them (n,), the loss there (n,)."""

    coordinates: Array
    distance: Array
    loss: Array


@dataclass(frozen=True, eq=False)
class Slice:
    """The loss (ny, nx) of training and of validation samples at a (nx,) and b (ny,), and the paths seen there."""

    a: Array
    b: Array
    loss: Array
    validation_loss: Array | None
    shadows: list[Shadow]


def sliced(
    task: Task,
    plane: Plane,
    paths: Sequence[Array],
    low: Array,
    high: Array,
    resolution: tuple[int, int],
    deadline: float | None = None,
) -> Slice:
    """The plane from `low` to `high` (2,) on a grid that includes both ends, and what paths (n, P) are on it.

    Raises DeadlineExceeded where the time is up before the end.
    """
    a, b = (np.linspace(low[k], high[k], resolution[k]) for k in (0, 1))
    grid = np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2)
    seen = [plane.project(path) for path in paths]
    everywhere = np.concatenate([grid, *(coordinates for coordinates, _ in seen)])
    found = losses(task.model, (task.x, task.y), plane, everywhere, deadline)
    on_grid, *below = np.split(found, np.cumsum([len(grid), *map(len, paths)])[:-1])
    held = None if task.validation is None else losses(task.model, task.validation, plane, grid, deadline)
    shadows = [Shadow(*each, loss) for each, loss in zip(seen, below, strict=True)]
    shape = resolution[::-1]
    return Slice(a, b, on_grid.reshape(shape), None if held is None else held.reshape(shape), shadows)
