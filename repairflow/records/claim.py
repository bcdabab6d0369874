"""Claims (请求编号): which request an id of a client's command stands for."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from repairflow.records.base import Instant, Json, metadata

command_claim = Table(
    "command_claim",
    metadata,
    Column("command_id", String(80), primary_key=True),
    Column(
        "body", String(64), nullable=False
    ),  # keyed digest of what was asked: nobody without the key can try values out
    Column("at", Instant, nullable=False),
    Column("answer", Json),  # what a program was told, so that the same request again is told the same
)
