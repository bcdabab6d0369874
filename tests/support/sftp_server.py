"""An SFTP server of the other side's, on loopback: it serves one folder to who holds one key."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import paramiko


class Door(paramiko.ServerInterface):
    """Lets in whoever holds the key."""

    def __init__(self, admitted: paramiko.PKey) -> None:
        self.admitted, self.tried = admitted, list[str]()

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.tried.append(username)
        return paramiko.AUTH_SUCCESSFUL if key == self.admitted else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:  # as paramiko calls it
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:  # as paramiko calls it
        return "publickey"


class Folder(paramiko.SFTPServerInterface):
    """The files below `root`, for the calls that a client of ours makes."""

    root = Path()

    def _real(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def open(self, path: str, flags: int, attr: Any) -> Any:  # as paramiko calls it
        try:
            number = os.open(self._real(path), flags, 0o640)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        file = os.fdopen(number, "wb" if flags & os.O_WRONLY else "rb")
        handle = paramiko.SFTPHandle(flags)
        handle.filename, handle.readfile, handle.writefile = path, file, file
        return handle

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def mkdir(self, path: str, attr: Any) -> int:  # as paramiko calls it
        return self._done(lambda: self._real(path).mkdir())

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return self._done(lambda: self._real(oldpath).replace(self._real(newpath)))

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._real(newpath).exists():
            return paramiko.SFTP_FAILURE
        return self._done(lambda: self._real(oldpath).rename(self._real(newpath)))

    def remove(self, path: str) -> int:
        return self._done(self._real(path).unlink)

    def _done(self, act: Any) -> int:
        try:
            act()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return paramiko.SFTP_OK


class Server:
    """A server at work; `host_key` is what it shows."""

    def __init__(self, root: Path, admitted: paramiko.PKey) -> None:
        self.host_key = paramiko.ECDSAKey.generate()
        self.door, self._files = Door(admitted), type("Served", (Folder,), {"root": root})
        self._over, self._transports = Event(), list[paramiko.Transport]()
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listens.getsockname()[1])
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def known_as(self) -> str:
        """Its host key as a settings file pins it."""
        return f"{self.host_key.get_name()} {self.host_key.get_base64()}"

    def close(self) -> None:
        if self._over.is_set():
            return
        self._over.set()
        self._listens.shutdown(socket.SHUT_RDWR)
        self._listens.close()
        self._thread.join()
        for one in self._transports:
            one.close()
            one.join()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                conn, _ = self._listens.accept()
            except OSError:
                return
            transport = paramiko.Transport(conn)
            self._transports.append(transport)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, self._files)
            with suppress(paramiko.SSHException, EOFError):
                transport.start_server(Event(), self.door)


@contextmanager
def serving(root: Path, admitted: paramiko.PKey) -> Iterator[Server]:
    """A server of `root` while the block runs."""
    server = Server(root, admitted)
    try:
        yield server
    finally:
        server.close()
