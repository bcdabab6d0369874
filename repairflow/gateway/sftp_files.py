"""Files exchanged over SFTP: the host key is pinned, the address is one that messages may go to, and everything ends in time.

`<home>/exchange/NAME.toml` says where; a target's address is `sftp:NAME`::

    host = "sftp.credit.example.cn"
    port = 22                  # as here where it is left out
    user = "repairflow"
    folder = "exchange"        # in which out/ and in/ are; the folder after signing in where it is left out
    host_key = "ssh-ed25519 AAAA…"   # as in ssh-keyscan; several as a list while the key is being changed
    key = "NAME"               # the file <home>/keys/sftp/NAME: a private key without password, readable by its owner alone
"""

from __future__ import annotations

import posixpath
import socket
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from repairflow.gateway.destinations import Destinations, Resolve, resolve
from repairflow.gateway.exchange_files import FOLDERS, Files, TooLarge
from repairflow.gateway.folder_platform import FilePlatform, away
from repairflow.gateway.platform import AGAIN, Address, Heard, Permanent, Transient

if TYPE_CHECKING:
    import paramiko

SCHEME = "sftp:"
SECONDS = 60.0
"""For one message, from the connection to its end."""
STEP = 15.0
"""For one thing asked of the server."""
PIECE = 64 * 1024
_PART = ".part"
NOT_LISTED = "SFTP 地址不在准许的范围内（REPAIRFLOW_PUSH_HOSTS），没有连接。请管理员核对并列入，列入后自动推送。"
OTHER_KEY = (
    "SFTP 服务器的主机密钥与登记的不同，没有登录{AGAIN}：可能有人冒充，也可能对方换了密钥。请与对方核对后更正设置文件。"
)


NO_KEY = "SFTP 的私钥 keys/sftp/{name} 不能使用：须为没有密码的 OpenSSH 私钥，只有本程序的用户可以读取。请管理员改正。"
RSA = "ssh-rsa"


class Where(NamedTuple):
    """Where a target's files lie, and by which keys both sides are known."""

    host: str
    port: int
    user: str
    folder: str
    host_keys: frozenset[tuple[str, str]]
    key: str


class SftpPlatform(FilePlatform):
    """`FilePlatform` over SFTP: `root` has the files that say where, `keys` the private keys."""

    def __init__(
        self, root: Path, keys: Path, destinations: Destinations | None = None, resolve: Resolve = resolve
    ) -> None:
        self._root, self._keys = root, keys
        self._destinations, self._resolve = destinations or Destinations(), resolve

    @contextmanager
    def opened(self, target: Address) -> Iterator[Files]:
        """See `FilePlatform.opened`: a connection for this message alone. Permanent where the settings say nothing sound."""
        import paramiko  # 7 MB, where a target is reached over SFTP

        where = self._where(target.url.removeprefix(SCHEME))
        key = self._private_key(where)
        until = monotonic() + SECONDS
        transport = paramiko.Transport(self._socket(where))
        try:
            transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = STEP
            yield SftpFiles(self._signed_in(transport, where, key), where.folder, until)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise away("使用", error) from None
        finally:
            transport.close()

    def _socket(self, where: Where) -> socket.socket:
        try:
            reached = self._destinations.reach(where.host, where.port, self._resolve)
            if not reached:
                raise Transient(NOT_LISTED, heard=Heard("not_listed"))
            return socket.create_connection((reached[0], where.port), timeout=STEP)
        except (OSError, UnicodeError) as error:
            raise away("连接", error) from None

    def _signed_in(self, transport: paramiko.Transport, where: Where, key: paramiko.PKey) -> paramiko.SFTPClient:
        """Return the client, after the server was known by its key: what is signed in with goes to no other."""
        import paramiko

        kinds = {name for name, _ in where.host_keys}  # of several keys the server shows one that is pinned
        signed = [*(kinds - {RSA}), *(("rsa-sha2-512", "rsa-sha2-256") if RSA in kinds else ())]
        try:
            transport.get_security_options().key_types = tuple(signed)
        except ValueError:
            raise Permanent(
                "SFTP 的主机密钥是本程序不支持的种类，请登记 ssh-ed25519 的。", heard=Heard("here")
            ) from None
        transport.start_client(timeout=STEP)
        shown = transport.get_remote_server_key()
        if (shown.get_name(), shown.get_base64()) not in where.host_keys:
            raise Transient(OTHER_KEY.format(AGAIN=AGAIN), heard=Heard("refused"))
        try:
            transport.auth_publickey(where.user, key)
        except paramiko.AuthenticationException:
            said = f"SFTP 服务器没有接受用户 {where.user} 和我方密钥{AGAIN}。请与对方核对。"
            raise Transient(said, heard=Heard("refused")) from None
        client = paramiko.SFTPClient.from_transport(transport)
        channel = client.get_channel() if client is not None else None
        if client is None or channel is None:
            raise paramiko.SSHException("no SFTP there")
        channel.settimeout(STEP)
        return client

    def _where(self, name: str) -> Where:
        file = self._root / f"{name}.toml"
        try:
            return read(file.read_text(encoding="utf-8"))
        except OSError:
            said = f"没有 SFTP 的设置文件 {file.name}，请管理员建立后重新推送。"
        except (ValueError, tomllib.TOMLDecodeError) as error:
            said = f"SFTP 的设置文件 {file.name} 有误：{error}。请管理员改正后重新推送。"
        raise Permanent(said, heard=Heard("here"))

    def _private_key(self, where: Where) -> paramiko.PKey:
        import paramiko

        file = self._keys / where.key
        try:
            if file.stat().st_mode & 0o077:
                raise ValueError("readable by others")
            return paramiko.PKey.from_path(file)
        except (OSError, ValueError, paramiko.SSHException):
            raise Permanent(NO_KEY.format(name=where.key), heard=Heard("here")) from None


class SftpFiles:
    """Files below one folder of an SFTP server."""

    def __init__(self, client: paramiko.SFTPClient, folder: str, until: float) -> None:
        """Ensure that the folders are there, where the server lets them be made."""
        self._client, self._folder, self._until = client, folder, until
        for part in FOLDERS:
            with suppress(OSError):
                self._client.mkdir(self._path(part))

    def read(self, name: str, most: int) -> bytes | None:
        """See `Files.read`."""
        content = bytearray()
        try:
            with self._client.open(self._path(name), "rb") as file:
                while part := file.read(PIECE):
                    content += part
                    if len(content) > most:
                        raise TooLarge("too large")
                    self._in_time()
        except FileNotFoundError:
            return None
        return bytes(content)

    def write(self, name: str, content: bytes) -> None:
        """See `Files.write`: under another name first, so that the other side's program takes no half of it."""
        part = self._path(f"{posixpath.dirname(name)}/.{posixpath.basename(name)}{_PART}")
        with self._client.open(part, "wb") as file:
            for start in range(0, len(content), PIECE):
                file.write(content[start : start + PIECE])
                self._in_time()
        self._put(part, self._path(name))

    def move(self, name: str, to: str) -> None:
        """See `Files.move`."""
        self._put(self._path(name), self._path(f"{to}/{posixpath.basename(name)}"))

    def _put(self, old: str, new: str) -> None:
        """Rename in the place of what is there; in two steps where the server knows only the rename of its protocol."""
        try:
            self._client.posix_rename(old, new)
        except OSError:
            with suppress(OSError):
                self._client.remove(new)
            self._client.rename(old, new)

    def _path(self, name: str) -> str:
        self._in_time()
        return posixpath.join(self._folder, name) if self._folder else name

    def _in_time(self) -> None:
        if monotonic() > self._until:
            raise TimeoutError("the time for one message is over")


def read(text: str) -> Where:
    """Return where the text of a file says; ValueError with what is wrong with it."""
    given = tomllib.loads(text)
    if unknown := sorted(given.keys() - {"host", "port", "user", "folder", "host_key", "key"}):
        raise ValueError(f"未知的设置 {'、'.join(unknown)}")
    host, user, key = (given.get(name, "") for name in ("host", "user", "key"))
    folder, port, keys = given.get("folder", ""), given.get("port", 22), given.get("host_key", [])
    if not all(isinstance(one, str) and one for one in (host, user, key)) or not isinstance(folder, str):
        raise ValueError("须写明 host、user 和 key")
    if "/" in key or key.startswith("."):
        raise ValueError("key 应为文件名，不含路径")
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        raise ValueError("port 应为端口号")
    pinned = [one.split() for one in ([keys] if isinstance(keys, str) else keys) if isinstance(one, str)]
    if not pinned or any(len(one) < 2 for one in pinned):
        raise ValueError("须以 host_key 写明服务器的主机密钥，如 ssh-ed25519 AAAA…")
    return Where(host, port, user, folder, frozenset((one[0], one[1]) for one in pinned), key)
