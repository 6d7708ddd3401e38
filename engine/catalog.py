"""The catalogue: every definition, found by walking the folders.

Each file in `engine/surfaces`, `engine/optimizers` and the other FOLDERS whose name does not begin with an underscore
is a definition: its key is the file's name, its docstring the text of the page, its variable `definition` says the
rest. A second folder with the same subfolders may add more (the setting FALLLINE_DEFINITIONS).
"""

import hashlib
import importlib
import importlib.util
import inspect
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, NamedTuple, TypeVar

from engine.definitions import (
    AnySurface,
    Array,
    CriticalPoint,
    DataSurface,
    Loss,
    Optimizer,
    Schedule,
    Settings,
    State,
    Step,
    Surface,
)
from engine.deviations import Deviation
from engine.errors import DefinitionError, UnknownName
from engine.likelihood_definitions import Learnt, Likelihood, Prediction
from engine.network_definitions import Activation, Dataset, Initializer, noise_parameter
from engine.parameters import Choice, Declared, Declares, Parameter, Setting, Switch, complete
from engine.pytorch import TorchCall
from engine.quantities import GRADIENT_STAGE, Quantity, SamePath, Stage, StateQuantity
from engine.randomness import Stream

__all__ = [
    "FOLDERS",
    "GRADIENT_STAGE",
    "TYPED",
    "Activation",
    "ActivationEntry",
    "AnySurface",
    "Array",
    "Catalog",
    "Choice",
    "CriticalPoint",
    "DataSurface",
    "Dataset",
    "DatasetEntry",
    "Declared",
    "Declares",
    "Deviation",
    "Entry",
    "Initializer",
    "InitializerEntry",
    "Learnt",
    "Likelihood",
    "LikelihoodEntry",
    "Loss",
    "Optimizer",
    "OptimizerEntry",
    "Parameter",
    "Prediction",
    "Quantity",
    "SamePath",
    "Schedule",
    "ScheduleEntry",
    "Setting",
    "Settings",
    "Stage",
    "State",
    "StateQuantity",
    "Step",
    "Stream",
    "Surface",
    "SurfaceEntry",
    "Switch",
    "TorchCall",
    "complete",
    "load_catalog",
    "noise_parameter",
]

SUMMARY_LENGTH = 72
TYPED = "custom"
"""The optimiser's name that a request gives to an update rule of its own."""

Definition = TypeVar("Definition", bound=Declares)


@dataclass(frozen=True)
class Entry(Generic[Definition]):
    """A definition under its key, with the two texts of its docstring."""

    name: str
    definition: Definition
    summary: str
    description: str


SurfaceEntry = Entry[AnySurface]
OptimizerEntry = Entry[Optimizer]
ScheduleEntry = Entry[Schedule]
DatasetEntry = Entry[Dataset]
ActivationEntry = Entry[Activation]
InitializerEntry = Entry[Initializer]
LikelihoodEntry = Entry[Likelihood]


class Folder(NamedTuple):
    """A kind of definitions: its title, their types, and what they are sorted by before their names."""

    title: str
    types: tuple[type[Any], ...]
    order: str = "order"


FOLDERS = {
    "surfaces": Folder("Surfaces", (Surface, DataSurface)),
    "optimizers": Folder("Optimisers", (Optimizer,), "year"),
    "schedules": Folder("Schedules", (Schedule,)),
    "datasets": Folder("Datasets", (Dataset,)),
    "activations": Folder("Activations", (Activation,)),
    "initializers": Folder("Initialisers", (Initializer,)),
    "likelihoods": Folder("Likelihoods", (Likelihood,)),
}


@dataclass(frozen=True)
class Catalog:
    """All definitions by key, in the order in which the page shows them."""

    surfaces: dict[str, SurfaceEntry]
    optimizers: dict[str, OptimizerEntry]
    schedules: dict[str, ScheduleEntry]
    datasets: dict[str, DatasetEntry]
    activations: dict[str, ActivationEntry]
    initializers: dict[str, InitializerEntry]
    likelihoods: dict[str, LikelihoodEntry]

    def surface(self, name: object, field: str = "surface.name") -> SurfaceEntry:
        """Return the surface of that name, or raise UnknownName."""
        return _find(self.surfaces, "surface", name, field)

    def optimizer(self, name: object, field: str = "optimizer.name") -> OptimizerEntry:
        """Return the optimiser of that name, or raise UnknownName."""
        return _find(self.optimizers, "optimiser", name, field)

    def schedule(self, name: object, field: str = "schedule.name") -> ScheduleEntry:
        """Return the schedule of that name, or raise UnknownName."""
        return _find(self.schedules, "schedule", name, field)

    def dataset(self, name: object, field: str = "dataset.name") -> DatasetEntry:
        """Return the dataset of that name, or raise UnknownName."""
        return _find(self.datasets, "dataset", name, field)

    def activation(self, name: object, field: str = "network.activation.name") -> ActivationEntry:
        """Return the activation of that name, or raise UnknownName."""
        return _find(self.activations, "activation", name, field)

    def initializer(self, name: object, field: str = "network.initializer.name") -> InitializerEntry:
        """Return the initialiser of that name, or raise UnknownName."""
        return _find(self.initializers, "initialiser", name, field)

    def likelihood(self, name: object, field: str = "likelihood.name") -> LikelihoodEntry:
        """Return the likelihood of that name, or raise UnknownName."""
        return _find(self.likelihoods, "likelihood", name, field)


def _find(entries: dict[str, Entry[Definition]], noun: str, name: object, field: str) -> Entry[Definition]:
    if isinstance(name, str) and name in entries:
        return entries[name]
    raise UnknownName(f"there is no such {noun}; there are {', '.join(entries)}", field=field)


@cache
def load_catalog(extra: Path | None = None) -> Catalog:
    """Read all definitions, and those in the folder `extra`, once.

    Raises: DefinitionError that names the file and what is missing or wrong in it.
    """
    if extra is not None and not extra.is_dir():
        raise DefinitionError(f"the folder of more definitions, {extra}, does not exist")
    return Catalog(**{name: _sorted(_entries(name, extra), folder.order) for name, folder in FOLDERS.items()})


def _sorted(entries: dict[str, Entry[Any]], by: str) -> dict[str, Entry[Any]]:
    return dict(sorted(entries.items(), key=lambda item: (getattr(item[1].definition, by), item[0])))


def _entries(folder: str, extra: Path | None) -> dict[str, Entry[Any]]:
    entries: dict[str, Entry[Any]] = {}
    for place in [None] if extra is None else [None, extra]:
        for path in sorted(((place or Path(__file__).parent) / folder).glob("[!_]*.py")):
            if path.stem in entries:
                raise DefinitionError(f"{folder}/{path.name}: there is a definition of this name already")
            if folder == "optimizers" and path.stem == TYPED:
                raise DefinitionError(f"{folder}/{path.name}: {TYPED} is the name of rules that are typed")
            entries[path.stem] = _entry(path, folder, place)
    return entries


def _entry(path: Path, folder: str, place: Path | None) -> Entry[Any]:
    kinds = FOLDERS[folder].types
    try:
        if not re.fullmatch("[a-z][a-z0-9_]*", path.stem):
            raise DefinitionError("the file's name is the key, in lower case: letters, digits, underscores")
        module = (
            importlib.import_module(f"engine.{folder}.{path.stem}") if place is None else _module(path, folder, place)
        )
        definition = getattr(module, "definition", None)
        if not isinstance(definition, kinds):
            expected = " or ".join(kind.__name__ for kind in kinds)
            raise DefinitionError(f"the variable `definition` must be there, and be of the type {expected}")
        summary, _, description = inspect.cleandoc(module.__doc__ or "").partition("\n")
        if not 0 < len(summary) <= SUMMARY_LENGTH:
            raise DefinitionError(
                f"the docstring's first line must be a sentence of at most {SUMMARY_LENGTH} characters"
            )
        return Entry(path.stem, definition, summary, description.strip())
    except Exception as error:
        raise DefinitionError(f"{folder}/{path.name}: {error}") from error


def _module(path: Path, folder: str, place: Path) -> ModuleType:
    """Load a file from outside the package under a private module name."""
    name = f"_fall_line_{hashlib.sha256(str(place.resolve()).encode()).hexdigest()[:8]}_{folder}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DefinitionError("the file cannot be loaded as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
