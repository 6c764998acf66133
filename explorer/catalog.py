"""The table of contents: the labs in the order of the seminar."""

from __future__ import annotations
