"""Every limit and default of the server, with its help text; read from the environment once.

The variable of a setting is FALLLINE_ and its name in capitals: FALLLINE_MAX_STEPS=50000.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

PREFIX = "FALLLINE_"


class SettingsError(Exception):
    """An environment variable does not hold what its setting needs."""


def limit(default: Any, text: str) -> Any:
    """A setting that GET /api/limits lists."""
    return field(default=default, metadata={"help": text, "public": True, "none": False})


def private(default: Any, text: str, *, none: bool = False) -> Any:
    """A setting that concerns the operator alone; `none`: 0 is a value of it too."""
    return field(default=default, metadata={"help": text, "public": False, "none": none})


class Listed(NamedTuple):
    """A setting as lists show it."""

    name: str
    variable: str
    value: Any
    default: Any
    help: str
    public: bool


@dataclass(frozen=True)
class Settings:
    """What an operator may set; the help texts are shown at /api/limits."""

    max_steps: int = limit(20_000, "Steps times optimisers in one answer, times members where an ensemble is trained.")
    max_optimizers: int = limit(16, "Optimisers in one request.")
    max_body_bytes: int = limit(64 * 1024, "Bytes of a request's body, besides lists of numbers.")
    number_bytes: int = limit(32, "Bytes of a body for each number that its lists may have.")
    max_answer_bytes: int = limit(8 * 1024 * 1024, "Bytes of an answer that is JSON, CSV or NDJSON.")
    max_unread_bytes: int = limit(
        8 * 1024 * 1024, "Bytes of large answers that wait for slow clients, all together; one more is answered 503."
    )
    max_waiting_bytes: int = limit(
        32 * 1024 * 1024,
        "Bytes of all answers that clients have not taken yet, in each process; beyond, those that waited longest go.",
    )
    max_points: int = limit(10_000, "Points in one request for evaluations.")
    max_resolution: int = limit(400, "Points along each side of a grid, and of a prediction's curve.")
    max_predictions: int = limit(32, "Curves in one request for predictions.")
    max_data_points: int = limit(2_000, "Data points of a surface that is a model's loss on data.")
    max_evaluations: int = limit(20_000_000, "Points times data points in one grid or request for evaluations.")
    max_runs: int = limit(32, "Networks trained in one request: optimisers times members of the ensemble.")
    max_hidden_layers: int = limit(4, "Hidden layers of a network.")
    max_units: int = limit(64, "Units in a hidden layer.")
    max_samples: int = limit(2_000, "Samples of one's own data, all parts together.")
    max_columns: int = limit(20, "Numbers in a row of one's own data, inputs and targets each; pasted: together.")
    max_activations: int = limit(1_000_000, "Training samples times all units of a network.")
    max_frame_points: int = limit(10_000, "Points of a frame's grid.")
    max_frame_work: int = limit(
        500_000_000, "Runs times parameters times the inputs of a frame: its grid's points, and twice the samples."
    )
    max_indices: int = limit(20_000, "Indices of samples in batches that are given.")
    max_drawn: int = limit(1_000_000, "Steps times batch size in one request.")
    max_draws: int = limit(100, "Seeds in one request for an ensemble.")
    max_ensemble_steps: int = limit(200_000, "Steps times optimisers times seeds in one request for an ensemble.")
    engine_seconds: float = limit(2.0, "Seconds that the engine may compute for one request.")
    threads: int = limit(2, "Long computations at the same time, in each process.")
    queue: int = limit(64, "Long computations that may wait for their turn; one more is answered 503.")
    queue_seconds: float = limit(5.0, "Seconds that a long computation waits for its turn before it is answered 503.")
    browser_cost: float = limit(
        6_000_000.0, "What one browser may ask for in a second while others wait. A step on one data point costs 1."
    )
    browser_savings: float = limit(
        120_000_000.0, "What a browser that asked for little may then ask for at once; beyond, it is answered 429."
    )
    max_streams: int = limit(
        600, "Streams of server-sent events at the same time, in each process; one more is answered 503."
    )
    max_stream_bytes: int = limit(
        256 * 1024 * 1024,
        "Bytes that the runs of open streams hold, all together, in each process; one more is answered 503.",
    )
    stream_block: int = limit(20, "Steps in one event of a stream; with ?pace= at most a thirtieth of a second's.")
    event_records: int = limit(500, "Records in one event of a training's stream, of all its runs together.")
    ping_seconds: float = limit(10.0, "Seconds of silence after which a stream sends a comment.")
    send_seconds: float = limit(15.0, "Seconds that a stream waits for a client that does not read.")
    max_header_bytes: int = limit(16 * 1024, "Bytes of a request's header; a larger one is answered 431.")
    max_header_fields: int = limit(100, "Fields of a request's header; more are answered 431.")
    header_seconds: float = limit(10.0, "Seconds within which a request's header must have arrived.")
    body_seconds: float = limit(30.0, "Seconds within which a request's body must have arrived.")
    largest_lag: float = limit(1.0, "Seconds of lag from which /health/ready answers 503.")
    frame_ancestors: str = limit("'self'", "Sites that may show the page in a frame, as CSP writes them.")

    default_surface: str = private("rosenbrock", "The surface of a first visit.")
    default_optimizers: tuple[str, ...] = private(("gd", "momentum", "adam"), "The optimisers of a first visit.")
    default_dataset: str = private("moons", "The dataset of a first visit to the training lab.")
    training_optimizers: tuple[str, ...] = private(("sgd", "adam"), "The optimisers of a first visit to it.")
    training_learning_rate: float = private(0.1, "What its page offers optimisers whose step scales with the loss.")
    training_move: float = private(0.01, "What it offers those whose step does not, such as Adam.")
    training_batch: int = private(20, "The batch size of a first visit to it.")
    training_steps: int = private(1_000, "The steps of a first visit to it.")
    training_page_steps: int = private(10_000, "The largest number of steps that its page offers.")
    default_activation: str = private("tanh", "The activation of a network that names none.")
    default_initializer: str = private("he", "The initialiser of a network that names none.")
    default_steps: int = private(500, "The steps of a first visit.")
    page_steps: int = private(2_000, "The largest number of steps that the page offers.")
    page_optimizers: int = private(8, "The largest number of optimisers that the page offers.")
    kept_bytes: int = private(
        16 * 1024 * 1024,
        "Bytes of paths computed lately that each process keeps, so that one slider computes one path; 0: none.",
        none=True,
    )
    logged_share: float = private(
        0.01,
        "The share of requests that the access log tells, from 0 to 1; those answered 500 are always told.",
        none=True,
    )
    public_address: str = private("", "The address that others open, such as http://10.0.0.5:8000; --lan finds it out.")
    metrics: bool = private(True, "Whether /metrics tells counts and times, in the format of Prometheus.")
    definitions: str = private("", "A folder with more definitions, in surfaces/, optimizers/, datasets/ and so on.")
    cache: str = private(".cache", "Where compressed files are kept.")
    reload: bool = private(False, "Read static files and templates again for each page: for those who edit them.")

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of an environment; what it does not mention has its default.

        Raises: SettingsError that names the variable.
        """
        given: dict[str, Any] = {}
        for setting in fields(cls):
            variable = PREFIX + setting.name.upper()
            if variable in environment:
                given[setting.name] = _parsed(
                    variable, environment[variable], str(setting.type), setting.metadata["none"]
                )
        return cls(**given)

    def listed(self) -> list[Listed]:
        """Every setting with its value, its default and its help, in the order above."""
        return [
            Listed(
                name=setting.name,
                variable=PREFIX + setting.name.upper(),
                value=getattr(self, setting.name),
                default=setting.default,
                help=setting.metadata["help"],
                public=setting.metadata["public"],
            )
            for setting in fields(self)
        ]

    def public(self) -> list[dict[str, Any]]:
        """The limits in force: name, value, help, and the variable that sets them."""
        return [
            {"name": known.name, "value": known.value, "help": known.help, "variable": known.variable}
            for known in self.listed()
            if known.public
        ]


def shown(value: Any) -> str:
    """A value as its variable would hold it."""
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _parsed(variable: str, text: str, kind: str, none: bool) -> Any:
    try:
        if kind == "bool":
            return {"1": True, "0": False, "true": True, "false": False}[text.lower()]
        if kind in ("int", "float"):
            value = int(text) if kind == "int" else float(text)
            if not 0 < value < 1e15 and not (none and value == 0):
                raise ValueError
            return value
    except (KeyError, ValueError):
        least = "from 0" if none else "above 0"
        wanted = {"bool": "1 or 0", "int": f"a whole number {least}", "float": f"a number {least}"}[kind]
        raise SettingsError(f"{variable} must be {wanted}") from None
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if any(ord(character) < 32 or character == ";" for character in text):
        raise SettingsError(f"{variable} must be one line without a semicolon")
    return text
