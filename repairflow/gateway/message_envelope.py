"""A message as it crosses the line: the CloudEvents envelope around what `messages` describes (推送报文)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from repairflow.errors import Invalid
from repairflow.gateway.messages import TYPE_PREFIX, MessageError, check, schema_name


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it crosses the line. `sequence` grows within `lane`; equal messages have equal bytes.

    `test` marks one that says nothing of anybody: it is answered as any other and changes nothing that is shown. `wanted` is
    what the other side is asked to answer it with (pending, refused), where it can show that.
    """

    key: str
    kind: str
    source: str
    about: str
    lane: str
    sequence: int
    at: datetime
    data: Mapping[str, Any]
    test: bool = False
    wanted: str = ""

    def body(self) -> bytes:
        """Return the CloudEvents JSON, the same bytes on every try."""
        envelope = {
            "specversion": "1.0",
            "id": self.key,
            "source": self.source,
            "type": TYPE_PREFIX + self.kind,
            "subject": self.about,
            "time": self.at.isoformat(),
            "datacontenttype": "application/json",
            "dataschema": f"{self.source}/exchange/schemas/{schema_name(self.kind)}",
            "partitionkey": self.lane,
            "sequence": f"{self.sequence:019d}",
            "data": {**self.data, "msg_id": self.key},
            **({"test": True} if self.test else {}),
            **({"testanswer": self.wanted} if self.wanted else {}),
        }
        return json.dumps(envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(body: bytes) -> Message:
    """Return the message in `body`; MessageError when it is not one of ours."""
    try:
        envelope = json.loads(body)
        if envelope["specversion"] != "1.0" or not envelope["type"].startswith(TYPE_PREFIX):
            raise ValueError("not a message of this kind")
        kind = envelope["type"].removeprefix(TYPE_PREFIX)
        return Message(
            key=str(envelope["id"]),
            kind=kind,
            source=str(envelope["source"]),
            about=str(envelope["subject"]),
            lane=str(envelope["partitionkey"]),
            sequence=int(envelope["sequence"]),
            at=datetime.fromisoformat(envelope["time"]),
            data=check(kind, envelope["data"]),
            test=envelope.get("test") is True,
            wanted=str(envelope.get("testanswer", "")),
        )
    except Invalid as error:
        raise MessageError(error.message) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MessageError("报文无法识别：不是有效的 CloudEvents 1.0 消息。") from None
