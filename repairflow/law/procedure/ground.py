"""A ground (事由) of a closed list: what an officer rests a refusal on, an objector an objection; also what else a form chooses."""

from __future__ import annotations

from repairflow.law.procedure.strict import Strict


class Ground(Strict):
    """One item of a closed list; of a ground `text` is the sentence its letter uses."""

    label: str
    text: str = ""
    basis: tuple[str, ...] = ()
    where_to_go: str = ""
