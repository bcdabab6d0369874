"""Delivered tables (导入) between their upload and their end, for pages and API alike: the file, and the run it belongs to."""

from __future__ import annotations

from repairflow import times
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.changes import ConfirmImport, ResumeImport
from repairflow.casework.queries.records import imports as import_queries
from repairflow.casework.queries.records.imports import Run
from repairflow.errors import Invalid
from repairflow.web.core.context import RequestContext

GONE = "上传的文件已不在，请重新上传。已经写入的行不会重复。"


def files(here: RequestContext) -> ImportFiles:
    """Return where the files lie until they are imported."""
    return ImportFiles(here.services.imports)


def find(here: RequestContext, token: str) -> Run:
    """Return the import of this token, if the visitor may see it; raises NotFound."""
    with here.read() as tx:
        alive = here.services.pulse.alive(tx, times.now())
        return import_queries.run(tx, here.actor, token, worked=alive)


def confirming(here: RequestContext, token: str) -> ConfirmImport:
    """Return the command that takes the rows in. NotFound for a foreign table, Invalid where its file is gone."""
    _with_file(here, token)
    return ConfirmImport(here.actor, token)


def resuming(here: RequestContext, token: str) -> ResumeImport:
    """Return the command that goes on with a table. NotFound for a foreign table, Invalid where its file is gone."""
    _with_file(here, token)
    return ResumeImport(here.actor, token)


def _with_file(here: RequestContext, token: str) -> None:
    find(here, token)
    if not files(here).waits(token):
        raise Invalid(GONE)
