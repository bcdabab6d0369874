"""What every store of files holds, on a folder and on a bucket; and what only a bucket can do wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from repairflow.errors import ConfigurationError, Unavailable
from repairflow.file_store.bucket import ANSWER_SECONDS, BucketFiles, _client
from repairflow.file_store.folder import FolderFiles
from repairflow.file_store.moving import move
from repairflow.file_store.opening import store_of
from repairflow.file_store.port import FileStore, names, trial_name
from repairflow.settings import load
from tests.conftest import Clock
from tests.support.s3_server import KEYS, S3Server, s3_server
from tests.support.servers import dripping, sipping

NUMBERS = count(1)
pytestmark = pytest.mark.either_database


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def bucket(s3: S3Server) -> BucketFiles:
    return s3.bucket(f"files-{next(NUMBERS)}")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return FolderFiles(tmp_path / "files")
    made: BucketFiles = request.getfixturevalue("bucket")
    return made


def test_a_file_is_whole_under_its_name_or_not_there(store: FileStore) -> None:
    assert list(store.listed()) == []
    for content in (b"", b"one", b"another", bytes(range(256)) * 20_000):
        store.write("ab/abc", content)
        assert store.read("ab/abc") == content
        assert [(one.name, one.size) for one in store.listed()] == [("ab/abc", len(content))]
        with store.local("ab/abc") as path:
            assert path.read_bytes() == content
    assert store.exists("ab/abc")
    store.remove("ab/abc")
    store.remove("ab/abc")
    assert not store.exists("ab/abc")
    with pytest.raises(FileNotFoundError):
        store.read("ab/abc")
    with pytest.raises(FileNotFoundError), store.local("ab/abc"):
        pass
    assert list(store.listed()) == []


def test_files_are_listed_in_the_order_of_their_names(store: FileStore) -> None:
    written = ["a.checkpoint", "a/2", "a/1", "a-b", "b/c/d", "2026-12-01T10.tst"]
    for name in written:
        store.write(name, name.encode())
    assert [one.name for one in store.listed()] == sorted(written)
    assert all(one.at.tzinfo is not None for one in store.listed())
    assert names(store, ".tst") == ["2026-12-01T10.tst"]


def test_what_lies_below_a_folder_is_a_store_of_its_own(store: FileStore) -> None:
    letters, others = store.within("letters"), store.within("letters2")
    letters.write("t.pdf", b"%PDF")
    others.write("t.pdf", b"another")
    assert store.read("letters/t.pdf") == letters.read("t.pdf") == b"%PDF"
    assert [one.name for one in letters.listed()] == ["t.pdf"]
    letters.remove("t.pdf")
    assert [one.name for one in store.listed()] == ["letters2/t.pdf"]


def test_a_trial_leaves_nothing(store: FileStore) -> None:
    store.try_out()
    assert list(store.listed()) == []


def test_more_files_than_a_storage_tells_at_once_are_all_listed(
    bucket: BucketFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repairflow.file_store.bucket.LISTED", 3)
    wanted = [f"{number:04}" for number in range(10)]
    for name in wanted:
        bucket.write(name, b"")
    assert [one.name for one in bucket.listed()] == wanted


def test_nobody_without_a_key_reads_a_file_unless_the_bucket_was_opened(bucket: BucketFiles) -> None:
    assert not bucket.is_open_to_all()
    client, name = _client(bucket.clients.access), bucket.clients.access.bucket
    client.put_bucket_policy(
        Bucket=name,
        Policy=f'{{"Statement": [{{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::{name}/*"}}]}}',
    )
    assert bucket.is_open_to_all()
    assert list(bucket.listed()) == []


def test_a_start_names_a_missing_bucket_and_keys_that_do_not_open_it(
    s3: S3Server, bucket: BucketFiles, tmp_path: Path
) -> None:
    bucket.demand_right()
    absent = BucketFiles.at(s3.access("absent"), "", tmp_path)
    with pytest.raises(ConfigurationError, match=r"没有存储桶 absent.*请先建立存储桶"):
        absent.demand_right()
    with s3.strict():
        with pytest.raises(ConfigurationError, match=r"不接受密钥.*REPAIRFLOW_FILES_ACCESS_KEY") as refused:
            bucket.demand_right()
        with pytest.raises(Unavailable, match="文件存储"):
            bucket.read("a")
    assert KEYS[1] not in str(refused.value) + repr(bucket)


def test_a_storage_that_is_away_keeps_no_node_from_starting_and_is_said(tmp_path: Path) -> None:
    away = BucketFiles.at(S3Server("http://127.0.0.1:9", tmp_path).access("files"), "", tmp_path)
    away.demand_right()
    for asked in (lambda: away.read("a"), lambda: away.exists("a"), lambda: away.write("a", b""), away.try_out):
        with pytest.raises(Unavailable, match="请稍后再试"):
            asked()
    with pytest.raises(Unavailable):
        list(away.listed())


def test_a_storage_that_drips_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repairflow.file_store.bucket.WHOLE_SECONDS", 0.3)
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    with dripping(start) as address:
        slow = BucketFiles.at(S3Server(address, tmp_path).access("files"), "", tmp_path)
        with pytest.raises(Unavailable, match="请稍后再试"):
            slow.read("a")


def test_a_storage_that_takes_a_file_bit_by_bit_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repairflow.file_store.bucket.WHOLE_SECONDS", 0.5)
    with sipping() as address:
        slow = BucketFiles.at(S3Server(address, tmp_path).access("files"), "", tmp_path)
        began = time.monotonic()
        with pytest.raises(Unavailable, match="请稍后再试"):
            slow.write("a", bytes(32 << 20))
    assert time.monotonic() - began < ANSWER_SECONDS  # as long as one silence may last: no try waited for its end


def test_what_a_killed_trial_left_goes_with_a_later_one(
    bucket: BucketFiles, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, other = [trial_name() for _ in range(2)], "2026-06-10.part"
    for name in (*names, other):
        bucket.write(name, b"0")
    assert list(bucket.listed()) == []  # half files are none, as in a folder
    key = {"Bucket": bucket.clients.access.bucket, "Key": f"{bucket.prefix}{other}"}
    clock.jump(_client(bucket.clients.access).head_object(**key)["LastModified"])  # the storage has a clock of its own
    bucket.try_out()
    assert [bucket.exists(name) for name in names] == [True, True]  # perhaps of a trial at work
    clock.travel(timedelta(hours=2))
    bucket.try_out()
    assert [bucket.exists(name) for name in (*names, other)] == [False, False, True]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"REPAIRFLOW_FILES": "/srv/files"}, "REPAIRFLOW_FILES：应如 s3://"),
        ({"REPAIRFLOW_FILES": "s3:///prefix"}, "REPAIRFLOW_FILES：应如 s3://"),
        ({"REPAIRFLOW_FILES": "s3://key:secret@bucket/p"}, "REPAIRFLOW_FILES：应如 s3://"),
        ({"REPAIRFLOW_FILES": "s3://b/p"}, "REPAIRFLOW_FILES_ACCESS_KEY"),
        (
            {"REPAIRFLOW_FILES": "s3://b/p", "REPAIRFLOW_FILES_KEYS": "k", "REPAIRFLOW_FILES_ENDPOINT": "s3.cn"},
            "ENDPOINT",
        ),
    ],
)
def test_settings_that_name_no_storage_are_refused(home: Path, said: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        load({"REPAIRFLOW_HOME": str(home), **said})


def test_keys_may_lie_in_a_file(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    settings = load(
        {"REPAIRFLOW_HOME": str(home), "REPAIRFLOW_FILES": "s3://b/a/p/", "REPAIRFLOW_FILES_KEYS": str(file)}
    )
    for content in (None, "", "one", "one two three"):
        if content is not None:
            file.touch(0o600)
            file.write_text(content)
        with pytest.raises(ConfigurationError, match="两行"):
            store_of(settings)
    file.write_text("an-access-key\na-secret-key\n")
    with pytest.raises(ConfigurationError, match="两行"):  # nothing can be looked at below a file
        store_of(replace(settings, files_keys=str(file / "keys")))
    for folder, mode in ((0o755, 0o644), (0o750, 0o640)):
        tmp_path.chmod(folder)
        file.chmod(mode)
        with pytest.raises(ConfigurationError, match="其他用户可以读取") as refused:
            store_of(settings)
        assert "a-secret-key" not in str(refused.value)
    tmp_path.chmod(0o700)  # its folder lets nobody else in
    assert isinstance(store_of(settings), BucketFiles)
    tmp_path.chmod(0o755)
    file.chmod(0o600)
    store = store_of(settings)
    assert isinstance(store, BucketFiles)
    assert (store.prefix, store.clients.access.bucket) == ("a/p/", "b")
    assert (store.clients.access.access_key, store.clients.access.secret_key) == KEYS


def test_a_move_goes_on_where_it_was_broken_off_and_stops_at_what_differs(bucket: BucketFiles, tmp_path: Path) -> None:
    folder = FolderFiles(tmp_path / "materials")
    for number in range(6):
        folder.write(f"ab/{number}", bytes([number]))
    begun = move(folder, bucket)
    assert [next(begun).name for _ in range(3)] == ["ab/0", "ab/1", "ab/2"]
    begun.close()
    assert [one.was_there for one in move(folder, bucket)] == [True] * 3 + [False] * 3
    bucket.write("ab/4", b"another")
    with pytest.raises(Unavailable, match="ab/4"):
        list(move(folder, bucket, leave=False))
    assert [one.name for one in folder.listed()] == ["ab/4", "ab/5"]
    bucket.remove("ab/4")
    assert len(list(move(folder, bucket, leave=False))) == 2
    assert list(folder.listed()) == []
    assert [(one.name, bucket.read(one.name)) for one in bucket.listed()] == [(f"ab/{n}", bytes([n])) for n in range(6)]
