"""The engine of Fall Line: programs, derivatives, the machine, optimisers.

What programs and notebooks need, in one place:

    from engine import Rule, load_catalog, objective_of_formula, run

    bowl = objective_of_formula("x**2 + 10*y**2", (-2, 2), (-2, 2))
    adam = Rule.of(load_catalog().optimizers["adam"], {"learning_rate": 0.1})
    (path,) = run(bowl, (1.5, 1.0), [adam], steps=200)
"""

from engine.catalog import load_catalog
from engine.errors import EngineError
from engine.landscape import end_points, evaluate, grid, predict
from engine.objective import Objective, objective_of_formula, objective_of_surface
from engine.program.checking import check_gradient
from engine.program.derivatives import derive
from engine.program.formula import parse
from engine.program.printing import to_formula, to_latex
from engine.program.program import Builder, Program
from engine.program.tracing import trace
from engine.trajectory import Rule, Run, Trajectory, run

__all__ = [
    "Builder",
    "EngineError",
    "Objective",
    "Program",
    "Rule",
    "Run",
    "Trajectory",
    "check_gradient",
    "derive",
    "end_points",
    "evaluate",
    "grid",
    "load_catalog",
    "objective_of_formula",
    "objective_of_surface",
    "parse",
    "predict",
    "run",
    "to_formula",
    "to_latex",
    "trace",
]
