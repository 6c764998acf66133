r"""Formulas as SVG: LaTeX in, outlines out, with the terms' colours still open.

`\term{kl}{...}` colours a term by the name of a colour of the theme. One SVG serves both themes, since the colours are
filled in when it is drawn. Rendering needs an import of a third of a second, so formulas that ship are stored.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import warnings
from importlib.resources import files
from pathlib import Path

from explorer.ui.theme import Theme
from explorer.ui.views.painting import named_color, text_color

_TERM = re.compile(r"\\term\{([^{}]*)\}")
_FILL = re.compile(r"#fe[0-9a-f]{4}")
_INK = "#feffff"
_EM = 18.0


def stored_name(latex: str) -> str:
    """File name under which a formula is stored in the resources."""
    return hashlib.sha256(latex.encode()).hexdigest()[:16] + ".svg"


def stored(latex: str) -> str | None:
    """The stored SVG of a formula, or None if it does not ship."""
    try:
        return files("explorer").joinpath("resources/formulas", stored_name(latex)).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None


def rendered(latex: str) -> str:
    r"""Render LaTeX with `\term{colour name}{...}` to SVG, 18 px per em, with placeholders for the colours.

    Raises:
        ValueError: If the LaTeX is not understood.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it finds its font by an old way
        from ziamath import zmath  # takes a third of a second
        from ziamath.config import config

    keys = term_keys(latex)
    plain = _TERM.sub(lambda found: rf"\textcolor{{{_placeholder(keys.index(found[1]))}}}", latex)
    config.svg2 = False  # Qt draws paths, not symbols that are used elsewhere
    try:
        return str(zmath.Latex(plain, size=_EM, color=_INK).svg())
    except Exception as error:  # the parser raises whatever its depths raise
        raise ValueError(f"cannot read the formula {latex}") from error


def term_keys(latex: str) -> list[str]:
    """Names of the colours in a formula, in the order of their first use."""
    return list(dict.fromkeys(_TERM.findall(latex)))


def colored_svg(svg: str, latex: str, theme: Theme) -> str:
    """The SVG with the theme's colours in the places of the placeholders, readable on its card."""
    colors = {_INK: theme.ink.name()}
    for i, key in enumerate(term_keys(latex)):
        colors[_placeholder(i)] = text_color(theme, named_color(theme, key)).name()
    filled = _FILL.sub(lambda found: colors.get(found[0], found[0]), svg)
    # Without a stroke Qt leaves a pen of one pixel set, which the painters of SVG and PDF then draw around each letter.
    return filled.replace("<svg ", '<svg stroke="#000000" stroke-opacity="0" ', 1)


def store(formulas: list[str], folder: Path) -> list[Path]:
    """Render formulas into a folder of the resources; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for latex in formulas:
        path = folder / stored_name(latex)
        path.write_text(rendered(latex), encoding="utf-8")
        written.append(path)
    return written


def formulas_of_labs() -> list[str]:
    """Every formula that a lab shows: what the modules of the labs hold as ``FORMULAS``, each once."""
    folder = files("explorer.ui").joinpath("labs")
    found: list[str] = []
    for path in sorted(Path(str(folder)).rglob("*.py")):
        name = ".".join(("explorer.ui.labs", *path.relative_to(str(folder)).with_suffix("").parts))
        if path.name != "__init__.py":
            found += getattr(importlib.import_module(name), "FORMULAS", ())
    return list(dict.fromkeys(found))


def _placeholder(index: int) -> str:
    return f"#fe{index:04x}"
