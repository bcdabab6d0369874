"""数据开放: what is public as tables for programs, with terms of use, schemas, and pages that caches may keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import Response, render_template, url_for

from repairflow import times
from repairflow.casework.queries.records import open_data as tables
from repairflow.casework.queries.records.open_data import DATASETS
from repairflow.casework.queries.records.open_data_table import Cell, Dataset, Rows
from repairflow.errors import NotFound
from repairflow.plain import table_cell
from repairflow.web.core import arguments
from repairflow.web.core.context import Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network
from repairflow.web.public.data_schemas import NO, YES, csv_metadata, json_schema
from repairflow.web.public.open_answers import address, as_json, opened

PAGES, WINDOW = 60, timedelta(minutes=1)


def pages_taken(site: Site) -> Shared:
    """Count how many pages one address takes."""
    return Shared(site.db, site.settings, "data", PAGES, WINDOW)


def data() -> str:
    """Show which tables there are, and the terms under which anybody may use them."""
    widget = address(url_for("public.embedded_credit"))
    return render_template(
        "public/data.html", datasets=DATASETS.values(), size=tables.SIZE, limit=PAGES, widget=widget,
        origin=address(""),
    )  # fmt: skip


def data_catalogue() -> Response:
    """Give the list of tables for programs."""
    return as_json({
        "licence": _licence(),
        "datasets": [
            {
                "name": one.name, "title": one.title, "summary": one.summary, "updated": "现查现给",
                "json": address(url_for("public.data_json", name=one.name)),
                "csv": address(url_for("public.data_csv", name=one.name)),
                "schema": address(url_for("public.data_schema", name=one.name)),
                "csv_metadata": address(url_for("public.data_csvw", name=one.name)),
            }
            for one in DATASETS.values()
        ],
    })  # fmt: skip


def data_json(name: str) -> Response:
    """Give one page of a table as JSON. NotFound for a table there is not."""
    of = _named(name)
    page, answered = _page(of)
    following = url_for("public.data_json", name=name, after=page.next) if page.next else ""
    answer = as_json({
        "dataset": of.name, "title": of.title, "as_of": current().today.isoformat(), "licence": _licence(),
        "schema": address(url_for("public.data_schema", name=name)),
        "rows": [
            {field.name: _value(cell) for field, cell in zip(of.fields, row, strict=True)} for row in page.rows
        ],
        "next": address(following) if following else None,
    }, answered)  # fmt: skip
    return _linked(answer, following, url_for("public.data_schema", name=name))


def data_csv(name: str) -> Response:
    """Give one page of a table as CSV; the address of the next stands in the header Link. NotFound as `data_json`."""
    of = _named(name)
    page, answered = _page(of)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([field.title for field in of.fields])
    writer.writerows(_cells(row) for row in page.rows)
    # the mark by which spreadsheets know UTF-8
    answer = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    following = url_for("public.data_csv", name=name, after=page.next) if page.next else ""
    return _linked(opened(answer, answered), following, url_for("public.data_csvw", name=name))


def data_schema(name: str) -> Response:
    """Give the JSON Schema of a table's pages."""
    return as_json(json_schema(_named(name), address(url_for("public.data_schema", name=name))))


def data_csvw(name: str) -> Response:
    """Give the metadata of a table as CSV on the Web."""
    return as_json(csv_metadata(_named(name), address(url_for("public.data_csv", name=name)), _licence()))


def _named(name: str) -> Dataset:
    if name not in DATASETS:
        raise NotFound("没有这项开放数据，请查看数据开放页面。")
    return DATASETS[name]


def _page(of: Dataset) -> tuple[Rows, datetime | None]:
    """Return the page that is asked for, and since when it has been as it is."""
    here, after = current(), arguments.text("after")
    here.site.one(pages_taken).take(network(), times.now())
    with here.read() as tx:
        return of.read(tx, here.law, here.today, after), tables.last_change(tx, here.now, here.today)


def _licence() -> str:
    return address(url_for("public.data", _anchor="terms"))


def _linked(answer: Response, following: str, described: str) -> Response:
    """Return the answer with what belongs to it (RFC 8288)."""
    links = [(_licence(), "license"), (address(described), "describedby")]
    if following:
        links.append((address(following), "next"))
    answer.headers["Link"] = ", ".join(f'<{where}>; rel="{what}"' for where, what in links)
    answer.headers["Access-Control-Expose-Headers"] = "Link, ETag, Last-Modified"
    return answer


def _value(cell: Cell) -> object:
    return cell.isoformat() if isinstance(cell, date) else cell


def _cells(row: Iterable[Cell]) -> list[str]:
    return [table_cell((YES if cell else NO) if isinstance(cell, bool) else cell) for cell in row]
