"""The pairs of keys by which this installation signs what it sends to platforms."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from repairflow.records.base import Id, Instant, metadata

exchange_key = Table(
    "exchange_key",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(43), nullable=False, unique=True),  # the key's thumbprint (RFC 7638)
    Column("public", String(43), nullable=False),  # 32 bytes, Base64 for addresses: published for ever
    Column("sealed", LargeBinary),  # the private half, sealed by the vault; empty once it signs no more
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),  # empty: signs until it is replaced
)
