"""Parameters of a lab, declared once: the form, the command line, sessions, tours and captions read the same metadata.

A lab's parameters are a frozen dataclass whose fields are made with :func:`param`.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from explorer.core.errors import UserError

P = TypeVar("P")
Value = bool | int | float | str
_META = "explorer.param"


@dataclass(frozen=True)
class Choice:
    """One value of a parameter that is chosen from a few.

    Attributes:
        value: What is stored, and typed on the command line.
        label: What is shown.
        help: One sentence on what choosing it does.
    """

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class ParamInfo:
    """What everybody who shows or reads a parameter knows of it.

    Attributes:
        label: Name on screen.
        help: What happens when it goes up, or is chosen.
        unit: Unit shown inside the box; empty for pure numbers.
        symbol: Short mathematical name for captions and formulas, as ``"β"``.
        low: Smallest value allowed (numbers only).
        high: Largest value allowed (numbers only).
        step: Grid of the slider in parameter units; on a log scale, ignored.
        log: Whether the slider is logarithmic.
        choices: Allowed values of a string parameter.
        text: For a string without choices, which a panel edits: what is wrong with it, as a clause; empty for nothing.
        live: True when a change takes effect on the next step; False when it restarts the run.
        group: Heading under which the form shows it.
        shown_when: Predicate of the whole Params; the form hides the row where it is False.
        folded: Whether the form shows it only on request, or when it is not at its default.
    """

    label: str
    help: str
    unit: str = ""
    symbol: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    choices: tuple[Choice, ...] = ()
    text: Callable[[str], str] | None = None
    live: bool = False
    group: str = ""
    shown_when: Callable[[Any], bool] | None = None
    folded: bool = False


@dataclass(frozen=True)
class ParamField:
    """A parameter as found in its class: name, Python type (bool, int, float or str), default and metadata."""

    name: str
    type: type
    default: Value
    info: ParamInfo


def param(default: Value, info: ParamInfo) -> Any:
    """A dataclass field carrying parameter metadata.

    Raises:
        ValueError: The default is not allowed by its own metadata.
    """
    problem = _problem(type(default), default, info)
    if problem:
        raise ValueError(f"{info.label}: {problem}")
    return dataclasses.field(default=default, metadata={_META: info})


def param_fields(params: object) -> tuple[ParamField, ...]:
    """The declared parameters of a Params class or instance, in order."""
    found = []
    for f in dataclasses.fields(params):  # type: ignore[arg-type]
        info = f.metadata.get(_META)
        if info is not None:
            found.append(ParamField(f.name, type(f.default), cast(Value, f.default), info))
    return tuple(found)


def param_field(params: object, name: str) -> ParamField:
    """The parameter called ``name``.

    Raises:
        UserError: There is none; the sentence names the closest ones.
    """
    by_name = {f.name: f for f in param_fields(params)}
    if name not in by_name:
        close = difflib.get_close_matches(name, by_name, n=1)
        hint = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(by_name)}."
        raise UserError(f"There is no parameter called {name}; {hint}")
    return by_name[name]


def values_of(params: object) -> dict[str, Value]:
    """Every parameter's value by name."""
    return {f.name: getattr(params, f.name) for f in param_fields(params)}


def with_values(params: P, changes: Mapping[str, object]) -> P:
    """A copy with some values replaced; strings are read as the field's type.

    Raises:
        UserError: A name or a value is not allowed; the sentence says what is.
    """
    clean = {name: read_value(param_field(params, name), value) for name, value in changes.items()}
    return dataclasses.replace(params, **clean)  # type: ignore[type-var]


def read_value(field: ParamField, value: object) -> Value:
    """``value`` as the field's type, inside its range or choices.

    Raises:
        UserError: It is not allowed; the sentence says what is.
    """
    typed = _convert(field, value)
    problem = _problem(field.type, typed, field.info)
    if problem:
        raise UserError(f"{field.info.label} ({field.name}): {problem}")
    return typed


def _convert(field: ParamField, value: object) -> Value:
    text = str(value).strip().replace("\N{MINUS SIGN}", "-")
    try:
        if field.type is bool:
            return {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}[text.lower()]
        if field.type is int:
            number = float(text)
            if number != int(number):
                raise ValueError(text)
            return int(number)
        if field.type is float:
            return float(text)
    except (ValueError, KeyError, OverflowError):
        wanted = {bool: "yes or no", int: "a whole number", float: "a number"}[field.type]
        shown = text if len(text) <= 40 else text[:37] + "..."
        raise UserError(f"{field.info.label} ({field.name}): “{shown}” is not {wanted}.") from None
    return text


def _problem(kind: type, value: Value, info: ParamInfo) -> str:
    """What is wrong with a typed value, as a clause; empty when nothing is."""
    if info.text is not None:
        return info.text(str(value))
    if kind is str:
        allowed = [c.value for c in info.choices]
        return "" if value in allowed else f"choose one of {', '.join(allowed)}."
    if kind is bool:
        return ""
    number = float(value)
    if not math.isfinite(number):
        return "the number must be finite."
    low, high = info.low, info.high
    if (low is not None and number < low) or (high is not None and number > high):
        return f"choose a number from {number_text(low)} to {number_text(high)}."
    return ""


def changed(old: object, new: object) -> tuple[str, ...]:
    """Names of the parameters whose values differ."""
    return tuple(f.name for f in param_fields(new) if getattr(old, f.name) != getattr(new, f.name))


def needs_restart(old: object, new: object) -> bool:
    """Whether going from ``old`` to ``new`` restarts the run."""
    return any(not param_field(new, name).info.live for name in changed(old, new))


def number_text(value: float | None) -> str:
    """A number as people write it: few digits, a true minus sign, powers of ten when far from one."""
    if value is None:
        return "any"
    if value == 0:
        return "0"
    text = f"{value:.1e}" if abs(value) < 1e-3 or abs(value) >= 1e6 else f"{value:,.6g}"
    return text.replace("e-0", "e-").replace("e+0", "e").replace(".0e", "e").replace("-", "\N{MINUS SIGN}")


def summary(params: object, only: Sequence[str] | None = None) -> str:
    """The parameters in one line for captions: ``"β = 1, learning rate = 0.001"``; hidden ones are left out."""
    parts = []
    for f in param_fields(params):
        hidden = f.info.shown_when is not None and not f.info.shown_when(params)
        if hidden or (only is not None and f.name not in only):
            continue
        parts.append(f"{f.info.symbol or f.info.label.lower()} = {_shown(f, getattr(params, f.name))}")
    return ", ".join(parts)


def _shown(field: ParamField, value: Value) -> str:
    if field.info.text is not None:
        return f"{len(str(value)):,} characters" if value else "none"
    if field.type is str:
        return next(c.label for c in field.info.choices if c.value == value).lower()
    if field.type is bool:
        return "on" if value else "off"
    unit = f" {field.info.unit}" if field.info.unit else ""
    return number_text(float(value)) + unit
