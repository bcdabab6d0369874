"""For whoever programs the other side: which messages there are, and the schema of each."""

from __future__ import annotations

import json

from flask import Response, render_template

from repairflow.casework.admin import exchange_keys
from repairflow.errors import NotFound
from repairflow.gateway import inbound_messages, message_schemas, messages
from repairflow.web.core.context import current
from repairflow.web.public.open_answers import as_json


def exchange() -> str:
    """Show the kinds of messages with their fields."""
    kinds = [
        (kind, message_schemas.TITLES[kind], messages.schema_name(kind), message_schemas.fields(kind))
        for kind in messages.KINDS
    ]
    taken = [(kind, title, inbound_messages.schema_name(kind)) for kind, title in inbound_messages.TITLES.items()]
    return render_template(
        "public/exchange.html", kinds=kinds, version=messages.VERSION, prefix=messages.TYPE_PREFIX, taken=taken,
        inbound=inbound_messages.INBOUND_PREFIX,
    )  # fmt: skip


def schema(name: str) -> Response:
    """Give the schema of one kind of message. NotFound for one there is not."""
    published = {messages.schema_name(kind): message_schemas.schema(kind) for kind in messages.KINDS}
    published |= {inbound_messages.schema_name(kind): inbound_messages.schema(kind) for kind in inbound_messages.KINDS}
    if name not in published:
        raise NotFound("没有这种报文，请查看报文清单。")
    text = json.dumps(published[name], ensure_ascii=False, indent=1)
    return Response(text, mimetype="application/schema+json")


def keys() -> Response:
    """Give the public keys by which messages are signed, newest first; those that sign no more stay here."""
    with current().read() as tx:
        return as_json({"keys": [key.as_json() for key in exchange_keys.published(tx)]})
