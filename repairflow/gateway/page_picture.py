"""A picture of captured bytes by Chromium, where it is installed: without network, scripts, frames or files of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 30
MOST_BYTES = 8 << 20
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""Of what is shown nothing runs and nothing is fetched: the page is foreign."""


def browser() -> str | None:
    """Return the program that takes pictures; None where none is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def take(content: bytes, media_type: str) -> bytes | None:
    """Return a picture (PNG) of a page; None where there is no browser, it is no page, or the browser does not manage it."""
    program = browser()
    if program is None or "html" not in media_type.lower():
        return None
    server = ThreadingHTTPServer(("127.0.0.1", 0), _serving(content, media_type))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with tempfile.TemporaryDirectory(prefix="repairflow-picture-", ignore_cleanup_errors=True) as folder:
            return _shot(program, f"http://127.0.0.1:{server.server_port}/", Path(folder))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _shot(program: str, url: str, folder: Path) -> bytes | None:
    picture = folder / "picture.png"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []  # it refuses to run as root otherwise
    command = [
        program, "--headless", *as_root, "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={folder / 'profile'}",
        "--window-size=1200,1600", f"--screenshot={picture}", url,
    ]  # fmt: skip
    try:
        _run(command, folder)
        made = picture.read_bytes()
    except (OSError, subprocess.SubprocessError):
        return None
    return made if 0 < len(made) <= MOST_BYTES else None


def _run(command: list[str], folder: Path) -> None:
    """Ensure that the program and all it started have ended, in time or by force; CalledProcessError where it failed."""
    done = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"HOME": str(folder), "PATH": os.defpath}, start_new_session=True,
    )  # fmt: skip
    try:
        code = done.wait(SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(done.pid, signal.SIGKILL)  # a browser is many processes
        done.wait()
    if code != 0:
        raise subprocess.CalledProcessError(code, command[0])


def _serving(content: bytes, media_type: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own = self.path == "/"
            self.send_response(200 if own else 404)
            self.send_header("content-type", media_type.encode("ascii", "ignore").decode())
            self.send_header("content-security-policy", POLICY)
            self.end_headers()
            if own:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    return Handler
