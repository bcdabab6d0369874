"""The files that a message of another platform brings: looked at, and kept until a case takes them up."""

from __future__ import annotations

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.changes import BroughtFile
from repairflow.errors import Invalid, Problem
from repairflow.gateway.inbound_messages import Inbound
from repairflow.web.core.context import RequestContext


def keep(here: RequestContext, by: Actor, message: Inbound) -> tuple[BroughtFile, ...]:
    """Ensure that the files lie here as materials of nobody's case yet. Invalid, naming the file, for one that is not sound."""
    sound = []
    for place, one in enumerate(message.files):
        try:
            sound.append(materials.looked_at(SentFile(one.kind, one.name, one.decoded()), here.services.max_upload))
        except Invalid as error:
            where = f"materials.{place}"
            raise Invalid(error.message, [Problem(where, f"“{one.name}”：{error.message}")]) from None
    if not sound:
        return ()
    folder, allowance = here.services.materials, here.services.allowance(f"platform/{by.name}")
    with here.begin() as tx:
        now = times.now()
        tokens = [materials.receive(tx, folder, by, one, now=now, allowance=allowance) for one in sound]
    return tuple(BroughtFile(one.kind, token) for one, token in zip(sound, tokens, strict=True))
