"""Changes of what the public sees, read on by a mark: as JSON, and as an Atom feed."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, url_for

from repairflow.casework.queries.records import feed
from repairflow.casework.queries.records.feed import Entry
from repairflow.casework.told_periods import OPEN
from repairflow.web.api.description import answers, api
from repairflow.web.api.schemas.feed import FeedAnswer, FeedEntry, FeedRecord, FeedRequest
from repairflow.web.core.context import current
from repairflow.web.core.inquiries import ask

ATOM = "http://www.w3.org/2005/Atom"


@api.validate(resp=answers(429, HTTP_200=FeedAnswer), operation_id="read_feed", tags=["records"])
def read_feed(query: FeedRequest) -> FeedAnswer:
    """公示变动清单

    按先后列出公示内容的变动（新公示、异议标注、更正、停止公示），用 next 续读，不重不漏。每条说明信息现在的情况；
    不再公示的只有编号，请据以删除。自然人、未成年人和从未公示的信息不在其中；个体工商户不列名称，以统一社会信用代码为准。
    """
    found = _read(query)
    items = [
        FeedEntry(
            position=one.position, at=one.at, number=one.number, shown=one.known is not None,
            record=FeedRecord(**one.known._asdict()) if one.known is not None else None,
        )
        for one in found
    ]  # fmt: skip
    return FeedAnswer(items=items, next=found[-1].position if found else query.after)


@api.validate(resp=answers(429), operation_id="read_feed_atom", tags=["records"])
def read_feed_atom(query: FeedRequest) -> Response:
    """公示变动清单（Atom）

    内容与 JSON 相同，rel="next" 的链接续读。
    """
    found, address = _read(query), current().services.public_url + url_for("api.read_feed_atom")
    root = Element("feed", xmlns=ATOM)
    updated = found[-1].at if found else current().now
    for name, text in (("id", address), ("title", "公示变动清单"), ("updated", updated.isoformat())):
        SubElement(root, name).text = text
    SubElement(SubElement(root, "author"), "name").text = "RepairFlow"
    SubElement(root, "link", rel="self", href=f"{address}?after={query.after}")
    following = found[-1].position if found else query.after
    SubElement(root, "link", rel="next", href=f"{address}?after={following}")
    for one in found:
        _entry(SubElement(root, "entry"), one, address)
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), mimetype="application/atom+xml")


def _read(query: FeedRequest) -> list[Entry]:
    here = current()
    ask(here)
    with here.read() as tx:
        return feed.entries(tx, here.law, query.after, query.limit, here.today)


def _entry(element: Element, one: Entry, address: str) -> None:
    said = (
        f"{one.number} 不再公示，请删除"
        if one.known is None
        else f"{one.known.name or one.known.uscc}：{one.known.document_number}"
    )
    for name, text in (("id", f"{address}#{one.position}"), ("title", said), ("updated", one.at.isoformat())):
        SubElement(element, name).text = text
    lines = [f"信息编号：{one.number}"]
    if one.known is not None:
        known = one.known
        lines += [
            f"统一社会信用代码：{known.uscc}", f"认定单位：{known.authority}", f"失信行为：{known.behaviour}",
            f"公示至：{known.until or '—'}{'' if known.period_confirmed else OPEN}" + ("；异议处理中" if known.disputed else ""),
        ]  # fmt: skip
    SubElement(element, "content", type="text").text = "\n".join(lines)
