"""Scripts for PyTorch: `make bench` runs them beside our own record; here, that they are scripts, and what they say."""

import ast

import pytest

from engine.batches import DrawnBatches
from engine.catalog import load_catalog
from engine.chance import BatchGradients, GradientNoise
from engine.objective import objective_of_formula, objective_of_surface
from engine.pytorch import in_floats
from engine.rule import Rule
from engine.rule_text.custom import custom_optimizer
from engine.scripts.paths import snippet

CATALOG = load_catalog()


def rule(name, **values):
    return Rule.of(CATALOG.optimizers[name], values)


def functions_of(script):
    return {node.name: node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("entry", CATALOG.surfaces.values(), ids=lambda entry: entry.name)
def test_every_surface_prints_as_a_script_that_defines_what_it_calls(entry):
    objective = objective_of_surface(entry, entry.definition.defaults)
    script = snippet(objective, objective.start, [Rule.of(e, {}) for e in CATALOG.optimizers.values()], 20)
    tree, defined = ast.parse(script), set(functions_of(script))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called - defined <= {"print", "slice", "range", "len", "seen"}
    assert {f"run_{k}" for k in range(1, len(CATALOG.optimizers) + 1)} <= defined


def test_the_lectures_momentum_is_pytorchs_with_another_rate():
    objective = objective_of_formula("x**2 + 3*y**2", (-2, 2), (-2, 2))
    script = snippet(objective, (1.0, 1.0), [rule("momentum", learning_rate=0.5, beta=0.75)], 3)
    assert "torch.optim.SGD([phi], lr=0.125, momentum=0.75)" in script
    assert "lr = η (1 − β)" in script
    heavy = snippet(objective, (1.0, 1.0), [rule("momentum", learning_rate=0.5, beta=0.75, form="heavy_ball")], 3)
    assert "torch.optim.SGD([phi], lr=0.5, momentum=0.75)" in heavy


@pytest.mark.parametrize(("inside", "optimiser"), [(False, True), (True, False)])
def test_what_torch_has_no_optimiser_for_is_written_out(inside, optimiser):
    objective = objective_of_formula("x**2 + 3*y**2", (-2, 2), (-2, 2))
    script = snippet(objective, (1.0, 1.0), [rule("adam", epsilon_inside_root=inside)], 3)
    assert ("torch.optim.Adam(" in script) is optimiser
    assert ("m = beta*m + (1 - beta)*g" in script) is not optimiser


def test_batches_and_noise_are_written_out_as_they_were_drawn():
    gabor = objective_of_surface(CATALOG.surfaces["gabor"], {})
    batches = DrawnBatches(30, 7, "epochs", 3)
    script = snippet(gabor, gabor.start, [rule("sgd")], 5, BatchGradients(gabor, batches))
    assert f"{batches.drawn(0, 1)[0][0].tolist()}" in script
    assert "loss(phi, BATCHES[t])" in script
    assert "NOISE[t] @ phi" in snippet(gabor, gabor.start, [rule("sgd")], 5, GradientNoise(gabor, 0.1, 1))


def test_a_typed_rule_is_printed_as_python_reads_it():
    typed = Rule.of(custom_optimizer("m = beta*m + (1-beta)*g; phi = phi - eta*m^1"), {})
    objective = objective_of_formula("ln(1 + x^2) + y^2", (-2, 2), (-2, 2))
    script = snippet(objective, (1.0, 1.0), [typed], 3)
    ast.parse(script)
    assert "phi = phi - eta*m" in script


def script_of(text, **values):
    objective = objective_of_formula("x**2 + 3*y**2", (-2, 2), (-2, 2))
    script = snippet(objective, (1.0, 1.0), [Rule.of(custom_optimizer(text), values)], 3)
    ast.parse(script)
    return script


def test_names_of_a_rule_that_mean_something_in_a_script_have_an_underscore():
    script = script_of("torch = lambda*torch + g; path = path + path_; path_ = path\nphi = phi - eta*torch - 0*path*in")
    assert "torch_ = lambda_*torch_ + g" in script
    assert "lambda_ = real(1.0)" in script and "in_ = real(1.0)" in script
    assert "path__ = torch.zeros(2)" in script and "path_ = torch.zeros(2)" in script  # path_ is another name
    assert "path__ + path_\n" in script


def test_what_a_typed_rule_divides_by_is_a_tensor():
    assert "phi = phi - eta*g/real(t)" in script_of("phi = phi - eta*g/t")


def test_a_loss_without_a_slope_or_a_number_is_one_that_pytorch_takes():
    for formula, returned in (("3", "3 + 0*phi.sum()"), ("1/0*x", "inf*x"), ("x + 0/0*y", "nan")):
        objective = objective_of_formula(formula, (-2, 2), (-2, 2))
        (line,) = (text for text in snippet(objective, (1.0, 1.0), [], 3).splitlines() if text.startswith("    return"))
        assert returned in line


def test_nesterovs_points_ahead_are_moved_back():
    objective = objective_of_formula("x**2 + 3*y**2", (-2, 2), (-2, 2))
    script = snippet(objective, (1.0, 1.0), [rule("momentum", nesterov=True, learning_rate=0.5, beta=0.75)], 3)
    assert "torch.optim.SGD([phi], lr=0.125, momentum=0.75, nesterov=True)" in script
    assert script.count("phi + 0.75 * optimizer.param_groups[0]['lr'] * optimizer.state[phi]") == 2


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("phi - eta*g/9**9**9", "phi - eta*g/real(9)**real(9)**real(9)"),
        ("phi - (-0.5)**(1/3)*g", "phi - (-real(0.5))**(real(1)/real(3))*g"),
        ("phi*(2/(1 - 1))", "phi*(real(2)/(real(1) - real(1)))"),
        ("phi*e**1000", "phi*real(e)**real(1000)"),
        ("x/-0", "x/-0.0"),
        ("x - 0.5**2/3 + sin(2*pi)", "x - 0.5**2/3 + sin(2*pi)"),
        ("2**x**-2*1e+300", "2**x**-2*1e+300"),
    ],
)
def test_numbers_alone_are_tensors_where_python_would_leave_the_floats(written, read):
    assert in_floats(written) == read


def test_no_number_of_a_typed_rule_grows_without_end():
    assert "real(9)**real(9)**real(9)" in script_of("phi = phi - eta*g/9^9^9")
