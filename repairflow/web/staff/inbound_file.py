"""A file that a waiting message of another platform brings (平台来文的材料): shown as images of our own before anybody settles the
message, and given out as it came once it was looked at."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from flask import make_response, render_template, send_file

from repairflow.casework.queries import inbound as queries
from repairflow.errors import NotFound
from repairflow.gateway import page_images, uploads
from repairflow.gateway.inbound_messages import File
from repairflow.gateway.uploads import OFD, BadUpload, Taken
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.shared.downloads import SANDBOX
from repairflow.web.staff.paper_viewer import NOT_DRAWN, OFD_IN_PART, asked


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a file; `why` says why it is not drawn, or what of it is not; `sound`: it is what would be taken in."""

    page: int
    pages: int
    image: str
    why: str
    sound: bool


def message_file(message_id: int, place: int) -> str:
    """Show one page of a file."""
    line, one = _file(current(), message_id, place)
    page, zoom = asked()
    return render_template(
        "desk/inbound_file.html", line=line, one=one, place=place, zoom=zoom, shown=_shown(one, page, zoom)
    )


def original_file(message_id: int, place: int) -> Answer:
    """Give a file as it came; one that would not be taken in is given to nobody."""
    _, one = _file(current(), message_id, place)
    try:
        taken = _looked_at(one)
    except BadUpload as error:
        raise NotFound(f"“{one.name}”不能打开：{error.message}") from None
    name = f"{one.name}{taken.suffix}"
    response = make_response(
        send_file(
            io.BytesIO(taken.content), mimetype=taken.media_type, as_attachment=True, download_name=name, max_age=0
        )
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _file(here: RequestContext, message_id: int, place: int) -> tuple[queries.InboundLine, File]:
    """Return the message and its file of this place, from 1. NotFound for a message of another office, or one that waits no more: then
    its files are those of its case, or gone."""
    with here.read() as tx:
        line, said = queries.one(tx, here.services, here.actor, message_id)
    files = said.files if said is not None else ()
    if not 1 <= place <= len(files):
        raise NotFound("来文中没有这份材料，或者来文已经处理。")
    return line, files[place - 1]


def _looked_at(one: File) -> Taken:
    """See `uploads.examine`: never within a transaction."""
    return uploads.examine(one.decoded(), current().services.max_upload)


def _shown(one: File, page: int, zoom: int) -> Shown:
    try:
        taken = _looked_at(one)
    except BadUpload as error:
        return Shown(1, 1, "", f"按来文办理时不会收下这份材料：{error.message}", sound=False)
    drawn = page_images.draw(taken.media_type, taken.content, page, zoom)
    if drawn is None:
        return Shown(1, 1, "", NOT_DRAWN, sound=True)
    image = f"data:image/jpeg;base64,{base64.b64encode(drawn.image).decode()}"
    return Shown(min(page, drawn.pages), drawn.pages, image, OFD_IN_PART if taken.media_type == OFD else "", sound=True)
