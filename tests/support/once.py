"""What every application of a run would work out anew, worked out once: each test makes an application of its own, and
compiling the templates and describing the models of the interface cost more than most pages."""

from __future__ import annotations

from functools import cache
from typing import Any

import flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from spectree.model_adapter import get_pydantic_model_adapter


def remember() -> None:
    """Afterwards compiled templates and JSON schemas of models are kept for this process."""
    flask.Flask.jinja_options = {"bytecode_cache": _Compiled()}
    adapter: Any = get_pydantic_model_adapter()
    adapter.json_schema = cache(adapter.json_schema)


class _Compiled(BytecodeCache):
    """Compiled templates in memory, by name and content."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        held = self._held.get(bucket.key + bucket.checksum)
        if held is not None:
            bucket.bytecode_from_string(held)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._held[bucket.key + bucket.checksum] = bucket.bytecode_to_string()
