"""What witnesses read, open to everybody: the newest checkpoint, proofs of growth, the public key."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, jsonify

from repairflow import plain
from repairflow.auditing import checkpoints
from repairflow.auditing.notes import Signer
from repairflow.db import Database
from repairflow.errors import Invalid, NotFound
from repairflow.web.core import access, arguments


def install(door: Blueprint, db: Database, signer: Signer) -> None:
    """Afterwards `door` answers as auditing.witness.Online expects."""

    @door.get("/checkpoint")
    @access.access(access.PUBLIC)
    def checkpoint() -> Response:
        with db.read() as tx:
            note = checkpoints.newest_note(tx)
        if note is None:
            raise NotFound("审计日志还没有检查点，请稍后再取。")
        return _plain(note)

    @door.get("/key")
    @access.access(access.PUBLIC)
    def key() -> Response:
        return _plain(f"{signer.verifier}\n")

    @door.get("/consistency")
    @access.access(access.PUBLIC)
    def consistency() -> Response:
        with db.read() as tx:
            proof = checkpoints.consistency(tx, _size("from"), _size("to"))
        return jsonify({"proof": [base64.b64encode(item).decode("ascii") for item in proof]})


def _size(name: str) -> int:
    try:
        return plain.whole(arguments.text(name))
    except ValueError:
        raise Invalid("请以 from 和 to 写明起止条数，应为正整数。") from None


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain")
