"""Random rules: the grammar that users are told, as hypothesis strategies."""

from hypothesis import strategies as st

NAMES = ("m", "v", "p", "q", "phi")
READ = (*NAMES, "g", "t", "eta", "beta", "k", "phi", "g")
NUMBERS = ("0", "1", "2", "0.5", "0.9", "1e-3", "3")
FUNCTIONS = ("sqrt({})", "abs({})", "sign({})", "tanh({})", "sum({})", "norm({})", "exp(-abs({}))", "({})**2")
PAIRS = ("{} + {}", "{} - {}", "{}*{}", "{}/{}", "min({}, {})", "max({}, {})", "where({}, 0.5, {})", "less({}, {})")
VECTORS = (
    "solve(2 + 0*({}), 0*g + {})",
    "element(hessian(phi + 0*({})), 1)*({})",
    "vector(sum({}), sum({}))",
    "gradient(0*phi + {} + 0*({}))",
    "element(0*g + {}, 0)*({})",
)

leaves = st.sampled_from(READ) | st.sampled_from(NUMBERS)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.builds(str.format, st.sampled_from(FUNCTIONS), inner)
    two = st.builds(lambda form, a, b: f"({form.format(a, b)})", st.sampled_from(PAIRS + VECTORS), inner, inner)
    return one | two


expressions = st.recursive(leaves, _larger, max_leaves=8)
assignments = st.builds("{} = {}".format, st.sampled_from(NAMES), expressions)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Some assignments, phi among them, in any order."""
    lines = draw(st.lists(assignments, max_size=5))
    lines.insert(draw(st.integers(0, len(lines))), f"phi = {draw(expressions)}")
    return draw(st.sampled_from(("\n", "; ", " # and\n"))).join(lines)
