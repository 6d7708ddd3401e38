"""Formulas through HTTP: typeset, or refused with the column."""

import pytest

from .asking import answered, error_of, post


def test_a_formula_is_printed_and_typeset(client):
    found = answered(client, "/api/formulas", {"formula": " x^2 −  3·y "})
    assert found["formula"] == "x**2 - 3*y"
    assert found["latex"].replace(" ", "").replace("{2}", "2").startswith("x^2-3")
    assert found["mathml"].startswith("<math") and found["mathml"].endswith("</math>")


@pytest.mark.parametrize(("formula", "column"), [("x +* y", 4), ("x + z", 5), ("(x", 3), ("x y", 3)])
def test_a_refused_formula_names_the_column(client, formula, column):
    error = error_of(post(client, "/api/formulas", {"formula": formula}), 422)
    assert (error["field"], error["position"]) == ("formula", column)
    surface = {"formula": formula, "x": [0, 1], "y": [0, 1]}
    error = error_of(post(client, "/api/evaluations", {"surface": surface, "points": [[0, 0]]}), 422)
    assert (error["field"], error["position"]) == ("surface.formula", column)


def test_typed_text_cannot_become_markup(client):
    for formula in ("<script>", 'x" onload="', "x</math><script>"):
        response = post(client, "/api/formulas", {"formula": formula})
        error_of(response, 422)
        assert response.headers["content-type"] == "application/json"
