"""Files of definitions in a folder of one's own: they are found, and what is wrong with a broken one is told."""

from pathlib import Path
from textwrap import dedent

import pytest

from engine.catalog import Catalog, complete, load_catalog
from engine.errors import DefinitionError, OutOfRange

CATALOG = load_catalog()

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


def test_the_name_of_typed_rules_is_no_optimizers(tmp_path: Path) -> None:
    write(tmp_path, "optimizers", "custom.py", "definition = None")
    with pytest.raises(DefinitionError, match="custom is the name of rules that are typed"):
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
