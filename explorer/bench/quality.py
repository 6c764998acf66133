"""How good a saved run is: the figures of a card, measured again on a session file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from explorer.catalog import PREPARE, resolve, spec
from explorer.core.params import with_values
from explorer.core.session import load_session, restore

HOOK = "explorer.experiments.{lab}.pretraining:quality"
"""(experiment) -> figures by name, the unit last, as ``test_negative_elbo_nats``."""


def measure(path: Path) -> dict[str, float]:
    """The figures of a session.

    Raises:
        UserError: The file is damaged or does not fit.
    """
    session = load_session(path)
    lab = spec(session.lab)
    device = resolve(PREPARE)("cpu")
    params = with_values(lab.params(), session.params)
    experiment = resolve(lab.experiment)(params, session.seed, device.name)
    restore(session, experiment)
    figures: dict[str, float] = resolve(HOOK.format(lab=lab.id))(experiment)
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))), flush=True)
