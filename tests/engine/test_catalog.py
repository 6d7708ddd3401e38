"""The catalogue finds every definition; each has what the page needs."""

from pathlib import Path

import pytest
from latex2mathml.converter import convert

from engine.catalog import FOLDERS, Choice, Parameter, complete, load_catalog
from engine.errors import OutOfRange, UnknownName

CATALOG = load_catalog()
ENTRIES = [entry for folder in FOLDERS for entry in getattr(CATALOG, folder).values()]


def test_the_catalogue_holds_what_the_lecture_needs() -> None:
    assert set(CATALOG.surfaces) >= {
        *("bowl", "simple_saddle", "monkey_saddle", "quartic_bowl", "himmelblau", "rosenbrock", "beale", "booth"),
        *("matyas", "three_hump_camel", "six_hump_camel", "styblinski_tang", "goldstein_price", "mccormick"),
        *("rastrigin", "ackley", "easom", "adam_bowl", "line", "gabor", "logistic", "exponential_decay"),
    }
    assert set(CATALOG.optimizers) >= {"gd", "momentum", "adam", "rmsprop", "adagrad", "adamw"}
    assert set(CATALOG.schedules) >= {"constant", "step", "exponential", "cosine", "warmup_cosine", "inverse_time"}
    assert set(CATALOG.datasets) >= {
        *("moons", "circles", "xor", "two_spirals", "blobs", "three_arm_spiral"),
        *("sine", "lecture_sine", "gabor", "heteroscedastic", "step", "combined"),
    }
    assert set(CATALOG.activations) >= {"relu", "leaky_relu", "tanh", "sigmoid", "softplus", "gelu", "sin", "identity"}
    assert set(CATALOG.initializers) >= {"normal", "he", "glorot", "lecun", "constant", "zeros"}
    assert set(CATALOG.likelihoods) >= {
        *("gaussian", "gaussian_learnt", "squared_error", "heteroscedastic", "bernoulli", "categorical", "combined"),
    }


def test_every_file_in_the_folders_is_a_definition() -> None:
    engine = Path(__file__).parents[2] / "engine"
    for folder in FOLDERS:
        entries = getattr(CATALOG, folder)
        assert {path.stem for path in (engine / folder).glob("*.py")} - {"__init__"} == set(entries)


def test_optimisers_come_in_the_order_of_their_years() -> None:
    years = [entry.definition.year for entry in CATALOG.optimizers.values()]
    assert years == sorted(years)
    for folder in set(FOLDERS) - {"optimizers"}:
        entries = getattr(CATALOG, folder)
        orders = [entry.definition.order for entry in entries.values()]
        assert orders == sorted(set(orders))


def test_the_catalogue_is_read_once() -> None:
    assert load_catalog() is CATALOG


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_docstring_has_a_summary_for_the_page_and_its_source(entry: object) -> None:
    assert entry.summary.endswith(".")  # type: ignore[attr-defined]
    assert "\nSource: " in entry.description  # type: ignore[attr-defined]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_formula_and_symbol_can_be_typeset(entry: object) -> None:
    definition = entry.definition  # type: ignore[attr-defined]
    formulas = [*([definition.latex] if isinstance(definition.latex, str) else definition.latex)]
    formulas += getattr(definition, "symbols", ())
    carried = [*getattr(definition, "state", {}).values(), *getattr(definition, "learnt", {}).values()]
    symbols = [quantity.symbol for quantity in (*definition.parameters, *carried)]
    for latex in [*formulas, *symbols]:
        mathml = convert(latex)
        assert mathml.startswith("<math")
        assert "\\" not in mathml


def test_hyperparameters_have_the_names_and_symbols_of_the_lecture() -> None:
    symbols = {"learning_rate": r"\eta", "beta": r"\beta", "gamma": r"\gamma", "epsilon": r"\varepsilon"}
    for entry in CATALOG.optimizers.values():
        for parameter in entry.definition.parameters:
            assert parameter.symbol == symbols.get(parameter.name, parameter.symbol)


def test_limits_leave_room_for_experiments() -> None:
    for entry in CATALOG.optimizers.values():
        for rate in (2e-3, 1.0, 500.0):
            assert complete(entry.definition, {"learning_rate": rate}, "")["learning_rate"] == rate
    adam = CATALOG.optimizer("adam").definition
    for name, value in (("epsilon", 0), ("epsilon", 1e-20), ("epsilon", 0.1), ("beta", 0), ("gamma", 0)):
        assert complete(adam, {name: value}, "")[name] == value
    with pytest.raises(OutOfRange, match="gamma is 1; it must be between 0 and 0.999999"):
        complete(adam, {"gamma": 1.0}, "optimizers[0]")


def test_the_defaults_are_those_of_the_lecture() -> None:
    adam = complete(CATALOG.optimizer("adam").definition, {}, "")
    assert adam == {
        "learning_rate": 0.05,
        "beta": 0.9,
        "gamma": 0.999,
        "epsilon": 1e-8,
        "epsilon_inside_root": True,
        "bias_correction": True,
    }
    momentum = CATALOG.optimizer("momentum").definition
    assert complete(momentum, {}, "")["form"] == "ema"
    assert complete(momentum, {}, "")["nesterov"] is False
    form = momentum.declared["form"]
    assert isinstance(form, Choice)
    assert form.options == ("ema", "heavy_ball")


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match="there is no such optimiser; there are gd, .*momentum, .*adam") as caught:
        CATALOG.optimizer("adamm", "optimizers[0].name")
    assert caught.value.field == "optimizers[0].name"
    for name in (["gd"], None, 3, {"name": "bowl"}):
        with pytest.raises(UnknownName, match="there is no such surface; there are bowl"):
            CATALOG.surface(name)


def test_a_surface_has_numbers_as_parameters_alone() -> None:
    for entry in CATALOG.surfaces.values():
        assert all(isinstance(parameter, Parameter) for parameter in entry.definition.parameters)
