"""文件交换 over SFTP: the same files and receipts as in a folder, at a server known by its pinned key, on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from repairflow.gateway import sftp_files, signing
from repairflow.gateway.any_platform import fault_of
from repairflow.gateway.destinations import Destinations
from repairflow.gateway.exchange_files import TooLarge
from repairflow.gateway.platform import Address, Declined, Pending, Permanent, Receipt, Transient
from repairflow.gateway.sftp_files import SftpFiles, SftpPlatform
from tests.gateway.test_other_modes import NOW, TAKEN, OtherSide, target
from tests.support import pushes, sftp_server
from tests.support.sftp_server import Server, serving

WHERE: Address = target("sftp:province")


class Site:
    """An installation with a key, the settings of one server, and what lies at the other side."""

    def __init__(self, folder: Path) -> None:
        self.root, self.keys, self.far = folder / "exchange", folder / "keys", folder / "far"
        for one in (self.root, self.keys, self.far / "province"):
            one.mkdir(parents=True)
        private = Ed25519PrivateKey.generate()
        self.key_file = self.keys / "province"
        self.key_file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        self.key_file.chmod(0o600)
        self.key = paramiko.PKey.from_path(self.key_file)
        self.other = OtherSide(self.far / "province")

    def settings(self, **given: object) -> None:
        """The file that says where."""
        lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
        (self.root / "province.toml").write_text("\n".join(lines), encoding="utf-8")

    def knows(self, server: Server, **more: object) -> None:
        told = {
            "host": "127.0.0.1", "port": server.port, "user": "repairflow", "folder": "province",
            "host_key": server.known_as, "key": "province",
        }  # fmt: skip
        self.settings(**{**told, **more})

    def push(self, destinations: str = "127.0.0.1/32") -> Receipt:
        platform = SftpPlatform(self.root, self.keys, Destinations.parse(destinations))
        return platform.push(WHERE, pushes.message(7, at=NOW))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def server(site: Site) -> Iterator[Server]:
    with serving(site.far, site.key) as made:
        site.knows(made)
        yield made


@pytest.mark.usefixtures("server")
def test_a_message_lies_there_once_and_its_receipt_ends_it(site: Site) -> None:
    for _ in range(2):
        with pytest.raises(Pending, match="尚无回执"):
            site.push()
    (file,) = site.other.waiting()
    assert [one.name for one in file.parent.iterdir() if one.is_file()] == [file.name]  # no part is left
    before = file.read_bytes()
    site.other.answers(file, TAKEN)
    found = site.push()
    assert (found.remote_id, found.shown, found.request is not None) == ("R1", "public", True)
    assert (site.other.waiting(), (site.other.folder / "out" / "done" / file.name).read_bytes()) == ([], before)
    assert (site.other.folder / "in" / "done" / file.name).exists()
    assert site.push() == found  # a receipt that was read and not noted is read again


@pytest.mark.usefixtures("server")
def test_a_server_that_renames_over_nothing_is_served_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp_server.Folder, "posix_rename", lambda *_: paramiko.SFTP_OP_UNSUPPORTED)
    with pytest.raises(Pending):
        site.push()
    (file,) = site.other.waiting()
    (site.other.folder / "in" / "done" / file.name).write_bytes(b"of another time")
    site.other.answers(file, TAKEN)
    assert site.push().remote_id == "R1"
    assert site.other.waiting() == []


@pytest.mark.usefixtures("server")
def test_what_was_refused_is_handed_over_anew(site: Site) -> None:
    with pytest.raises(Pending):
        site.push()
    site.other.answers(site.other.waiting()[0], {"result": "refused", "reason": "没有这个主体"})
    with pytest.raises(Declined, match="没有这个主体"):
        site.push()
    with pytest.raises(Pending):
        site.push()
    site.other.answers(site.other.waiting()[0], TAKEN, signing.new_secret())
    with pytest.raises(Transient, match="签名不符"):
        site.push()


def test_the_other_sides_list_is_read(site: Site, server: Server) -> None:
    platform = SftpPlatform(site.root, site.keys, Destinations.parse("127.0.0.1/32"))
    with pytest.raises(Transient, match="没有对方的公示清单"):
        platform.pull(WHERE)
    site.other.puts("records.zip", "records.json", {"records": [{"number": "SX-1", "display": "public", "version": 3}]})
    assert [one.number for one in platform.pull(WHERE).shown] == ["SX-1"]
    assert server.door.tried == ["repairflow"] * len(server.door.tried)


def test_a_server_with_another_key_learns_nothing(site: Site, server: Server) -> None:
    """Neither who would sign in, nor a byte of a message."""
    stranger = paramiko.ECDSAKey.generate()
    site.knows(server, host_key=[f"{stranger.get_name()} {stranger.get_base64()}"])
    with pytest.raises(Transient, match="主机密钥与登记的不同"):
        site.push()
    assert (server.door.tried, site.other.folder.exists() and list(site.other.folder.iterdir())) == ([], [])
    site.knows(server, host_key=[f"{stranger.get_name()} {stranger.get_base64()}", server.known_as])  # while it changes
    with pytest.raises(Pending):
        site.push()


def test_only_listed_addresses_are_reached(site: Site, server: Server) -> None:
    with pytest.raises(Transient, match="REPAIRFLOW_PUSH_HOSTS"):
        site.push("10.0.0.0/8")
    with pytest.raises(Transient, match="REPAIRFLOW_PUSH_HOSTS"):
        site.push(f"127.0.0.1/32:{server.port + 1}")
    assert server.door.tried == []


@pytest.mark.usefixtures("server")
def test_a_key_that_is_not_admitted_is_said(site: Site) -> None:
    other = Ed25519PrivateKey.generate()
    site.key_file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    with pytest.raises(Transient, match="没有接受用户 repairflow"):
        site.push()


@pytest.mark.usefixtures("server")
def test_a_key_that_others_can_read_is_not_used(site: Site) -> None:
    site.key_file.chmod(0o644)
    with pytest.raises(Permanent, match="只有本程序的用户可以读取"):
        site.push()
    site.key_file.unlink()
    with pytest.raises(Permanent, match="不能使用"):
        site.push()


def test_a_server_that_is_away_or_none_is_tried_again(site: Site, server: Server) -> None:
    server.close()
    with pytest.raises(Transient, match="暂时不能"):
        site.push()
    (site.root / "province.toml").unlink()
    with pytest.raises(Permanent, match="没有 SFTP 的设置文件"):
        site.push()


GOOD = {"host": "a.cn", "user": "u", "key": "k", "host_key": "ssh-ed25519 AAAA"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"host": ""}, "host、user 和 key"), ({"key": 7}, "host、user 和 key"), ({"key": "../x"}, "不含路径"),
        ({"key": ".ssh"}, "不含路径"), ({"port": 0}, "端口号"), ({"port": "22"}, "端口号"), ({"port": True}, "端口号"),
        ({"host_key": ""}, "host_key"), ({"host_key": []}, "host_key"), ({"host_key": ["ssh-ed25519"]}, "host_key"),
        ({"password": "x"}, "未知的设置 password"), ({"folder": 1}, "host、user 和 key"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_settings_is_said(site: Site, change: dict[str, object], says: str) -> None:
    site.settings(**{**GOOD, **change})
    with pytest.raises(Permanent, match=says):
        site.push()
    with pytest.raises(Permanent, match="设置文件"):
        site.push()


def test_what_is_too_large_or_too_slow_is_left(site: Site, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = SftpPlatform(site.root, site.keys, Destinations.parse("127.0.0.1/32"))
    with platform.opened(WHERE) as files:
        (site.other.folder / "in" / "big").write_bytes(b"x" * 100)
        assert files.read("in/big", 100) == b"x" * 100
        assert files.read("in/none", 100) is None
        with pytest.raises(TooLarge):
            files.read("in/big", 99)
        assert isinstance(files, SftpFiles)
    monkeypatch.setattr(sftp_files, "SECONDS", -1.0)
    with pytest.raises(Transient, match="暂时不能"):
        site.push()
    assert server.port


def test_an_address_names_a_file_of_ours() -> None:
    assert [bool(fault_of(one)) for one in ("sftp:province", "sftp:../x", "sftp:", "sftp://a.cn/x")] == [
        False, True, True, True,
    ]  # fmt: skip
