"""The README's tables, from the definitions: `python -m tests.readme_tables` renews them."""

from pathlib import Path

from app.scenarios import load as load_scenarios
from engine.catalog import load_catalog

README = Path(__file__).parents[1] / "README.md"
HERE = "http://127.0.0.1:8000"
"""Where `make run` serves."""
BEGIN, END = (
    "<!-- tables: generated from the definitions by `python -m tests.readme_tables` -->",
    "<!-- end of tables -->",
)


def tables() -> str:
    """The tables in Markdown."""
    catalog = load_catalog()
    lines = ["| surface | what it teaches |", "|---|---|"]
    for entry in catalog.surfaces.values():
        lines.append(f"| [`{entry.name}`](engine/surfaces/{entry.name}.py) | {entry.definition.teaches} |")
    lines += ["", "| optimiser | |", "|---|---|"]
    for chosen in catalog.optimizers.values():
        lines.append(
            f"| [`{chosen.name}`](engine/optimizers/{chosen.name}.py) ({chosen.definition.year}) | {chosen.summary} |"
        )
    lines += ["", "| dataset | what it teaches |", "|---|---|"]
    for dataset in catalog.datasets.values():
        lines.append(f"| [`{dataset.name}`](engine/datasets/{dataset.name}.py) | {dataset.definition.teaches} |")
    for folder, title in (
        ("schedules", "learning-rate schedule"),
        ("activations", "activation"),
        ("initializers", "initialiser"),
        ("likelihoods", "likelihood"),
    ):
        lines += ["", f"| {title} | |", "|---|---|"]
        for name, other in getattr(catalog, folder).items():
            lines.append(f"| [`{name}`](engine/{folder}/{name}.py) | {other.summary} |")
    lines += ["", "| scenario | what to watch |", "|---|---|"]
    for scenario in load_scenarios():
        address = f"{HERE}{scenario['page']}?{scenario['address']}"
        lines.append(f"| [{scenario['title']}]({address}) | {scenario['watch']} |")
    return "\n".join(lines)


def renewed(text: str) -> str:
    """The README's text with fresh tables."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{tables()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
