"""对照查看: a material of a case as images of our own, page by page, beside the form in which the case is decided."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from flask import url_for

from repairflow.casework.case_state import materials
from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.documents import lookup
from repairflow.casework.queries.cases import view as case_queries
from repairflow.errors import NotFound, TooMany, Unavailable
from repairflow.gateway import page_images
from repairflow.gateway.uploads import OFD
from repairflow.records.rows import MaterialRow
from repairflow.web.core import access_audit, arguments
from repairflow.web.core.context import RequestContext
from repairflow.web.staff import queue_view

MOST_PAGES = 10_000
NO_PAGE = "页码应为数字。请从页面上翻页。"
OFD_IN_PART = (
    "这是 OFD 文件：这里画出文字、线条、图片和印章的图样；颜色、填充、曲线、批注和文件自带的字体没有画出，印章和签名是否真实有效没有验证。"
    "请打开原件，用 OFD 阅读软件核对。"
)
NOT_DRAWN = "这份文件不能在页面上显示（可能内容过大或者不完整），请下载后打开。"


@dataclass(frozen=True, slots=True)
class Viewer:
    """One page of a material; `why` says why it cannot be drawn, then `image` is empty and nothing is counted, or what of it is
    not."""

    row: MaterialRow
    label: str
    page: int
    pages: int
    zoom: int
    image: str
    why: str
    close: str

    def address(self, page: int, zoom: int) -> str:
        """Return where another page or size of it is shown."""
        return f"{self.close}{'&' if '?' in self.close else '?'}paper={self.row.token}&page={page}&zoom={zoom}"


def opened(here: RequestContext, number: str) -> Viewer | None:
    """Return the material that the address asks to see beside the case; None where it asks for none.

    NotFound for one that is not of this case or that the visitor may not see. Never within a transaction: drawing takes its time.
    A page that was drawn stands in the access trail as its material.
    """
    token = arguments.text("paper")
    if not token:
        return None
    page, zoom = asked()
    with here.read() as tx:
        case = case_queries.visible(tx, here.actor, number)
        row = lookup.material_for(tx, here.law, here.actor, token)
    if row.case_id != case.id:
        raise NotFound
    label = label_of(here.law.procedure(case.procedure, case.procedure_version), row.kind)
    drawn, why = _drawn(here, row, page, zoom)
    close = url_for("desk.case", number=case.number, looked=arguments.text("looked", queue_view.LONGEST) or None)
    if drawn is None:
        return Viewer(row, label, 1, 1, zoom, "", why, close)
    access_audit.material_shown(here.settings, here.actor, row.token)
    image = f"data:image/jpeg;base64,{base64.b64encode(drawn.image).decode()}"
    part = OFD_IN_PART if row.media_type == OFD else ""
    return Viewer(row, label, min(page, drawn.pages), drawn.pages, zoom, image, part, close)


def asked() -> tuple[int, int]:
    """Page and zoom that the address asks for; the first page and the middle size where it asks for none."""
    page, zoom = arguments.number("page", NO_PAGE), arguments.number("zoom", NO_PAGE)
    return min(max(page or 1, 1), MOST_PAGES), zoom if zoom in page_images.WIDTHS else 2


def _drawn(here: RequestContext, row: MaterialRow, page: int, zoom: int) -> tuple[page_images.Drawn | None, str]:
    """Return the page, or why there is none."""
    if row.media_type not in page_images.DRAWN:
        return None, NOT_DRAWN
    try:
        content = materials.content(here.services.materials, row.digest)
        drawn = page_images.draw(row.media_type, content, page, zoom)
    except (TooMany, Unavailable) as error:
        return None, error.message
    return drawn, "" if drawn is not None else NOT_DRAWN
