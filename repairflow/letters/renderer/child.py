"""The process that makes PDFs: it loads the engine, gives up sockets and files, then prints what it is sent until the end."""

from __future__ import annotations

import gc
import resource
import sys
import sysconfig
from datetime import date
from pathlib import Path
from typing import IO

from repairflow.errors import RepairFlowError
from repairflow.letters.fonts.families import FontFamilies, MissingGlyphs, faces
from repairflow.letters.layout.line_pitch import STEPS, tighter
from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from repairflow.letters.renderer.pool import TASK, pressed_message, receive, send
from repairflow.letters.text.templates import Paragraph
from repairflow.settings import asset

_WRITES = ("w", "a", "x", "+")
# What a letter can never need. Connecting, listening, resolving, starting programs, removing files elsewhere.
_FORBIDDEN = (
    "socket.", "urllib.Request", "http.client.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.exec", "os.fork",
    "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn", "ctypes.dlopen", "webbrowser.open",
)  # fmt: skip


def main() -> None:
    """Read one task message, then letters; answer each with one message."""
    to, back = sys.stdin.buffer, sys.stdout.buffer
    _, body = receive(to)
    task = TASK.validate_json(body)
    megabytes = task.limits.memory_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (megabytes, megabytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warm_up(task.families)
    settle()
    restrict(Path(task.folder), _readable(task.families))
    while True:
        try:
            _, body = receive(to)
        except EOFError:
            return
        _allow_cpu(task.limits.cpu_seconds)
        _answer(back, body, task.families)


def _answer(back: IO[bytes], body: bytes, families: FontFamilies) -> None:
    try:
        send(back, b"P", pressed_message(press_here(LetterData.model_validate_json(body), families)))
    except MissingGlyphs as missing:
        send(back, b"G", "".join(sorted(missing.characters)).encode())
    except RepairFlowError as refused:
        send(back, b"E", refused.message.encode())
    except (Exception, RecursionError) as wrong:  # noqa: BLE001  whatever the engine meets, the caller gets an answer
        send(back, b"E", f"排版引擎出错（{type(wrong).__name__}）".encode())


def _allow_cpu(seconds: int) -> None:
    """Allow so many seconds from now on; after them the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def warm_up(families: FontFamilies) -> None:
    """Print a small letter, so that the engine, its fonts and everything it imports late are in memory; so are the sheets
    for tighter lines."""
    for step in STEPS:
        tighter(step)
    for form in ("letter", "standard"):
        press_here(
            LetterData.model_validate(
                {
                    "kind": "warm_up", "title": "试印", "number": "试〔2026〕1号", "office_mark": "试印", "signer": "试印",
                    "day": date(2026, 1, 1), "form": form, "qr_url": "https://example.org/", "chain_head": "0" * 64,
                    "paragraphs": [
                        Paragraph(level=level, text="试\t印")
                        for level in ("heading1", "heading2", "body", "row_head", "row")
                    ],
                }
            ),
            families,
        )  # fmt: skip


def settle() -> None:
    """Make the garbage collector leave alone what is in memory now and comes less often: the engine, its fonts and tables
    stay for the life of the process, and looking through them takes a twentieth of every letter's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _readable(families: FontFamilies) -> tuple[Path, ...]:
    fonts = {face.path for role in faces(families).roles().values() for face in role}
    code = {Path(path) for path in sysconfig.get_paths().values()}
    installed = {Path(path) for path in sys.path if path}
    return (*fonts, *code, *installed, asset("templates"))


def restrict(folder: Path, readable: tuple[Path, ...]) -> None:
    """From here on this process opens no socket, starts no program, reads only the given places and writes only in `folder`.

    An audit hook cannot be removed again. It guards against a mistake of ours or of the engine in handling text, not against
    foreign machine code.
    """
    readable_prefixes = tuple(str(path) for path in (*readable, folder))
    writable_prefix = str(folder)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode = arguments[0], arguments[1]
            if isinstance(path, int):
                return
            name = path.decode("utf-8", "replace") if isinstance(path, bytes) else str(path)
            writes = isinstance(mode, str) and any(letter in mode for letter in _WRITES)
            if writes and not name.startswith(writable_prefix):
                raise PermissionError(f"a letter writes no file: {name}")
            if not writes and not name.startswith(readable_prefixes):
                raise PermissionError(f"a letter reads no file: {name}")
        elif event.startswith(_FORBIDDEN):
            raise PermissionError(f"a letter does not: {event}")

    sys.addaudithook(watch)
