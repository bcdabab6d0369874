"""A file that comes with a form, kept as a material of nobody's case yet: what the form is refused for afterwards does not lose it."""

from __future__ import annotations

from contextlib import closing

from flask import request

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.web.core.context import RequestContext
from repairflow.web.core.security import network


def sent_file(field: str, kind: str) -> SentFile | None:
    """Return the file of this kind that came in a field of the form; None where none was chosen."""
    file = request.files.get(field)
    if file is None or not file.filename:
        return None
    with closing(file):  # a large one lies in a temporary file
        return SentFile(kind, file.filename, file.read())


def keep(here: RequestContext, by: Actor, sent: SentFile) -> str:
    """Ensure that the file lies here as a material, by a transaction of its own; gives its token.

    Raises Invalid for a file that is not sound, TooMany where its sender has as much lying here as anybody may.
    """
    sound = materials.looked_at(sent, here.services.max_upload)
    with here.begin() as tx:
        return materials.receive(
            tx, here.services.materials, by, sound, now=times.now(), allowance=here.services.allowance(network())
        )
