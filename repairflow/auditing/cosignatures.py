"""What witnesses cosigned, as the log keeps it: beside each checkpoint the lines that join its note, and what a policy makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from repairflow.auditing.report import Fault
from repairflow.auditing.stand_alone_log import Policy, cosigned_at, policy_of
from repairflow.errors import Invalid
from repairflow.records import checkpoint, cosignature
from repairflow.records.rows import CosignatureRow, all_rows

_LOOKED_AT = 200
"""So many cosignatures back a checkpoint is looked for that many witnesses cosigned."""


class Asked(NamedTuple):
    """A witness that is asked: the name of its key, the key, and its address."""

    name: str
    key: str
    url: str


def read_policy(file: Path) -> Policy:
    """Return the policy in a file; Invalid where there is none."""
    try:
        return policy_of(file.read_bytes())
    except OSError:
        raise Invalid(f"见证策略文件无法读取：{file}") from None
    except ValueError as error:
        raise Invalid(f"见证策略文件 {file} 不符合 C2SP tlog-policy：{error}") from None


def to_ask(policy: Policy) -> list[Asked]:
    """Return the witnesses of a policy that have an address."""
    return [Asked(key.partition("+")[0], key, url) for key, url in policy.witnesses.values() if url]


def of_size(tx: Connection, size: int) -> list[CosignatureRow]:
    """Return the cosignatures of the checkpoint of this size."""
    found = select(cosignature).where(cosignature.c.size == size).order_by(cosignature.c.id)
    return all_rows(tx.execute(found), CosignatureRow)


def with_lines(tx: Connection, size: int, note: str) -> str:
    """Return the note of a checkpoint with the lines of those who cosigned it."""
    return note + "".join(row.line for row in of_size(tx, size))


def best(tx: Connection, least: int) -> tuple[int, str] | None:
    """Size and note of the checkpoint of at least `least` leaves that the most witnesses cosigned, of these the newest; None
    where none did."""
    newest = select(cosignature.c.size).where(cosignature.c.size >= least).order_by(cosignature.c.id.desc())
    count: dict[int, int] = defaultdict(int)
    for size in tx.scalars(newest.limit(_LOOKED_AT)):
        count[size] += 1
    if not count:
        return None
    size = max(count, key=lambda one: (count[one], one))
    note = tx.scalar(select(checkpoint.c.note).where(checkpoint.c.size == size))
    return (size, with_lines(tx, size, note)) if note is not None else None


def last_size(tx: Connection, name: str) -> int:
    """Return the largest checkpoint that the witness of this name cosigned for us; 0 where it has none yet."""
    mine = select(cosignature.c.size).where(cosignature.c.witness == name).order_by(cosignature.c.size.desc())
    return tx.scalar(mine.limit(1)) or 0


def keep(tx: Connection, asked: Asked, size: int, note: str, answer: str) -> bool:
    """Ensure that the cosignature of this witness on the checkpoint is kept; False where the answer holds none by its key."""
    for line in answer.splitlines():
        one = f"{line}\n"
        try:
            time = cosigned_at(note.rpartition("\n\n")[0] + f"\n\n{one}", asked.key)
        except ValueError:
            continue  # a line of another kind
        if time is None:
            continue
        if any(row.witness == asked.name for row in of_size(tx, size)):
            return True
        at = datetime.fromtimestamp(time, tz=UTC)
        tx.execute(insert(cosignature), {"size": size, "witness": asked.name, "line": one, "at": at})
        return True
    return False


@dataclass(slots=True)
class UnderPolicy:
    """What a policy makes of the log: how many events the newest checkpoint with a quorum holds (0: none has one), who cosigned
    it and when, and what does not hold."""

    size: int = 0
    cosigned: dict[str, datetime] = field(default_factory=dict)
    findings: list[Fault] = field(default_factory=list)


def check(tx: Connection, policy: Policy, key: str) -> UnderPolicy:
    """Hold every cosignature of a witness that the policy knows against its checkpoint, and look for the newest quorum.

    That the checkpoints themselves are those of the log, `statements.check` says.
    """
    found = UnderPolicy()
    if policy.logs and key not in policy.logs:
        found.findings.append(Fault("checkpoint", "", "key", "本日志的公钥不在策略所列的日志之中"))
        return found
    names = {vkey.partition("+")[0]: (name, vkey) for name, (vkey, _) in policy.witnesses.items()}
    joined = select(cosignature, checkpoint.c.note).join(checkpoint, checkpoint.c.size == cosignature.c.size)
    saw: dict[int, dict[str, datetime]] = defaultdict(dict)
    for row in tx.execute(joined.order_by(cosignature.c.id), execution_options={"yield_per": 500}):
        if row.witness not in names:
            continue
        name, vkey = names[row.witness]
        time = _time(row.note, row.line, vkey)
        if time is None:
            said = f"见证人 {row.witness} 对第 {row.size} 条的共签不正确"
            found.findings.append(Fault("cosignature", row.id, "signature", said))
        else:
            saw[row.size][name] = datetime.fromtimestamp(time, tz=UTC)
    _newest_quorum(policy, saw, found)
    return found


def _newest_quorum(policy: Policy, saw: dict[int, dict[str, datetime]], found: UnderPolicy) -> None:
    enough: Iterable[int] = (size for size in sorted(saw, reverse=True) if policy.met(set(saw[size])))
    found.size = next(iter(enough), 0)
    found.cosigned = saw[found.size] if found.size else {}


def _time(note: str, line: str, vkey: str) -> int | None:
    try:
        return cosigned_at(note.rpartition("\n\n")[0] + "\n\n" + line, vkey)
    except ValueError:
        return None
