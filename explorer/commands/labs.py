"""`neural-explorer labs`: the table of contents, and what one lab offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.commands.arguments import Parser, listing

if TYPE_CHECKING:  # help is answered without loading numpy
    from explorer.core.params import ParamField
    from explorer.core.spec import LabSpec


def run(args: list[str]) -> int:
    """Print the labs, or one lab's parameters and panels."""
    parser = Parser("labs", "List the labs in the order of the seminar, or what one of them offers.")
    parser.add_argument("lab", nargs="?", metavar="LAB", help="a lab, to list its parameters and panels")
    chosen = parser.parse_args(args).lab
    from explorer.catalog import LABS, spec

    if chosen is None:
        specs = [spec(entry.id) for entry in LABS]
        print(listing({lab.id: f"{lab.title}: {lab.summary}" for lab in specs}, indent=""))
    else:
        print(describe(spec(chosen)))
    return 0


def describe(lab: LabSpec) -> str:
    """Title, parameters and panels of a lab, as text."""
    from explorer.core.params import param_fields

    fields = param_fields(lab.params)
    return "\n".join(
        [
            f"{lab.title}: {lab.summary}",
            "",
            "Parameters (--set NAME=VALUE; those marked * act at once, the others restart the run)",
            listing({f"{field.name}{'*' if field.info.live else ''}": _meaning(field) for field in fields}),
            "",
            "Panels",
            listing({panel.id: panel.title for panel in lab.panels}),
        ]
    )


def _meaning(field: ParamField) -> str:
    from explorer.core.params import number_text

    info = field.info
    if info.choices:
        allowed = " | ".join(choice.value for choice in info.choices)
    elif field.type is bool:
        allowed = "yes | no"
    elif info.text is not None:
        return f"text. {info.help}"
    else:
        allowed = f"{number_text(info.low)} to {number_text(info.high)}"
    default = field.default if isinstance(field.default, str) else number_text(float(field.default))
    unit = f" {info.unit}" if info.unit else ""
    return f"{allowed}{unit}, default {default}. {info.help}"
