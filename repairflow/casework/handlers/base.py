"""What every handler is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection

from repairflow.casework.context import Services

Handler: TypeAlias = Callable[
    [Connection, Services, Any, datetime], object
]  # Any: each handler takes the command it stands beside
Table: TypeAlias = Mapping[type, Handler]
