"""Runs shipped with the app, and their cards."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec

from explorer.core.errors import UserError
from explorer.core.files import write_atomically


class Card(msgspec.Struct, frozen=True):
    """The provenance of pretrained weights.

    Attributes:
        lab: Lab id.
        title: Title in words.
        command: The command that makes the file again.
        params: Parameter values by name.
        seed: Seed of the run.
        steps: Steps trained.
        data: The data, in words.
        data_sha256: Hash of the data file.
        quality: Measured figures by name, as ``{"test_negative_elbo_nats": 147.2}``.
        app_version: Version that made it.
        licence: Licence of the weights.
        note: Anything else worth knowing, such as augmentation.
        schema_version: Version of this card's form.
    """

    lab: str
    title: str
    command: str
    params: dict[str, bool | int | float | str]
    seed: int
    steps: int
    data: str
    data_sha256: str
    quality: dict[str, float]
    app_version: str
    licence: str = "MIT"
    note: str = ""
    schema_version: int = 1


def pretrained_folder() -> Path:
    """Where the app keeps its pretrained files."""
    return Path(str(files("explorer"))) / "pretrained"


def stored_path(stem: str) -> Path:
    """The session file of a stored run."""
    return pretrained_folder() / f"{stem}.safetensors"


def card_path(stem: str) -> Path:
    """The card of a stored run."""
    return pretrained_folder() / f"{stem}.card.json"


def read_card(stem: str) -> Card:
    """The card of a stored run.

    Raises:
        UserError: It is missing or damaged.
    """
    try:
        return msgspec.json.decode(card_path(stem).read_bytes(), type=Card)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(f"The card of {stem} is missing or damaged; run `neural-explorer pretrain` again.") from error


def write_card(card: Card, path: Path) -> None:
    """Write a card, whole or not at all.

    Raises:
        UserError: The file cannot be written.
    """
    write_atomically(path, msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")
