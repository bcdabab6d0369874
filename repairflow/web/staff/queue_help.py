"""How the desk is worked with (操作说明): keys, queue, views, batches, on one page to read and to print."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.cases.note_readers import READ_BY


def desk_help() -> str:
    """Show the page."""
    return render_template("desk/help.html", note_readers=READ_BY)
