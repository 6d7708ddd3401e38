"""Momentum: step along a decaying average of the past gradients.

Two forms. `ema`, as in the lecture: m ← β m + (1 − β) g, a weighted mean of the gradients so far, without bias
correction, so that the first steps are short. `heavy_ball`, as in most software (PyTorch's `SGD`): m ← β m + g, whose
steps on a steady slope are 1/(1 − β) times longer. Both take the same path if η_heavy_ball = η_ema (1 − β).

With `nesterov` the gradient is taken where the decayed m alone would lead, at φ − η β m, in both forms (the textbook's
first printing has φ − η m). PyTorch's `nesterov=True` lists that look-ahead point as its φ: the same run, with another
point of each step written down.

Source: B. Polyak, 1964; Y. Nesterov, 1983; S. Prince, Understanding Deep Learning, 2023, section 6.3.
"""

from dataclasses import replace

from engine.catalog import (
    GRADIENT_STAGE,
    Array,
    Choice,
    Deviation,
    Loss,
    Optimizer,
    Parameter,
    Quantity,
    SamePath,
    Settings,
    Stage,
    State,
    StateQuantity,
    Step,
    Switch,
    TorchCall,
)


def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
    g = loss.gradient(phi - h.learning_rate * h.beta * state.m if h.nesterov else phi)
    kept = h.beta * state.m
    taken_in = (1 - h.beta) * g if h.form == "ema" else g
    m = kept + taken_in
    inside = {"ahead": -h.learning_rate * h.beta * state.m, "kept": kept, "taken_in": taken_in}
    return phi - h.learning_rate * m, {"m": m, **inside}


def stability(h: Settings) -> float:
    """Both roots of the step on a quadratic lie within the unit circle below this η λ_max."""
    bound: float = 2 * (1 + h.beta) / (1 + 2 * h.beta if h.nesterov else 1)
    return bound / (1 - h.beta) if h.form == "ema" else bound


HEAVY_BALL = {"form": "heavy_ball"}
NESTEROV = {"nesterov": True}


def in_torch(h: Settings) -> TorchCall:
    """PyTorch's momentum is the heavy ball; its Nesterov lists the points ahead, which a schedule would move apart."""
    rate, note = 1.0, "Its momentum is the heavy ball."
    if h.form == "ema":
        rate = 1 - h.beta
        note = "Its momentum is the heavy ball, which takes the same path as the decaying average if lr = η (1 − β)."
    if not h.nesterov or h.beta == 0:
        return TorchCall("SGD", {"momentum": h.beta}, rate, note)
    behind = f"{h.beta!r} * optimizer.param_groups[0]['lr'] * optimizer.state[phi].get('momentum_buffer', 0)"
    return TorchCall(
        "SGD",
        {"momentum": h.beta, "nesterov": True},
        rate,
        f"{note} It lists the point ahead; ours is lr β m behind that.",
        listed=f"phi + {behind}",
        constant_rate=True,
    )


definition = Optimizer(
    label="Momentum",
    year=1964,
    latex=(
        r"m^{(t+1)} = \beta\, m^{(t)} + (1-\beta)\, \nabla L(\phi^{(t)})",
        r"\phi^{(t+1)} = \phi^{(t)} - \eta\, m^{(t+1)}",
    ),
    step=step,
    state={
        "m": StateQuantity(
            symbol="m",
            help="Momentum: the decaying average (heavy ball: sum) of the past gradients.",
            unit="[loss]/[φ]",
            formula=r"\beta m + (1-\beta) g",
            variants=((HEAVY_BALL, r"\beta m + g"),),
            decay="beta",
            undamped=HEAVY_BALL,
        )
    },
    shown={
        "ahead": Quantity(
            symbol=r"\text{ahead}",
            help="The way to the point ahead, where Nesterov's gradient is taken.",
            unit="[φ]",
            formula=r"-\eta \beta m^{(t)}",
        ),
        "kept": Quantity(symbol=r"\text{kept}", help="What m keeps.", unit="[loss]/[φ]", formula=r"\beta m^{(t)}"),
        "taken_in": Quantity(
            symbol=r"\text{taken in}",
            help="What m takes in; the heavy ball takes in the whole gradient.",
            unit="[loss]/[φ]",
            formula=r"(1-\beta) g",
            variants=((HEAVY_BALL, "g"),),
        ),
    },
    stages=(
        replace(GRADIENT_STAGE, when={"nesterov": False}),
        Stage(
            "Look ahead",
            "The decayed m alone would lead from {phi} by {ahead}: that is where the gradient is taken.",
            arrows=("ahead",),
            when=NESTEROV,
        ),
        Stage(
            "Gradient",
            "The gradient at the point ahead is {gradient}; the arrow points against it, downhill.",
            arrows=("gradient",),
            when=NESTEROV,
        ),
        Stage("Decay", "m decays by ×{beta}: of {m} it keeps {kept}.", arrows=("kept",)),
        Stage(
            "Take in",
            "Then m takes in {1-beta} × gradient, {taken_in}, and becomes {m'}.",
            arrows=("kept", "taken_in"),
            total="m'",
            when={"form": "ema"},
        ),
        Stage(
            "Take in",
            "Then m takes in the whole gradient, {taken_in}, and becomes {m'}.",
            arrows=("kept", "taken_in"),
            total="m'",
            when=HEAVY_BALL,
        ),
        Stage("Move", "The move is −η = −{learning_rate} times m: {move}.", arrows=("move",)),
    ),
    same_path=SamePath("form", {"ema": "1", "heavy_ball": "1-beta"}),
    parameters=(
        Parameter(
            name="learning_rate",
            default=0.001,
            low=1e-6,
            high=1e3,
            scale="log",
            symbol=r"\eta",
            unit="[φ]²/[loss]",
            help="Step size: how far one step goes for an average slope of 1.",
            slider_low=1e-5,
            slider_high=10.0,
        ),
        Parameter(
            name="beta",
            default=0.9,
            low=0.0,
            high=0.999999,
            scale="decay",
            symbol=r"\beta",
            unit="1",
            help="Share of m kept at each step: it remembers about 1/(1 − β) steps.",
            slider_high=0.999,
        ),
        Choice(
            name="form",
            default="ema",
            options=("ema", "heavy_ball"),
            symbol="m",
            help="A new gradient enters m with weight 1 − β (EMA, the lecture's) or 1 (heavy ball, most software's): "
            "the same path if η_hb = η (1 − β).",
        ),
        Switch(
            name="nesterov",
            default=False,
            symbol=r"\nabla L(\phi - \eta \beta m)",
            help="Take the gradient a look ahead, where the decayed momentum alone would lead.",
        ),
    ),
    deviations=(
        Deviation(
            item="L32",
            title="Momentum: an average or a sum of the gradients",
            slide=r"m^{(t+1)} = \beta\, m^{(t)} + (1-\beta)\, \nabla L(\phi^{(t)})",
            software=r"m^{(t+1)} = \beta\, m^{(t)} + \nabla L(\phi^{(t)})",
            sentence="With the same η the software's heavy ball takes the path of an average with 1/(1 − β) times the "
            "learning rate: 10 times, if β is 0.9. With η (1 − β) it takes the slide's path.",
            on_slide={"form": "ema"},
            in_software={"form": "heavy_ball"},
            same_path="beta",
        ),
        Deviation(
            item="L33",
            title="Nesterov's look ahead",
            source="In the textbook",
            slide=r"\begin{array}{l} g = \nabla L(\phi^{(t)} - \eta\, \beta\, m^{(t)}) \\"
            r" \phi^{(t+1)} = \phi^{(t)} - \eta\, m^{(t+1)} \end{array}",
            software=r"\begin{array}{l} g = \nabla L(\phi^{(t)}) \\"
            r" \phi^{(t+1)} = \phi^{(t)} - \eta\, (g + \beta\, m^{(t+1)}) \end{array}",
            sentence="Not on the slides; the page has the textbook's form under Nesterov. PyTorch writes down the "
            "point ahead as its φ. With m as a heavy ball both are the same run, told at other points of each step.",
        ),
    ),
    stability=stability,
    relative_learning_rate=10.0,  # 1 / (1 - beta): on a steady slope a step is then as long as a heavy ball's
    torch=in_torch,
)
