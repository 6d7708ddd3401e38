"""What an optimiser is in PyTorch: the class of torch.optim that takes the same path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TorchCall:
    """A class of torch.optim with its settings; its lr is our learning rate times `rate`.

    `note` is one sentence on what is translated. `listed` is the point that our record lists, in terms of its `phi` and
    `optimizer`. With `constant_rate` the paths are the same only while the learning rate stays.
    """

    name: str
    settings: Mapping[str, object] = field(default_factory=dict)
    rate: float = 1.0
    note: str = ""
    listed: str = "phi"
    constant_rate: bool = False
