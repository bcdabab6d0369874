"""What a message of a step carries besides its own matter: whom it goes to, what it is about, and what brought it about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from repairflow.casework.outbox import ToDo
from repairflow.gateway import messages
from repairflow.letters.issue.compose import Composed


class To(NamedTuple):
    """A target that is told; `takes` are the kinds of messages it takes, None where it takes all."""

    id: int
    code: str
    takes: Sequence[str] | None

    def has(self, kind: str) -> bool:
        """Tell whether the target takes messages of a kind."""
        return self.takes is None or kind in self.takes


class About(NamedTuple):
    """What a message is about, by number: messages about one thing reach a target in order."""

    number: str
    record_id: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """What every push of a step tells besides its own matter: the step's event (its digest), case and letter, and when."""

    event: str
    at: datetime
    case: Any | None = None
    letter: Composed | None = None

    @property
    def case_id(self) -> int | None:
        return self.case.id if self.case is not None else None

    @property
    def of_case(self) -> dict[str, object]:
        """What messages say of the case; nothing where no case brought it about."""
        if self.case is None:
            return {}
        letter = self.letter
        return {
            "case_no": self.case.number,
            "ext_serial": self.case.external_serial,
            "decided_at": self.at,
            "decision_doc_no": letter.number if letter else None,
            "decision_doc_hash": letter.text_digest if letter else None,
            "signer": letter.data.signer if letter else None,
        }

    def push(
        self, to: To, kind: str, payload: Mapping[str, object], about: About, mark: str | None = None
    ) -> ToDo | None:
        """Return the outbox row of one message, None where the target does not take its kind; `mark` tells several of one kind to one
        target apart."""
        if not to.has(kind):
            return None
        key = f"{self.event.removeprefix('sha256:')[:32]}-{to.code}-{mark or kind}"
        said = messages.check(kind, payload)
        lane = f"{to.code}/{about.number}"
        return ToDo(
            key, "push", lane, kind, said, case_id=self.case_id, record_id=about.record_id, target_id=to.id
        )  # fmt: skip
