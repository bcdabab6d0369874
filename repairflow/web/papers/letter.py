"""One letter: what it is, how it was served, what its remedies' last days are."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web import policy
from repairflow.web.papers.letter_page import shown
from repairflow.web.papers.room import Room


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has the page of a letter."""

    @door.get("/letters/<token>", endpoint="letter")
    @policy.access(policy.SIGNED_IN)
    def show(token: str) -> str:
        return shown(room, token)
