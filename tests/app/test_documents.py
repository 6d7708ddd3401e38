"""The catalogue, the limits, health, and the OpenAPI document with its examples."""

import posixpath
import re

import numpy as np
import pytest

from engine.catalog import FOLDERS, load_catalog

from .asking import answered, error_of, post, strict


@pytest.fixture(scope="module")
def catalog(client):
    return strict(client.get("/api/catalog").text)


def test_the_catalogue_lists_every_definition_in_its_order(catalog):
    known = load_catalog()
    for folder in FOLDERS:
        assert [definition["name"] for definition in catalog[folder]] == list(getattr(known, folder))
    assert [o["year"] for o in catalog["optimizers"]] == sorted(o["year"] for o in catalog["optimizers"])


def test_every_declared_parameter_has_what_a_control_needs(catalog):
    for definition in [definition for folder in FOLDERS for definition in catalog[folder]]:
        for parameter in [*definition["parameters"], *([definition["n"]] if "n" in definition else [])]:
            assert parameter["mathml"].startswith("<math") and parameter["help"]
            if parameter["kind"] == "number":
                assert parameter["low"] <= parameter["slider_low"] < parameter["slider_high"] <= parameter["high"]
                assert parameter["scale"] in ("linear", "log", "decay")
            elif parameter["kind"] == "choice":
                assert parameter["default"] in parameter["options"]
            else:
                assert parameter["kind"] == "switch" and isinstance(parameter["default"], bool)


def test_where_slides_and_software_differ_both_formulas_are_typeset(catalog):
    groups = [catalog["deviations"], *(d["deviations"] for d in [*catalog["surfaces"], *catalog["optimizers"]])]
    for deviation in (one for group in groups for one in group):
        for form in ("slide", "software"):
            assert deviation[form]["mathml"].startswith("<math")
        assert deviation["slide"]["settings"].keys() == deviation["software"]["settings"].keys()
        assert deviation["title"] and deviation["sentence"] and deviation["source"]
    for surface in catalog["surfaces"]:
        offered = [deviation["slide"]["settings"] for deviation in surface["deviations"]]
        assert ({"reduction": "sum"} in offered) == (surface["kind"] == "data")


def test_a_request_made_from_the_catalogue_s_defaults_is_accepted(client, catalog):
    for surface in catalog["surfaces"]:
        body = {
            "surface": {"name": surface["name"], "parameters": {p["name"]: p["default"] for p in surface["parameters"]}},
            "start": surface["start"],
            "optimizers": [{"name": o["name"], **{p["name"]: p["default"] for p in o["parameters"]}} for o in catalog["optimizers"]],
            "steps": 3,
        }  # fmt: skip
        for trajectory in answered(client, "/api/trajectories", body)["trajectories"]:
            assert np.isfinite(trajectory["loss"]).all()


def test_the_catalogue_s_critical_points_are_critical(client, catalog):
    for surface in catalog["surfaces"]:
        points = [p for p in surface["critical_points"] if p["kind"] != "minimum_nonsmooth"]
        if points:
            body = {"surface": {"name": surface["name"]}, "points": [[p["x"], p["y"]] for p in points], "order": 1}
            found = answered(client, "/api/evaluations", body)
            np.testing.assert_allclose(found["loss"], [p["loss"] for p in points], rtol=1e-6, atol=1e-6)
            np.testing.assert_allclose(found["gradient"], 0, atol=1e-4)


def test_what_a_first_visit_shows_is_in_the_catalogue(catalog):
    defaults = catalog["defaults"]
    assert defaults["surface"] in {surface["name"] for surface in catalog["surfaces"]}
    assert set(defaults["optimizers"]) <= {optimizer["name"] for optimizer in catalog["optimizers"]}
    assert defaults["steps"] <= defaults["max_steps"]


def test_the_functions_of_formulas_are_listed_and_work(client, catalog):
    for function in catalog["formula"]["functions"]:
        assert function["help"]
        calls = [f"{function['name']}({arguments})" for arguments in ("0.5", "0.5, x", "0.5, x, y")]
        assert 200 in {post(client, "/api/formulas", {"formula": call}).status_code for call in calls}
    formula = " + ".join(catalog["formula"]["constants"])
    assert post(client, "/api/formulas", {"formula": formula}).status_code == 200


@pytest.mark.parametrize("path", ["/api/catalog", "/api/limits", "/openapi.json"])
def test_what_does_not_change_is_sent_compressed_to_who_wants_it(client, path):
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


def test_a_page_names_every_module_that_it_will_need(client):
    links = client.get("/").headers["link"].split(", ")
    named = {link.partition(">")[0][1:] for link in links if "modulepreload" in link}
    assert len(named) > 10
    for address in named:
        response = client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        for near in re.findall(r'from "(\.[^"]+)"', response.text):
            assert posixpath.normpath(posixpath.join(address, "..", near)) in named


@pytest.mark.parametrize("path", ["/api/catalog", "/api/limits", "/openapi.json"])
def test_what_does_not_change_is_sent_once(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path).content == first.content


@pytest.mark.parametrize("path", ["/", "/training", "/limits", "/api/catalog", "/openapi.json"])
def test_who_has_any_answer_is_not_sent_another(client, path):
    again = client.get(path, headers={"If-None-Match": "*"})
    assert (again.status_code, again.content) == (304, b"")


def test_a_star_does_not_stand_for_what_was_never_computed(client):
    missing = client.get("/static/nothing.js", headers={"If-None-Match": "*"})
    assert missing.status_code == 404
    for body, status in (({"formula": "x"}, 200), ({"formula": "import"}, 422)):
        assert client.post("/api/formulas", json=body, headers={"If-None-Match": "*"}).status_code == status


def test_every_limit_is_listed_with_its_value_and_a_sentence(client):
    listed = {limit["name"]: limit for limit in strict(client.get("/api/limits").text)["limits"]}
    assert listed["max_steps"]["value"] == 20_000
    assert listed["max_steps"]["variable"] == "FALLLINE_MAX_STEPS"
    assert listed["formula_length"]["value"] == 512
    assert all(limit["help"].endswith(".") for limit in listed.values())


def test_health_is_a_constant_and_readiness_tells_the_lag(client):
    assert client.get("/health/live").json() == {"status": "live"}
    found = client.get("/health/ready").json()
    assert found["status"] == "ready"
    assert 0 <= found["loop_lag_ms"] <= found["largest_loop_lag_ms"]


@pytest.fixture(scope="module")
def document(client):
    return strict(client.get("/openapi.json").text)


def test_every_example_of_a_request_is_accepted(client, document):
    tried = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "get":
                assert client.get(path).status_code == 200
                continue
            examples = operation["requestBody"]["content"]["application/json"]["examples"]
            assert examples, path
            for example in examples.values():
                for kind in operation["responses"]["200"]["content"]:
                    response = post(client, path, example["value"], accept=kind)
                    assert response.status_code == 200, response.text
                    assert response.headers["content-type"].startswith(kind)
                    tried += 1
    assert tried > 8


def same_shape(documented, found):
    """The example has the keys that an answer has."""
    if isinstance(documented, dict):
        return (
            isinstance(found, dict)
            and documented.keys() <= found.keys()
            and all(same_shape(documented[k], found[k]) for k in documented)
        )
    if isinstance(documented, list) and documented and isinstance(found, list) and found:
        return same_shape(documented[0], found[0])
    return isinstance(found, (type(documented), int, float)) or found is None


def test_every_example_of_an_answer_looks_like_an_answer(client, document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            kinds = operation["responses"]["200"]["content"]
            if "application/json" not in kinds:
                assert client.get(path).headers["content-type"].partition(";")[0] in kinds
                continue
            example = kinds["application/json"]["example"]
            if method == "get":
                found = client.get(path).json()
            else:
                first = next(iter(operation["requestBody"]["content"]["application/json"]["examples"].values()))
                found = answered(client, path, first["value"])
                if "mathml" not in example and path != "/api/predictions":
                    assert found == example
            assert same_shape(example, found), path


def test_every_reference_in_the_document_leads_somewhere(document):
    text = str(document)
    for name in document["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in text, name


def test_documentation_knows_no_route_that_is_not_there_and_misses_none(client, document):
    for path in ("/api/trajectories", "/api/grids", "/api/evaluations", "/api/predictions", "/api/formulas"):
        assert "post" in document["paths"][path]
        error_of(client.get(path), 405)
