"""Definitions of what networks are made of: files of one's own are found, and what is wrong with a broken one is told."""

from pathlib import Path
from textwrap import dedent

import pytest

from engine.catalog import complete, load_catalog
from engine.errors import DefinitionError, OutOfRange, UnknownName

CATALOG = load_catalog()
NOISE = 'Parameter("noise", 0.1, 0.0, 1.0, "linear", "s", "1", "Spread.")'
TEXTS = {
    "datasets": f"""
        from engine.catalog import Dataset, Parameter

        def draw(stream, n, *, noise):
            x = stream.uniform(n).reshape(n, 1)
            return x, x + noise * stream.normal(n).reshape(n, 1)

        def mean(x, *, noise):
            return x

        definition = Dataset(
            label="Line", order=205, kind="regression", draw=draw, mean=mean, inputs=1, targets=1, latex="x",
            teaches="Nothing new.", parameters=({NOISE},),
        )
    """,
    "activations": """
        from engine.catalog import Activation, Parameter

        def function(z, *, power):
            return z**power

        definition = Activation(
            label="Power", order=105, function=function, latex="z^p",
            parameters=(Parameter("power", 2.0, 1.0, 4.0, "linear", "p", "1", "Power."),),
        )
    """,
    "initializers": """
        from engine.catalog import Initializer, Parameter

        def variance(fan_in, fan_out, *, gain, start):
            return gain / fan_in

        def weights(normal, fan_in, fan_out, *, gain, start):
            return normal * (gain / fan_in) ** 0.5

        definition = Initializer(
            label="Gain", order=105, weights=weights, variance=variance, latex="g", bias="start",
            parameters=(
                Parameter("gain", 2.0, 1.0, 4.0, "linear", "g", "1", "Gain."),
                Parameter("start", 0.5, 0.0, 1.0, "linear", "b", "1", "Biases."),
            ),
        )
    """,
    "likelihoods": """
        import numpy as np
        from engine.catalog import Learnt, Likelihood, Prediction

        def outputs(targets, classes):
            return targets

        def loss(f, y, h, learnt):
            return np.sum(abs(y - f) * np.exp(-learnt.log_scale) + learnt.log_scale + np.log(2.0), axis=0)

        def predict(f, h, learnt):
            return Prediction(mode=f, mean=f)

        def sample(f, h, learnt, stream):
            return f

        definition = Likelihood(
            label="Laplace", order=105, kind="regression", outputs=outputs, loss=loss, predict=predict, sample=sample,
            latex="|y - f|", learnt={"log_scale": Learnt("b", "Scale.", lambda targets: (targets, 1))},
        )
    """,
}


def write(folder: Path, kind: str, change: tuple[str, str] = ("", "")) -> Path:
    text = dedent(TEXTS[kind])
    assert change[0] in text
    (folder / kind).mkdir(parents=True)
    text = '"""One of my own.\n\nSource: made up.\n"""\n' + text.replace(*change)
    (folder / kind / "own.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", TEXTS)
def test_one_file_in_another_folder_adds_a_definition(tmp_path, kind):
    entries = getattr(load_catalog(write(tmp_path, kind)), kind)
    assert set(entries) - set(getattr(CATALOG, kind)) == {"own"}
    assert list(entries)[1] == "own" or kind == "datasets"
    assert entries["own"].summary == "One of my own."


@pytest.mark.parametrize(
    ("kind", "change", "fault"),
    [
        ("datasets", ('kind="regression"', 'kind="fit"'), "none of classification, regression, combined"),
        ("datasets", ("draw(stream, n, *, noise)", "draw(n, stream, *, noise)"), r"draw\(stream, n, \*, noise\)"),
        ("datasets", ("mean(x, *, noise)", "mean(x)"), r"mean\(x, \*, noise\)"),
        ("datasets", ('"noise", 0.1', '"spread", 0.1'), "must declare the parameter noise"),
        ("datasets", ('"noise", 0.1', '"seed", 0.1'), "cannot be called seed"),
        ("datasets", ("targets=1", "targets=0"), "targets exactly where some are real numbers"),
        ("datasets", ("targets=1", "targets=1, classes=2"), "classes must be 2 or more"),
        ("datasets", ("targets=1", 'targets=1, classes="noise"'), "classes must be 2 or more"),
        ("datasets", ('teaches="Nothing new."', 'teaches=""'), "must be texts"),
        ("activations", ("function(z, *, power)", "function(z)"), r"function\(z, \*, power\)"),
        ("activations", ("Activation(\n", "Dataset(\n"), "Dataset"),
        ("initializers", ("weights(normal, fan_in", "weights(fan_in"), r"weights\(normal, fan_in, fan_out"),
        ("initializers", ("variance(fan_in, fan_out, *, gain, start)", "variance(fan_in)"), r"variance\(fan_in, fan_o"),
        ("initializers", ('bias="start"', 'bias="begin"'), "bias 'begin' is no parameter"),
        ("likelihoods", ("loss(f, y, h, learnt)", "loss(y, f, h, learnt)"), r"loss\(f, y, h, learnt\)"),
        ("likelihoods", ("outputs(targets, classes)", "outputs(targets)"), r"outputs\(targets, classes\)"),
        ("likelihoods", ("h, learnt, stream)", "h, stream)"), r"sample\(f, h, learnt, stream\)"),
        ("likelihoods", ('kind="regression"', 'kind="fit"'), "none of classification"),
        ("likelihoods", ('"Scale."', '""'), "a symbol, help, a shape rule"),
        (
            "likelihoods",
            ('"log_scale": Learnt("b", "Scale.", lambda targets: (targets, 1))', '"a": 1'),
            "with a Learnt",
        ),
    ],
)
def test_a_broken_definition_is_told_by_its_file_and_fault(tmp_path, kind, change, fault):
    with pytest.raises(DefinitionError, match=fault) as caught:
        load_catalog(write(tmp_path, kind, change))
    assert caught.value.message.startswith(f"{kind}/own.py: ")


def test_an_unknown_name_is_told_with_those_there_are():
    for find, noun, first in (
        (CATALOG.dataset, "dataset", "moons"),
        (CATALOG.activation, "activation", "relu"),
        (CATALOG.initializer, "initialiser", "he"),
        (CATALOG.likelihood, "likelihood", "gaussian"),
    ):
        assert find(first).name == first
        with pytest.raises(UnknownName, match=f"there is no such {noun}; there are {first}, "):
            find("nothing")


def test_settings_of_a_likelihood_tell_its_parameters_and_the_targets():
    combined = CATALOG.likelihood("combined").definition
    h = combined.settings(complete(combined, {"sigma": 2}, ""), 2, 3)
    assert (h.sigma, h.targets, h.classes) == (2.0, 2, 3)
    assert (combined.outputs(2, 3), combined.rows(2, 3)) == (5, 5)
    assert CATALOG.likelihood("bernoulli").definition.rows(0, 2) == 1
    with pytest.raises(OutOfRange, match="sigma is 0"):
        complete(combined, {"sigma": 0}, "likelihood")


def test_what_a_likelihood_learns_has_a_shape_for_each_number_of_targets():
    for entry in CATALOG.likelihoods.values():
        for learnt in entry.definition.learnt.values():
            assert [learnt.shape(targets) for targets in (1, 3)] == [(1, 1), (3, 1)]
            assert learnt.start == 0.0
