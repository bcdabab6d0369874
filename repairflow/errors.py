"""Everything RepairFlow says no with.

The tree, so that callers catch at the level they mean::

    RepairFlowError
    ├── Unreadable         a request with marks or lengths that nothing of ours can hold              400
    ├── Invalid            input that cannot be read or breaks its form; names each field        400/422
    │   └── DefinitionError  a definition file (procedure, pack, calendar) with all its problems  –
    ├── Unauthenticated    nobody is signed in                                                     401
    ├── Forbidden          signed in, but not admitted here                                        403
    ├── NotFound           absent, or not yours: the same answer for both                          404
    ├── Stale              the case moved since you looked; carries the current version            409
    ├── Conflict           the same key was used for something else, or a row exists already       409
    ├── Refused            the law says no; carries every refusal, each with its basis             422
    ├── TooMany            throttled                                                               429
    ├── Unavailable        something outside does not answer; nothing was lost                     503
    ├── Trouble            the database or the disk fails us for now; what kind, and what to do    503/507
    └── ConfigurationError settings or files that do not fit; the program does not start           –

Texts are Chinese and say what to do: they are shown to people as they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why the law does not allow a step: a stable code, Chinese text, and what it rests on."""

    code: str
    text: str
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with input: where (field, row, line), and what to do about it."""

    where: str
    text: str


class RepairFlowError(Exception):
    """Base of all errors meant to be shown; `code` is stable, the message is Chinese."""

    code = "error"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unreadable(RepairFlowError):
    """A request that holds what no page sends and no database takes; none of it was used, and none of it is repeated."""

    code = "unreadable"
    status = 400

    def __init__(self, message: str = "发来的内容含有无法识别的字符，没有办理。请删去后重新填写。") -> None:
        super().__init__(message)


class Invalid(RepairFlowError):
    """Input that cannot be read or breaks its form; `problems` names every fault at once."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class DefinitionError(Invalid):
    """A definition file is refused whole; `problems` lists all its faults with file and line."""

    code = "definition"

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {p.where}: {p.text}" for p in self.problems)])


class Unauthenticated(RepairFlowError):
    code = "unauthenticated"
    status = 401

    def __init__(self, message: str = "请先登录。") -> None:
        super().__init__(message)


class Forbidden(RepairFlowError):
    code = "forbidden"
    status = 403

    def __init__(self, message: str = "您的岗位不能使用此功能。如需使用，请联系本单位管理员。") -> None:
        super().__init__(message)


class NotFound(RepairFlowError):
    """Absent or not yours; callers must not be able to tell which."""

    code = "not_found"
    status = 404

    def __init__(self, message: str = "没有找到，或者您无权查看。请核对编号。") -> None:
        super().__init__(message)


class Stale(RepairFlowError):
    """Somebody else moved the case first; `current_version` is where it stands now."""

    code = "stale"
    status = 409

    def __init__(self, current_version: int) -> None:
        super().__init__("此办件刚刚由他人办理过，内容已更新。请刷新后核对，再行办理。")
        self.current_version = current_version


class Conflict(RepairFlowError):
    code = "conflict"
    status = 409


class Refused(RepairFlowError):
    """The law does not allow the step; nothing was written. `refusals` holds every reason."""

    code = "refused"
    status = 422

    def __init__(self, refusals: Sequence[Refusal], message: str = "依照程序规定，此步骤现在不能办理。") -> None:
        super().__init__(message)
        self.refusals = tuple(refusals)

    def __str__(self) -> str:
        return self.message + "；".join(r.text for r in self.refusals)


class TooMany(RepairFlowError):
    """Throttled; `retry_after` is in how many seconds it may be tried again."""

    code = "too_many"
    status = 429

    def __init__(self, retry_after: int, message: str = "操作过于频繁，请稍后再试。") -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(RepairFlowError):
    code = "unavailable"
    status = 503


class Trouble(RepairFlowError):
    """The database or the disk fails us for now, or we have too much to do; `retry_after` is in how many seconds to try again."""

    def __init__(self, code: str, message: str, retry_after: int, status: int = 503) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after
        self.status = status


class ConfigurationError(RepairFlowError):
    """Settings or files that do not fit together; raised at start, never later."""

    code = "configuration"
    status = 500
