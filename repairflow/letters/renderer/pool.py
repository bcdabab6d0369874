"""The press: letters become PDFs in recycled child processes with limits, and files that are whole or absent.

A child is a fresh interpreter that prints a few hundred letters and is replaced, because the engine's memory grows. It may
use so much processor time, memory and wall time for a letter; one that exceeds a limit or dies is replaced, and the caller
gets a clear error while nothing was issued. `Press` may be used from several threads; each letter takes one child.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from pydantic import TypeAdapter

from repairflow.errors import Conflict, RepairFlowError, Unavailable
from repairflow.file_store.port import FileStore
from repairflow.letters.fonts.families import FontFamilies, MissingGlyphs
from repairflow.letters.model import LetterData, Pressed
from repairflow.trouble import FULL, READ_ONLY, trouble_of
from repairflow.work_folders import WorkFolder

MESSAGE_LIMIT = 64 * 1024 * 1024  # bytes of one message between press and child
_LENGTH = struct.Struct(">I")


class PressFailed(Unavailable):
    """A letter could not be pressed: the child died, broke a limit, or refused. The letter itself stands unharmed in the
    database and can be pressed again."""

    code = "press_failed"


class NotWritten(Unavailable):
    """A letter was made and the disk did not take it: full, read-only, or not ours to write in. It is tried again."""

    code = "letter_not_written"


_UNWRITTEN = {
    FULL.code: "存放文书的磁盘已满，文件没有写成。请联系管理员清理磁盘。",
    READ_ONLY.code: "存放文书的目录不能写入（只读，或者没有权限）。请联系管理员。",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use for one letter, and how many letters it prints before it is replaced.

    Processor time bounds the work. Wall time ends a child that waits for ever; it leaves a machine with much else to do several
    times as long, for there the same work is no fault of the letter.
    """

    cpu_seconds: int = 20
    seconds: float = 90.0  # wall time, the child's start included; the relay holds a letter for two minutes
    memory_mib: int = 1536  # address space; the fonts alone map 100 MiB
    max_tasks: int = 300


@dataclass(frozen=True, slots=True)
class Task:
    """What a child is told once at its start."""

    families: FontFamilies
    limits: Limits
    folder: str  # the only place it may write


TASK: TypeAdapter[Task] = TypeAdapter(Task)


def send(pipe: IO[bytes], tag: bytes, body: bytes) -> None:
    """Send one message: length, one byte of tag, body."""
    pipe.write(_LENGTH.pack(len(body)) + tag + body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[bytes, bytes]:
    """Return the next message as (tag, body); EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size + 1)
    if len(head) < _LENGTH.size + 1:
        raise EOFError
    (length,) = _LENGTH.unpack(head[:-1])
    if length > MESSAGE_LIMIT:
        raise EOFError("message too long")
    body = pipe.read(length)
    if len(body) < length:
        raise EOFError
    return head[-1:], body


class _Child:
    """One child process, from its start to its end."""

    def __init__(self, families: FontFamilies, limits: Limits, place: Path | None) -> None:
        self.limits = limits
        self.left = limits.max_tasks
        self.folder = WorkFolder("press", place)
        # A bare environment: no proxies, no tokens, nothing a letter could ever leak.
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from repairflow.letters.renderer.child import main; main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self.folder.name,
            env={
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1",
                "HOME": str(Path.home()), "TMPDIR": self.folder.name, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
            },
        )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.to, self.back = self.process.stdin, self.process.stdout
        with contextlib.suppress(OSError):  # one that died already is found out by its first letter
            send(self.to, b"T", TASK.dump_json(Task(families, limits, self.folder.name)))

    def press(self, letter: LetterData) -> tuple[bytes, bytes]:
        """Return the child's answer. Raises EOFError when it died or ran out of time."""
        self.left -= 1
        out_of_time = threading.Timer(self.limits.seconds, self.process.kill)
        out_of_time.start()
        try:
            send(self.to, b"L", letter.model_dump_json().encode())
            return receive(self.back)
        except OSError as gone:
            raise EOFError from gone
        finally:
            out_of_time.cancel()

    def close(self) -> None:
        """End the process and removes its folder; safe to call twice."""
        self.process.kill()
        for pipe in (self.to, self.back):
            with contextlib.suppress(OSError):
                pipe.close()
        self.process.wait()
        self.folder.cleanup()


@dataclass
class Press:
    """A pool of pressing children. Use as a context manager, or call `close`."""

    workers: int = 1
    families: FontFamilies = field(default_factory=FontFamilies)
    limits: Limits = field(default_factory=Limits)
    place: Path | None = None  # where the children work; None: among the system's temporary files

    def __post_init__(self) -> None:
        # Last in, first out: a lone caller keeps to one warm child.
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(self.workers):
            self._idle.put(None)

    def press(self, letter: LetterData) -> Pressed:
        """Return the pressed letter. Raises MissingGlyphs, or PressFailed when the child broke a limit or died."""
        child = self._idle.get()
        kept: _Child | None = None
        try:
            with writing():
                child = child or _Child(self.families, self.limits, self.place)
            try:
                tag, body = child.press(letter)
            except EOFError as gone:
                child.close()
                raise PressFailed("文书排版超出时间或者内存限制，未能制作；请核对文书内容后重试。") from gone
            if child.left > 0:
                kept = child
            else:
                child.close()
        finally:
            self._idle.put(kept)
        return _answer(tag, body)

    def press_all(self, letters: Iterable[LetterData]) -> list[Pressed | RepairFlowError]:
        """Return each letter's result in order: pressed, or the error that letter met; one failure harms no other."""
        with ThreadPoolExecutor(self.workers) as threads:
            return list(threads.map(self._try, letters))

    def _try(self, letter: LetterData) -> Pressed | RepairFlowError:
        try:
            return self.press(letter)
        except RepairFlowError as wrong:
            return wrong

    def close(self) -> None:
        """End every idle child."""
        for _ in range(self.workers):
            child = self._idle.get()
            if child:
                child.close()
        for _ in range(self.workers):
            self._idle.put(None)

    def __enter__(self) -> Press:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _answer(tag: bytes, body: bytes) -> Pressed:
    if tag == b"P":
        (pages,) = _LENGTH.unpack(body[: _LENGTH.size])
        pdf = body[_LENGTH.size :]
        return Pressed(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=pages)
    if tag == b"G":
        raise MissingGlyphs(body.decode())
    raise PressFailed(f"文书未能制作：{body.decode('utf-8', 'replace')}")


def pressed_message(pressed: Pressed) -> bytes:
    """Return a pressed letter as a child sends it back."""
    return _LENGTH.pack(pressed.pages) + pressed.pdf


@contextmanager
def writing() -> Iterator[None]:
    """Raise NotWritten in place of any error of the disk within the block."""
    try:
        yield
    except OSError as error:
        trouble = trouble_of(error)
        raise NotWritten(_UNWRITTEN.get(trouble.code if trouble else "", "文书文件没有写成。")) from error


def store(letters: FileStore, name: str, pdf: bytes) -> str:
    """Write an issued letter and return its SHA-256 in hex.

    Afterwards the file is whole and on disk under its name, or not there at all. The same bytes again change nothing; other
    bytes under the same name are a Conflict, for an issued letter never changes. NotWritten when the disk takes no more.
    """
    digest = hashlib.sha256(pdf).hexdigest()
    if letters.exists(name):
        if hashlib.sha256(letters.read(name)).hexdigest() != digest:
            raise Conflict(f"文书文件 {name} 已经存在，内容不同；已制作的文书不得改动。")
        return digest
    with writing():
        letters.write(name, pdf)
    return digest
