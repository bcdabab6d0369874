"""三员分立: which administrator may change what. None of them can do everything, and nobody serves himself.

The system administrator makes offices, platforms and accounts; the security administrator gives an account its posts and
mandates, opens and closes it; the audit administrator reads the trail. So an account that can act takes two people.
"""

from __future__ import annotations

from repairflow.casework.actor import Actor
from repairflow.errors import Forbidden

SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN = "system_admin", "security_admin", "audit_admin"
ADMINISTRATORS = {SYSTEM_ADMIN: "系统管理员", SECURITY_ADMIN: "安全管理员", AUDIT_ADMIN: "审计管理员"}


def capacity(by: Actor, role: str) -> str:
    """Return the role in which `by` makes the change: `role`, or `operator` at the machine itself. Forbidden to everybody else."""
    if by.kind == "system":
        return "operator"
    if not by.has_role(role):
        raise Forbidden(f"这项由{ADMINISTRATORS[role]}办理，您没有这个岗位。")
    return role


def any_capacity(by: Actor) -> str:
    """Return the administrator's role that `by` holds. Forbidden to whoever holds none of the three."""
    held = sorted(role for role, _ in by.roles if role in ADMINISTRATORS)
    if not held:
        raise Forbidden("这项由管理员办理，您没有这个岗位。")
    return held[0]


def not_oneself(by: Actor, person_id: int, what: str) -> None:
    """Forbidden where an administrator would change its own account: another one must look at it."""
    if by.id == person_id:
        raise Forbidden(f"不能{what}自己的账号，请由另一名{ADMINISTRATORS[SECURITY_ADMIN]}办理。")
