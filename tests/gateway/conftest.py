from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.support.pushes import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    """A sandbox platform on a clock that stands still."""
    one = Sandbox(tmp_path)
    yield one
    one.close()
