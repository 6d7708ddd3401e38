"""The catalogue finds every definition, and says what is wrong with a broken one."""

from pathlib import Path
from textwrap import dedent

import pytest
from latex2mathml.converter import convert

from engine.catalog import Catalog, Choice, Parameter, complete, load_catalog
from engine.errors import DefinitionError, OutOfRange, UnknownName

CATALOG = load_catalog()
ENTRIES = [*CATALOG.surfaces.values(), *CATALOG.optimizers.values(), *CATALOG.schedules.values()]

SURFACE = '''
    """A valley with a floor that is easy to find.

    Source: made up.
    """

    from engine.catalog import Array, CriticalPoint, Parameter, Surface


    def loss(x: Array, y: Array, *, k: Array) -> Array:
        return x**2 + k * y**2


    definition = Surface(
        label="Trough",
        order=55,
        loss=loss,
        latex="x^2 + k y^2",
        domain=((-1.0, 1.0), (-1.0, 1.0)),
        start=(0.5, 0.5),
        teaches="Nothing new.",
        critical_points=(CriticalPoint("minimum", 0.0, 0.0, 0.0),),
        parameters=(Parameter("k", 2.0, 1.0, 5.0, "linear", "k", "1", "Curvature across."),),
    )
'''
OPTIMIZER = '''
    """Sign descent: the same step in each coordinate."""

    import numpy as np

    from engine.catalog import Optimizer, Parameter, StateQuantity


    def step(phi, loss, state, h, t):
        return phi - h.learning_rate * np.sign(loss.gradient(phi)), {}


    definition = Optimizer(
        label="Sign descent",
        year=1992,
        latex=(r"\\\\phi - \\\\eta\\\\, \\\\mathrm{sign}(g)",),
        step=step,
        state={},
        parameters=(Parameter("learning_rate", 0.1, 1e-6, 1e3, "log", "e", "[φ]", "Step size."),),
    )
'''


SCHEDULE = '''
    """Every other step counts half.

    Source: made up.
    """

    import numpy as np

    from engine.catalog import Parameter, Schedule


    def rate(learning_rate, t, *, share):
        return learning_rate * np.where(t - 2 * np.floor(t / 2), share, 1.0)


    definition = Schedule(
        label="Limping",
        order=150,
        rate=rate,
        latex=r"\\eta_t",
        parameters=(Parameter("share", 0.5, 0.0, 1.0, "linear", "s", "1", "Of the odd steps."),),
    )
'''


def write(folder: Path, kind: str, name: str, text: str) -> Path:
    (folder / kind).mkdir(parents=True, exist_ok=True)
    (folder / kind / name).write_text(dedent(text).lstrip(), encoding="utf-8")
    return folder


def test_the_catalogue_holds_what_the_lecture_needs() -> None:
    assert set(CATALOG.surfaces) >= {
        *("bowl", "simple_saddle", "monkey_saddle", "quartic_bowl", "himmelblau", "rosenbrock", "beale", "booth"),
        *("matyas", "three_hump_camel", "six_hump_camel", "styblinski_tang", "goldstein_price", "mccormick"),
        *("rastrigin", "ackley", "easom", "adam_bowl", "line", "gabor", "logistic", "exponential_decay"),
    }
    assert set(CATALOG.optimizers) >= {"gd", "momentum", "adam", "rmsprop", "adagrad", "adamw"}
    assert set(CATALOG.schedules) >= {"constant", "step", "exponential", "cosine", "warmup_cosine", "inverse_time"}


def test_every_file_in_the_folders_is_a_definition() -> None:
    engine = Path(__file__).parents[2] / "engine"
    for folder in ("surfaces", "optimizers", "schedules"):
        entries = getattr(CATALOG, folder)
        assert {path.stem for path in (engine / folder).glob("*.py")} - {"__init__"} == set(entries)


def test_optimisers_come_in_the_order_of_their_years() -> None:
    years = [entry.definition.year for entry in CATALOG.optimizers.values()]
    assert years == sorted(years)
    for entries in (CATALOG.surfaces, CATALOG.schedules):
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
    state = getattr(definition, "state", {})
    symbols = [quantity.symbol for quantity in (*definition.parameters, *state.values())]
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


def test_one_file_in_another_folder_adds_a_surface_an_optimiser_or_a_schedule(tmp_path: Path) -> None:
    write(tmp_path, "surfaces", "trough.py", SURFACE)
    write(tmp_path, "optimizers", "sign_descent.py", OPTIMIZER)
    write(tmp_path, "schedules", "limping.py", SCHEDULE)
    catalog = load_catalog(tmp_path)
    assert list(catalog.schedules)[:3] == ["constant", "limping", "step"]
    assert set(catalog.surfaces) - set(CATALOG.surfaces) == {"trough"}
    names = list(catalog.surfaces)
    assert names.index("himmelblau") < names.index("trough") < names.index("rosenbrock")
    assert catalog.surface("trough").summary == "A valley with a floor that is easy to find."
    assert catalog.surface("trough").description == "Source: made up."
    assert catalog.optimizer("sign_descent").definition.label == "Sign descent"
    with pytest.raises(OutOfRange, match="k is 6; it must be between 1 and 5") as caught:
        complete(catalog.surface("trough").definition, {"k": 6}, "surface.parameters")
    assert caught.value.field == "surface.parameters.k"
    assert "trough" not in load_catalog().surfaces


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("definition = Surface", "surface = Surface"), "the variable `definition` must be there"),
        (('        label="Trough",\n', ""), "label"),
        (('        teaches="Nothing new.",\n', '        teaches="",\n'), "teaches"),
        (("start=(0.5, 0.5)", "start=(5, 0.5)"), "outside the domain"),
        (("(-1.0, 1.0), (-1.0, 1.0)", "(1.0, -1.0), (-1.0, 1.0)"), "x from 1.0 to -1.0 is not a range"),
        (('"minimum", 0.0', '"minimum", 3.0'), "critical point"),
        (('"minimum", 0.0', '"lowest", 0.0'), "none of minimum, maximum"),
        (("*, k: Array", "*, c: Array"), r"signature loss\(x, y, \*, k\)"),
        (("x: Array, y: Array, *", "u: Array, y: Array, *"), r"signature loss\(x, y, \*, k\)"),
        (("2.0, 1.0, 5.0", "9.0, 1.0, 5.0"), "parameter 'k': default 9 is not between 1 and 5"),
        (("Surface\n", "Surfaces\n"), "Surfaces"),
        (("return x**2", "return x**2)"), "unmatched"),
        (("A valley with", "A valley " + "long " * 20 + "with"), "at most 72 characters"),
        (('"""A valley', '""" """#'), "first line must be a sentence"),
    ],
)
def test_a_broken_definition_is_told_by_its_file_and_fault(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    assert change[0] in SURFACE
    text = SURFACE.replace(*change)
    if change[1] == '""" """#':
        text = SURFACE[SURFACE.index("    from engine") :]
    write(tmp_path, "surfaces", "trough.py", text)
    with pytest.raises(DefinitionError, match=fault) as caught:
        load_catalog(tmp_path)
    assert caught.value.message.startswith("surfaces/trough.py: ")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("(phi, loss, state, h, t)", "(phi, gradient)"), r"signature step\(phi, loss, state, h, t\)"),
        (("state={}", 'state={"m": "m"}'), "StateQuantity"),
        (("state={}", 'state={"phi": StateQuantity("m", "Average.")}'), "the name of something else"),
        (('"learning_rate", 0.1', '"rate", 0.1'), "must declare the parameter learning_rate"),
        (("Optimizer(", "Parameter("), "unexpected keyword"),
    ],
)
def test_a_broken_update_rule_is_told_by_its_file_and_fault(
    tmp_path: Path, change: tuple[str, str], fault: str
) -> None:
    assert change[0] in OPTIMIZER
    write(tmp_path, "optimizers", "sign_descent.py", OPTIMIZER.replace(*change))
    with pytest.raises(DefinitionError, match=fault) as caught:
        load_catalog(tmp_path)
    assert caught.value.message.startswith("optimizers/sign_descent.py: ")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("*, share", "*, part"), r"signature rate\(learning_rate, t, \*, share\)"),
        (("learning_rate, t", "t, learning_rate"), r"signature rate\(learning_rate, t, \*, share\)"),
        (('"share", 0.5', '"name", 0.5'), "cannot be called name"),
        (('label="Limping"', 'label=""'), "must be texts"),
        (('Parameter("share", 0.5, 0.0, 1.0, "linear", "s", "1", "Of', 'Switch("share", True, "s", "Of'), "be numbers"),
    ],
)
def test_a_broken_schedule_is_told_by_its_file_and_fault(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    assert change[0] in SCHEDULE
    text = SCHEDULE.replace(*change).replace("import Parameter", "import Parameter, Switch")
    write(tmp_path, "schedules", "limping.py", text)
    with pytest.raises(DefinitionError, match=fault) as caught:
        load_catalog(tmp_path)
    assert caught.value.message.startswith("schedules/limping.py: ")


def test_a_second_definition_of_a_name_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "surfaces", "bowl.py", SURFACE)
    with pytest.raises(DefinitionError, match="surfaces/bowl.py: there is a definition of this name already"):
        load_catalog(tmp_path)


def test_a_file_name_that_cannot_be_a_key_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "surfaces", "Two Words.py", SURFACE)
    with pytest.raises(DefinitionError, match="Two Words.py: the file's name is the key"):
        load_catalog(tmp_path)


def test_files_that_begin_with_an_underscore_are_no_definitions(tmp_path: Path) -> None:
    write(tmp_path, "surfaces", "_notes.py", "raise RuntimeError")
    assert isinstance(load_catalog(tmp_path), Catalog)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="does not exist"):
        load_catalog(tmp_path / "nowhere")


def test_a_surface_has_numbers_as_parameters_alone() -> None:
    for entry in CATALOG.surfaces.values():
        assert all(isinstance(parameter, Parameter) for parameter in entry.definition.parameters)
