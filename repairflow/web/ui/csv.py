"""Tables to take away as CSV. A cell that a spreadsheet would take for a formula is made plain text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response, send_file

from repairflow.plain import table_cell


def as_csv(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a CSV to download, with the mark by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows([table_cell(value) for value in row] for row in rows)
    content = io.BytesIO(out.getvalue().encode("utf-8-sig"))
    # send_file writes a Chinese name as headers must (RFC 6266, RFC 5987).
    return send_file(content, mimetype="text/csv", as_attachment=True, download_name=name, max_age=0)
