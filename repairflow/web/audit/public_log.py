"""What witnesses read, open to everybody: the newest checkpoint, proofs of growth, the public key."""

from __future__ import annotations

import base64

from flask import Response, jsonify

from repairflow import plain
from repairflow.auditing import bundle, checkpoints, cosignatures, letter_proof, stand_alone_program, tiles
from repairflow.errors import Invalid, NotFound
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def checkpoint() -> Response:
    """Give the newest signed checkpoint. NotFound while there is none."""
    here = current()
    with here.read() as tx:
        note = checkpoints.newest_note(tx)
        if note is None:
            raise NotFound("审计日志还没有检查点，请稍后再取。")
        note = cosignatures.with_lines(tx, here.site.signer.verifier.open(note).size, note)
    return _plain(note)


def cosigned() -> Response:
    """Give the newest checkpoint that the most witnesses cosigned. NotFound while no witness cosigned any."""
    with current().read() as tx:
        found = cosignatures.best(tx, 1)
    if found is None:
        raise NotFound("还没有见证人共签过检查点。")
    return _plain(found[1])


def key() -> Response:
    """Give the public key of the log."""
    return _plain(f"{current().site.signer.verifier}\n")


def consistency() -> Response:
    """Give the proof that one log is a continuation of the other."""
    here = current()
    with here.read() as tx:
        proof = checkpoints.consistency(tx, _size("from"), _size("to"))
    return jsonify({"proof": [base64.b64encode(item).decode("ascii") for item in proof]})


def tile(name: str) -> Response:
    """Give one tile of the log, which never changes. NotFound for one that the signed log does not have."""
    here = current()
    with here.read() as tx:
        found = tiles.read(tx, tiles.named(name), here.site.signer.verifier)
    response = Response(found, mimetype="application/octet-stream")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def letter_verifier() -> Response:
    """Give the program that checks the proof of a letter."""
    packed = bundle.zipped({"verify_letter.py": letter_proof.program(), "evidence.py": stand_alone_program.evidence()})
    name = "attachment; filename=verify-letter.zip"
    return Response(packed, mimetype="application/zip", headers={"Content-Disposition": name})


def _size(name: str) -> int:
    try:
        return plain.whole(arguments.text(name))
    except ValueError:
        raise Invalid("请以 from 和 to 写明起止条数，应为正整数。") from None


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain")
