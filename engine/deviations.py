"""Where the lecture's slides differ from what most software does, or from what is meant.

An optimiser and a surface declare their own in their files. Here stand those that concern every run, and every loss on
data. The page lists the ones of what it shows, as on the slide beside as in most software.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import DefinitionError
from engine.parameters import Declared, Parameter, Setting

Owner = Literal["run", "data"]
SAMPLES = "samples"


@dataclass(frozen=True)
class Deviation:
    """One formula as on the slide, as in most software, and what the difference does to the numbers.

    `item` is the lecture's ("L32"); both formulas are LaTeX. Where both forms can be run, `on_slide` and `in_software`
    are the settings of either: parameters of the optimiser that declares it, or the reduction of a loss on data.
    `source` says where the first form stands, if not on the slide.
    `same_path` names what the learning rate is multiplied by when the software's form takes the place of the slide's
    so that the path stays: "samples" is the number that a step sees, all n or the B of its batch; the name of a
    parameter p stands for 1 − p.
    """

    item: str
    title: str
    slide: str
    software: str
    sentence: str
    on_slide: Mapping[str, Setting] = field(default_factory=dict, hash=False)
    in_software: Mapping[str, Setting] = field(default_factory=dict, hash=False)
    same_path: str | None = None
    source: str = "As on the slide"

    def __post_init__(self) -> None:
        texts = (self.item, self.title, self.slide, self.software, self.sentence)
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise DefinitionError(
                "deviation: item, title, slide, software and sentence must be texts that are not empty"
            )
        if set(self.on_slide) != set(self.in_software):
            raise DefinitionError(f"deviation {self.title!r}: on_slide and in_software must set the same parameters")


def check_deviations(deviations: tuple[Deviation, ...], declared: Mapping[str, Declared]) -> None:
    """Raise DefinitionError or OutOfRange unless both forms are settings of the declared parameters."""
    for deviation in deviations:
        for settings in (deviation.on_slide, deviation.in_software):
            for name, value in settings.items():
                if name not in declared:
                    raise DefinitionError(f"deviation {deviation.title!r}: there is no parameter {name}")
                declared[name].accept(value, name)
        factor = deviation.same_path
        if factor not in (None, SAMPLES) and not isinstance(declared.get(str(factor)), Parameter):
            raise DefinitionError(f"deviation {deviation.title!r}: same_path {factor!r} is no parameter")


GENERAL: dict[Owner, tuple[Deviation, ...]] = {
    "run": (
        Deviation(
            item="L21",
            title="Where the counting starts",
            slide=r"\text{for } t \in 1, \ldots, k: \ \text{iterate } \nabla L(\phi^{(t)})",
            software=r"\text{for } t = 0, \ldots, k - 1: \ \text{compute } \nabla L(\phi^{(t)})",
            sentence="The first gradient is computed at the start φ⁽⁰⁾, so t counts from 0, here too. The path of "
            "gradient descent does not depend on it; Adam's correction, with its exponent t + 1, does.",
        ),
    ),
    "data": (
        Deviation(
            item="L04, L11",
            title="The loss: sum or mean over the data",
            slide=r"L(\phi) = \sum_i \ell_i(\phi)",
            software=r"L(\phi) = \frac{1}{n} \sum_i \ell_i(\phi)",
            sentence="The minimum is the same, but losses and gradients are n times smaller with the mean. Gradient "
            "descent and momentum need n times the learning rate for the same path (B times on batches of B); "
            "methods that divide by the gradient's size take it anyway, up to ε.",
            on_slide={"reduction": "sum"},
            in_software={"reduction": "mean"},
            same_path=SAMPLES,
        ),
        Deviation(
            item="L28",
            title="The learning rate of a step on a batch",
            slide=r"\phi^{(t+1)} = \phi^{(t)} - \sum_{i \in B_t} \frac{\partial \ell_i(\phi^{(t)})}{\partial \phi}",
            software=r"\phi^{(t+1)} = \phi^{(t)} - \frac{\eta}{|B_t|} \sum_{i \in B_t}"
            r" \frac{\partial \ell_i(\phi^{(t)})}{\partial \phi}",
            sentence="The slide has lost its η: without it each step would be 1/η times as long. The page always has "
            "η, and the sum over the batch unless the mean is chosen.",
        ),
    ),
}
