"""The board of platforms that still show something else (同步情况), asking one again by one press, and the pages that they
show (页面固定)."""

from __future__ import annotations

import io
import json
import zipfile

from flask import flash, redirect, render_template, send_file, url_for

from repairflow.casework.changes import CapturePage, ChasePlatform
from repairflow.casework.queries.oversight import sync as sync_queries
from repairflow.errors import Invalid, NotFound
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer

PAGE = 50


def sync() -> str:
    """Show what is open, the oldest first."""
    here, after = current(), arguments.number("after") or 0
    with here.read() as tx:
        found = sync_queries.board(tx, here.actor, after, PAGE + 1)
        count = sync_queries.count(tx, here.actor)
        pages = sync_queries.captures(tx, [one.id for one in found])
        letters = sync_queries.letters(tx, [one.id for one in found])
        unread = sync_queries.unread(tx, here.actor)
        mended = sync_queries.mended(tx, here.actor)
    shown = [(one, max(0, (here.now - one.found_at).days)) for one in found[:PAGE]]
    following = url_for("oversight.sync", after=found[PAGE - 1].id) if len(found) > PAGE else None
    first = url_for("oversight.sync") if after else None
    return render_template(
        "oversight/sync.html", found=shown, count=count, pages=pages, letters=letters, today=here.today,
        following=following, first=first, unread=unread, mended=mended,
    )  # fmt: skip


def chase(finding_id: int) -> Answer:
    """Tell the platform once more how the record stands."""
    try:
        name = change(ChasePlatform(current().actor, finding_id))
    except Invalid as error:
        flash(error.message, "error")
    else:
        flash(f"已向{name}重新推送这条信息的现状。次日对账核对是否更正。", "success")
    return redirect(url_for("oversight.sync"), 303)


def capture(finding_id: int) -> Answer:
    """Have the page kept that the platform shows now."""
    try:
        token = change(CapturePage(current().actor, finding_id))
    except Invalid as error:
        flash(error.message, "error")
        return redirect(url_for("oversight.sync"), 303)
    return redirect(url_for("oversight.captured", token=token), 303)


def captured(token: str) -> str:
    """Show what was kept of a page: where, when, its digest and text."""
    here = current()
    with here.read() as tx:
        row, finding = sync_queries.capture(tx, here.actor, token)
    return render_template("oversight/capture.html", row=row, finding=finding)


def capture_file(token: str) -> Answer:
    """Give the bytes, the text, the picture and where they are from as one zip; no page of ours shows foreign bytes as a page."""
    here = current()
    with here.read() as tx:
        row, finding = sync_queries.capture(tx, here.actor, token)
    if row.content is None:
        raise NotFound("这一页没有固定，或者已按保存期限清理，只保留摘要。")
    said = {
        "number": finding.number, "platform": finding.target, "url": row.url, "final_url": row.final_url, "status": row.status,
        "media_type": row.media_type, "captured_at": row.captured_at, "digest": row.digest, "picture_digest": row.picture_digest,
        "named": row.named,
    }  # fmt: skip
    files = {
        "capture.json": json.dumps(said, ensure_ascii=False, indent=1, default=str).encode(),
        "page.bin": row.content, "page.txt": (row.text or "").encode(), "picture.png": row.picture,
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    packed.seek(0)
    name = f"页面-{finding.number}-{token[:6]}.zip"
    return send_file(packed, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)


def capture_picture(token: str) -> Answer:
    """Give the picture: our own browser drew it, and it runs nothing."""
    here = current()
    with here.read() as tx:
        row, _ = sync_queries.capture(tx, here.actor, token)
    if row.picture is None:
        raise NotFound("这一页没有图片。")
    return send_file(io.BytesIO(row.picture), mimetype="image/png", max_age=0)
