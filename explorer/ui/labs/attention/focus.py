"""What a person looks at in the attention lab: one value that all its panels share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from explorer.specs.attention import FIRST_HEAD, FIRST_LAYER, N_HEADS, N_LAYERS


@dataclass(frozen=True)
class Focus:
    """Head, tokens and direction; layers and heads count from 0. Panels wish for another one, the lab hands it to all.

    Attributes:
        layer: Layer of the enlarged head.
        head: The enlarged head.
        token: Place of the token that was clicked; None for none.
        other: Place of a second one to compare with it; None for none.
        hovered: Place of the token under the pointer, which is shown instead of the clicked one; None for none.
        cell: (query, key) under the pointer; None for none.
        towards: False: what the token looks at (its row); True: what looks at the token (its column).
        special_out: Whether [CLS], [SEP] and [PAD] are left out, and the rest of each row brought to one again.
    """

    layer: int = FIRST_LAYER
    head: int = FIRST_HEAD
    token: int | None = None
    other: int | None = None
    hovered: int | None = None
    cell: tuple[int, int] | None = None
    towards: bool = False
    special_out: bool = False

    @property
    def shown(self) -> int | None:
        """The token whose attention is shown: the one under the pointer before the one that was clicked."""
        return self.token if self.hovered is None else self.hovered

    def within(self, n_tokens: int) -> Focus:
        """The same in a sentence of another length: what is not there any more is not looked at."""

        def kept(place: int | None) -> int | None:
            return place if place is not None and 0 <= place < n_tokens else None

        token, other = kept(self.token), kept(self.other)
        cell = self.cell if self.cell is not None and max(self.cell) < n_tokens else None
        if token is None or token == other:
            token, other = (other, None) if token is None else (token, None)
        return replace(self, token=token, other=other, hovered=kept(self.hovered), cell=cell)

    def at_head(self, layer: int, head: int) -> Focus:
        """Another head of the same sentence, kept within the model."""
        return replace(self, layer=min(max(layer, 0), N_LAYERS - 1), head=min(max(head, 0), N_HEADS - 1))
