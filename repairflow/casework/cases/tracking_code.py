"""Following a case without an account (凭码查询): who complained or informed holds its number and a code, and learns its
state, nothing else.

The code is a keyed digest of the number under the vault's key. It lies nowhere, so no officer and no copy of the database
can give it away, and a receipt can be made out again.
"""

from __future__ import annotations

import base64
import hmac

from sqlalchemy import Connection, select

from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.records import cases
from repairflow.vault import Vault

CODE_BYTES = 10  # 80 bits: sixteen letters and digits, typed by hand


def code(vault: Vault, number: str) -> str:
    """Return the code that goes with a case's number: four groups of four letters and digits."""
    drawn = base64.b32encode(bytes.fromhex(vault.index(f"receipt/{number}"))[:CODE_BYTES]).decode()
    return "-".join(drawn[place : place + 4] for place in range(0, len(drawn), 4))


def follow(tx: Connection, law: Library, vault: Vault, number: str, given: str) -> str:
    """Return the label of the case's state for whoever has its code.

    NotFound alike for a wrong code, an absent case, and a case that is no complaint or tip-off.
    """
    wanted = number.strip().upper()
    right = hmac.compare_digest(_bare(code(vault, wanted)), _bare(given).encode("ascii", "replace").decode())
    row = tx.execute(
        select(cases.c.procedure, cases.c.procedure_version, cases.c.state).where(
            cases.c.number == wanted, cases.c.confidential
        )
    ).first()
    if row is None or not right:
        raise NotFound("没有查到。请核对办件编号和查询码，查询码共十六位，由字母和数字组成。")
    return law.procedure(row.procedure, row.procedure_version).state[row.state].label


def _bare(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").upper()
