"""Store every formula of the labs as SVG in ``explorer/resources/formulas``, so that it is drawn at once.

Run from the project's folder after a formula was changed or added::

    python scripts/make_formulas.py

Formulas are the tuples called ``FORMULAS`` in the modules under ``explorer/ui/labs``. Files that no formula uses
any more are removed. The same formulas give the same files, byte for byte; a test compares
them with what is rendered anew.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the labs' modules import Qt, but nothing is shown

from explorer.ui.views.formula_svg import formulas_of_labs, store

TARGET = Path(__file__).parents[1] / "explorer" / "resources" / "formulas"


def main() -> None:
    """Write what is used, remove what is not."""
    written = store(formulas_of_labs(), TARGET)
    for path in set(TARGET.glob("*.svg")) - set(written):
        path.unlink()
    print(f"{len(written)} formulas in {TARGET}")


if __name__ == "__main__":
    main()
