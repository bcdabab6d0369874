"""Materials of a draft: each file is examined at once, kept, and can be taken away again until the draft is handed in."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times, vault
from repairflow.casework.case_state.materials import SentFile, SoundFile, clear, looked_at, receive
from repairflow.casework.case_state.materials import reuse as again
from repairflow.casework.cases import drafts
from repairflow.casework.queries.records import evidence
from repairflow.errors import Invalid, NotFound, TooMany
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.security import network
from repairflow.web.portal.filing.wizard import FilingWizard, open_wizard
from repairflow.web.ui.forms import FieldError


def materials(token: str) -> AnyResponse | str:
    """Show the kinds of material and the files of the draft."""
    here = current()
    with here.read() as tx:
        wizard = open_wizard(tx, here, token)
    if wizard.draft.made:
        return redirect(url_for("portal.receipt", number=wizard.draft.made), 303)
    return page(wizard, [])


def upload(token: str) -> AnyResponse | tuple[str, int]:
    """Keep files and show the page again."""
    here = current()
    with here.read() as tx:
        kinds = open_wizard(tx, here, token).procedure.material
    found = check_files(here, kinds)
    with here.begin() as tx:
        wizard = open_wizard(tx, here, token)
        errors = take(tx, here, wizard.draft, wizard.procedure.material, found)
    if not errors:
        return redirect(url_for("portal.materials", token=token), 303)
    with here.read() as tx:
        wizard = open_wizard(tx, here, token)
    return page(wizard, errors), 422


def remove(token: str, name: str) -> AnyResponse:
    """Remove a file from the draft."""
    here = current()
    actor = here.actor
    with here.begin() as tx:
        draft = drafts.read(tx, actor, token)
        gone = drafts.remove(tx, actor, token, name, times.now())
    with here.begin() as tx:
        clear(tx, here.services.materials, gone)
    flash("材料已经移除。", "success")
    if draft.case is not None:
        return redirect(url_for("portal.step", number=draft.case, action=draft.action), 303)
    return redirect(url_for("portal.materials", token=token), 303)


def reuse(token: str) -> AnyResponse | tuple[str, int]:
    """Take a file that was brought in an earlier case into the draft."""
    here = current()
    actor, now, kind = here.actor, times.now(), request.form.get("kind", "")
    try:
        with here.begin() as tx:
            wizard = open_wizard(tx, here, token)
            if kind not in wizard.procedure.material:
                raise NotFound
            known = evidence.one(tx, actor, wizard.view.row.subject_id, request.form.get("material", ""))
            drafts.add(tx, actor, token, again(tx, actor, known, kind, now), now)
    except Invalid as error:
        return page(wizard, [FieldError(kind, error.message)]), 422
    flash("已选用以前提交过的材料。", "success")
    return redirect(url_for("portal.materials", token=token), 303)


def uploaded(token: str) -> AnyResponse | tuple[str, int]:
    """Go to the next page when every required kind has a file."""
    here = current()
    with here.read() as tx:
        wizard = open_wizard(tx, here, token)
    present = {row.kind for row in wizard.draft.materials}
    errors = [
        FieldError(kind, f"请上传“{label}”{wizard.later(kind)}")
        for kind, label in wizard.required.items()
        if kind not in present
    ]
    if errors:
        return page(wizard, errors), 422
    return redirect(wizard.next_after("portal.materials"), 303)


def page(wizard: FilingWizard, errors: list[FieldError]) -> str:
    """Show the page of materials with what is wrong."""
    here = current()
    with here.read() as tx:
        brought = evidence.library(tx, here.law, here.actor, wizard.view.row.subject_id)
    return render_template(
        "portal/filing/materials.html", wizard=wizard, here="portal.materials", errors=errors,
        max_mib=here.settings.max_upload_mib, library=evidence.without(brought, (m.digest for m in wizard.draft.materials)),
    )  # fmt: skip


class CheckedFiles(NamedTuple):
    """The files of a request: those that are sound, each with the digest of what was sent, and what is wrong with others."""

    files: list[tuple[str, SoundFile]]
    errors: list[FieldError]
    sent: int


def check_files(here: RequestContext, kinds: Collection[str]) -> CheckedFiles:
    """Look at every file of the request that is of these kinds; before any transaction, for it may take long."""
    found = CheckedFiles([], [], 0)
    seen: set[tuple[str, str]] = set()
    sent = 0
    for kind, given in request.files.items(multi=True):
        if kind not in kinds or not given.filename:
            continue
        sent += 1
        with closing(given):  # a large one lies in a temporary file
            content = given.read()
        digest = vault.digest(content)
        if (kind, digest) in seen:
            continue  # chosen twice
        seen.add((kind, digest))
        try:
            found.files.append((digest, looked_at(SentFile(kind, given.filename, content), here.services.max_upload)))
        except (Invalid, TooMany) as error:
            found.errors.append(FieldError(kind, f"{given.filename}：{error.message}"))
    return found._replace(sent=sent)


def take(
    tx: Connection, here: RequestContext, draft: drafts.Draft, kinds: Collection[str], found: CheckedFiles
) -> list[FieldError]:
    """Keep every good file in the draft; give what is wrong with the others."""
    errors = found.errors
    actor = here.actor
    kept = {(row.kind, row.digest) for row in draft.materials}
    for digest, file in found.files:
        if (file.kind, digest) in kept or file.kind not in kinds:
            continue  # sent before: kept once
        try:
            token = receive(
                tx, here.services.materials, actor, file, now=times.now(), allowance=here.services.allowance(network())
            )
            drafts.add(tx, actor, draft.token, token, times.now())
        except (Invalid, TooMany) as error:
            errors.append(FieldError(file.kind, f"{file.file_name}：{error.message}"))
    if not found.sent and not errors:
        wanted = request.form.get("kind", "")
        errors.append(FieldError(wanted if wanted in kinds else "", "请先选择文件，再按上传"))
    return errors
