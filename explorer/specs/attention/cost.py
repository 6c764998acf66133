"""What attention costs, beside a recurrent network: the question and its answer.

One network and one quantity at a time, so that a run that learns never waits long for a measurement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LENGTHS: Final = (16, 32, 64, 128, 256, 512, 1024, 2048)
WIDTHS: Final = (64, 128, 384)
NETWORKS: Final = ("attention", "recurrent")
QUANTITIES: Final = ("bytes", "ms")
"""What the network keeps for its gradient, counted as it is kept; and a pass forward, the fastest of a few."""


@dataclass(frozen=True)
class Cost:
    """Measure a layer of attention, or a GRU of the same width, on a sequence of random numbers, now.

    Attributes:
        n_tokens: 1 to 4,096.
        width: Numbers per token, a multiple of 32: one head for every 32.
        network: One of :data:`NETWORKS`.
        quantity: One of :data:`QUANTITIES`.
        generation: Number of the question.
    """

    n_tokens: int = 128
    width: int = 128
    network: str = "attention"
    quantity: str = "ms"
    generation: int = 0


@dataclass(frozen=True)
class Costed:
    """The answer to :class:`Cost`.

    Attributes:
        request: What was asked.
        value: In the quantity's unit.
        n_threads: Threads that torch may use.
        generation: Same as the request's.
    """

    request: Cost
    value: float
    n_threads: int
    generation: int
