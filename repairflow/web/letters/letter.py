"""One letter: what it is, how it was served, what its remedies' last days are."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.core import access
from repairflow.web.letters.context import Room
from repairflow.web.letters.letter_model import shown


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has the page of a letter."""

    @door.get("/letters/<token>", endpoint="letter")
    @access.access(access.SIGNED_IN)
    def show(token: str) -> str:
        return shown(room, token)
