"""Have the threads of a process share their memory.

The C library gives each thread a pool of its own and keeps there what it freed: thirty threads that took turns held a hundred
megabytes that nobody used. Python lets one thread run at a time, so that two pools are enough.
"""

from __future__ import annotations

import ctypes

POOLS = 2
VARIABLE = "MALLOC_ARENA_MAX"
"""By this the C library of a process that is begun anew is told the same."""
_M_ARENA_MAX = -8  # <malloc.h>


def share() -> bool:
    """Have all threads that begin from now on take memory from POOLS pools; False where the C library knows no such thing."""
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, POOLS))
    except (AttributeError, OSError, TypeError):  # not glibc
        return False
