"""Random programs for the machine's tests."""

from hypothesis import strategies as st

from engine.program.operations import TABLE
from engine.program.program import Builder, Program

OPERATIONS = [row for row in TABLE if row.elementwise and row.name not in ("gradient", "hessian", "integer_power")]


@st.composite
def programs(draw: st.DrawFn, rows: bool = False) -> Program:
    """A program of phi (2,), a number a and, with `rows`, a row of five; every value may be used again."""
    builder = Builder(simplify=draw(st.booleans()))
    phi = builder.input("phi", (2,))
    scalars = [phi[0], phi[1], builder.input("a"), builder.constant(draw(st.sampled_from([0.5, -2.0, 3.0])))]
    pairs, longer = [phi], [builder.input("row", (5,))] if rows else []
    for _ in range(draw(st.integers(1, 25))):
        pool = draw(st.sampled_from([scalars, pairs, longer] if rows else [scalars, pairs]))
        kind = draw(st.integers(0, 9))
        if kind == 0 and pool is not scalars:
            scalars.append(builder.apply("sum", draw(st.sampled_from(pool))))
        elif kind <= 2:
            power = draw(st.sampled_from([-2, 0, 1, 2, 3, 4, 7]))
            pool.append(builder.apply("integer_power", draw(st.sampled_from(pool)), attribute=power))
        else:
            row = draw(st.sampled_from(OPERATIONS))
            arguments = [draw(st.sampled_from(pool))] + [
                draw(st.sampled_from(pool + scalars)) for _ in range(row.arity - 1)
            ]
            pool.append(builder.apply(row.name, *arguments))
    outputs = {"loss": scalars[-1], "pair": pairs[-1]}
    return builder.finish(outputs | ({"row": longer[-1]} if rows else {}))
