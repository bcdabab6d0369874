"""HEIC, the form in which telephones keep photographs, made into JPEG by a child process with limits.

The decoder is a large C library and the file comes from anybody, so it runs beside the program, not in it.
"""

from __future__ import annotations

import os
import subprocess
import sys

SECONDS = 30
MEMORY_MIB = 1536
QUALITY = 90
MOST_PIXELS = 60_000_000


def as_jpeg(content: bytes) -> bytes | None:
    """The photograph as JPEG, upright; None where it is not whole, too large, or takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from repairflow.gateway.heic_photo import child; child()"],
            input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False,
            env={
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1",
                "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
            },
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"\xff\xd8\xff") else None


def child() -> None:
    """Read a photograph from standard input, write a JPEG to standard output; limits itself first."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MEMORY_MIB * 1024 * 1024),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    picture = decoded(sys.stdin.buffer.read())
    sys.stdout.buffer.write(picture)


def decoded(content: bytes) -> bytes:
    """The photograph as JPEG. ValueError for one with too many points, and whatever the decoder raises."""
    import io

    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(content), formats=["HEIF"]) as photograph:
        width, height = photograph.size
        if width * height > MOST_PIXELS:
            raise ValueError(f"{width} x {height}")
        out = io.BytesIO()
        ImageOps.exif_transpose(photograph).convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
