"""Witnesses by the published protocols (C2SP tlog-witness, tlog-cosignature, tlog-policy): what one cosigns and what not, how
ours are asked, and what a policy makes of it."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from repairflow.app.witnessing import Witnesses
from repairflow.auditing import bundle, cosignatures, letter_proof, merkle, stand_alone_program
from repairflow.auditing.cosigning import Cosigner
from repairflow.auditing.notes import Signer
from repairflow.auditing.stand_alone_log import cosigned_at, policy_faults, policy_of
from repairflow.auditing.witness_protocol import Answer, Request, Witness, asked
from repairflow.auditing.witness_server import WitnessServer
from repairflow.casework import heartbeats
from repairflow.casework.queries.audit.witnesses import differs, standings
from repairflow.db import Database
from repairflow.errors import ConfigurationError, Invalid
from repairflow.records import letter
from repairflow.records.rows import LetterRow, one_row
from tests.auditing.trail_builder import START, Trail
from tests.support import log_proofs

PDF, NUMBER = b"%PDF-1.7 a letter", "示信复〔2026〕1号"
LOG = Signer("log.example", bytes(32))
LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(40)]

# A checkpoint of a public log and the cosignature of a public witness, which publishes this key.
PUBLISHED = (
    "coachandhorses2026h1.staging.certificate.transparency.goog\n185550722\n"
    "YXAM0VmnrfvLaBCOOYSJhCaE5F10oGBOo+hkbDa1kng=\n\n"
    "— coachandhorses2026h1.staging.certificate.transparency.goog "
    "MpXgsHy8ZwxXnO+WjtVrPxAzL49Rs1gWTkNVNeEa//5peAzaocRCB3qt3EaibjzY5GILLtGgBP7dBhgcSHy+JQh0OAc=\n"
    "— witness.navigli.sunlight.geomys.org "
    "o+AP4gAAAABqb7DzNrGFRJnQ9vrJ8xpnwZytnr/ZYczDIsvwvouiSjwOjn7a72ccxBk+lKnZ7dKqkYKER1s/KxLTaVwQD7lJZTC/CQ==\n"
)
NAVIGLI = "witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G"


def key_of(name: str, seed: int = 7) -> Cosigner:
    return Cosigner(name, bytes([seed]) * 32)


def note(size: int, leaves: list[bytes] = LEAVES, signer: Signer = LOG) -> str:
    return signer.sign(size, merkle.root(leaves[:size]))


def request(old: int, size: int, leaves: list[bytes] = LEAVES, signer: Signer = LOG) -> bytes:
    proof = log_proofs.consistency_proof(leaves[:size], old) if 0 < old < size else []
    return Request(old, tuple(proof), note(size, leaves, signer)).written()


def witness(folder: Path, name: str = "w.example/1") -> Witness:
    return Witness(folder, key_of(name), [LOG.verifier], lambda: START)


def test_a_published_cosignature_holds_and_nothing_like_it() -> None:
    assert cosigned_at(PUBLISHED, NAVIGLI) == 0x6A6FB0F3
    for other in (
        PUBLISHED.replace("185550722", "185550723"),
        PUBLISHED.replace("YXAM", "YXAN"),
        PUBLISHED.replace("AABqb7Dz", "AABqb7D0"),
        PUBLISHED.replace("— witness.navigli", "— witness.other"),
    ):
        assert cosigned_at(other, NAVIGLI) is None, other


def test_the_key_and_the_line_have_the_published_form(tmp_path: Path) -> None:
    made = Cosigner.at(tmp_path, "w.example/1")
    assert str(Cosigner.at(tmp_path, "another name")) == str(made), "a key keeps its name"
    assert (tmp_path / "witness.key").stat().st_mode & 0o077 == 0
    line = made.cosign("log.example\n1\nAAAA\n", datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC))
    _, name, encoded = line.rstrip("\n").split(" ")
    signature = base64.b64decode(encoded)
    assert (name, len(signature), signature[4:12].hex()) == ("w.example/1", 76, "00000000641850cb")
    assert base64.b64decode(str(made).split("+", 2)[2])[0] == 4
    (tmp_path / "witness.key").write_text("PRIVATE+KEY+x+00000000+AAAA\n")
    with pytest.raises(ConfigurationError):
        Cosigner.at(tmp_path, "w.example/1")
    with pytest.raises(ConfigurationError):
        key_of("a name")


# asked in this order of one witness: what is asked, and the status and body of the answer (None: a cosignature)
CONVERSATION = (
    ("a first checkpoint with a proof", Request(0, (bytes(32),), note(5)).written(), 422, b"the proof does not hold\n"),
    ("a first checkpoint", request(0, 5), 200, None),
    ("the same again, as if it were the first", request(0, 5), 409, b"5\n"),
    ("the same again", request(5, 5), 200, None),
    ("a later one from another size", request(3, 9), 409, b"5\n"),
    ("a later one", request(5, 9), 200, None),
    ("an earlier one", request(9, 5), 400, b"old size above the checkpoint's\n"),
    ("another root at the same size", request(9, 9, LEAVES[::-1]), 409, b"9\n"),
    ("a rewritten log", request(9, 20, LEAVES[::-1]), 422, b"the proof does not hold\n"),
    ("no proof", Request(9, (), note(20)).written(), 422, b"the proof does not hold\n"),
    ("an unknown log", request(9, 20, signer=Signer("other.example", bytes(32))), 404, b"not a log of this witness\n"),
    ("another key", request(9, 20, signer=Signer("log.example", b"x" * 32)), 403, b"not signed by the log\n"),
    ("nothing", b"", 400, b"not a request of c2sp.org/tlog-witness\n"),
    ("a number with a zero before it", request(9, 20).replace(b"old 9", b"old 09"), 400, None),
    ("a short hash", request(9, 20).replace(b"\n\n", b"\nAAAA\n\n", 1), 400, None),
    ("more hashes than any proof has", Request(9, (bytes(32),) * 64, note(20)).written(), 400, None),
    ("bytes that are no text", b"old 9\n\n\xff", 400, None),
    ("too much", b"old 9\n\n" + b"x" * 70_000, 400, None),
    ("a later one still", request(9, 40), 200, None),
)  # fmt: skip


def test_what_a_witness_cosigns_and_what_not(tmp_path: Path) -> None:
    one = witness(tmp_path)
    for what, body, status, said in CONVERSATION:
        answer = one.add_checkpoint(body)
        assert answer.status == status, what
        assert said is None or answer.body == said, what
        if status == 200:
            cosigned = asked(body).note + answer.body.decode()
            assert cosigned_at(cosigned, str(key_of("w.example/1"))) == int(START.timestamp()), what
        if status == 409:
            assert answer.type == "text/x.tlog.size", what
    assert witness(tmp_path).add_checkpoint(request(9, 40)).body == b"40\n", "it remembers"
    assert len(list((tmp_path / "refused").iterdir())) == 4, "what a log signed and could not prove is kept"


def test_two_at_once_never_take_a_log_back(tmp_path: Path) -> None:
    one = witness(tmp_path)
    one.add_checkpoint(request(0, 1))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one.add_checkpoint, [request(1, size) for size in range(2, 40)]))
    assert [answer.status for answer in answers].count(200) == 1
    held = one.add_checkpoint(request(0, 40))
    taken = next(size for size, answer in zip(range(2, 40), answers, strict=True) if answer.status == 200)
    assert held == Answer(409, f"{taken}\n".encode(), "text/x.tlog.size")


X, Y, Z = (str(key_of(name, seed)) for name, seed in (("x.example", 1), ("y.example", 2), ("z.example", 3)))
ML_DSA = "post.example+79b60b39+BgABAgM="
GROUPS = f"""# two offices
log {LOG.verifier} https://log.example/
\twitness  X1 {X} https://x.example/w
witness X2 {Y}
witness 丙 {Z}
group X 1 X1 X2
group all-of-them all X 丙
quorum all-of-them"""


@pytest.mark.parametrize(
    ("policy", "cosigned", "met"),
    [
        (GROUPS, (1, 3), True),
        (GROUPS, (2, 3), True),
        (GROUPS, (1, 2), False),
        (GROUPS, (), False),
        (f"witness a {X}\nquorum a\n", (1,), True),
        (f"witness a {X}\nquorum a\n", (2, 3), False),
        ("quorum none\n", (), True),
        (f"witness a {X}\nwitness b {Y}\nwitness c {Z}\ngroup g 2 a b c\nquorum g", (1, 3), True),
        (f"witness a {X}\nwitness b {Y}\nwitness c {Z}\ngroup g 2 a b c\nquorum g", (3,), False),
        (f"witness a {X}\nwitness b {Y}\ngroup g any a b\nquorum g", (2,), True),
        (f"log {Signer('other', bytes(32)).verifier}\nwitness a {X}\nquorum a", (1,), False),
    ],
)
def test_a_policy_says_who_must_have_cosigned(policy: str, cosigned: tuple[int, ...], met: bool) -> None:
    names = {1: "x.example", 2: "y.example", 3: "z.example"}
    said = note(5)
    lines = "".join(key_of(names[n], n).cosign(said.rpartition("\n\n")[0] + "\n", START) for n in cosigned)
    assert (policy_faults(policy_of(policy.encode()), said + lines, str(LOG.verifier)) == []) is met


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("", "exactly one quorum"),
        ("quorum none\nquorum none", "exactly one quorum"),
        ("quorum a", "line 1: not defined before"),
        (f"quorum a\nwitness a {X}", "line 1: not defined before"),
        (f"witness a {X}\nwitness a {Y}\nquorum a", "line 2: the name is taken"),
        (f"witness none {X}\nquorum none", "line 1: the name is taken"),
        (f"witness a {X}\nwitness b {X}\nquorum a", "line 2: the key is listed twice"),
        (f"log {LOG.verifier}\nlog {LOG.verifier}\nquorum none", "line 2: the key is listed twice"),
        (f"witness a {X}\ngroup g 2 a\nquorum g", "line 2: more than the group has"),
        (f"witness a {X}\ngroup g 0 a\nquorum g", "line 2: not a number"),
        (f"witness a {X}\ngroup g any\nquorum g", "line 2: not understood"),
        (f"witness a {X}\ngroup g any a a\nquorum g", "line 2: a name is a member twice"),
        (f"witness a {X}\ngroup g any a\ngroup h any a\nquorum g", "line 3: a name is a member twice"),
        ("group g any none\nquorum g", "line 1: not defined before"),
        (f"witness a {X[:-4]}AAAA\nquorum a", "line 1: not a public key"),
        ("witness a b\nquorum a", "line 1:"),
        ("quorum none\r\n", "line 1: a control character"),
        ("quorum\u00a0none", "line 1: not understood"),
        ("qourum none", "line 1: not understood"),
    ],
)
def test_what_is_no_policy_names_its_line(policy: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=why):
        policy_of(policy.encode())
    file = tmp_path / "policy"
    file.write_text(policy, encoding="utf-8", newline="")
    with pytest.raises(Invalid, match="tlog-policy"):
        cosignatures.read_policy(file)


def test_thirty_two_of_everything_fit() -> None:
    names = [f"w{n}" for n in range(32)]
    witnesses = [f"witness {name} {key_of(name, n)}" for n, name in enumerate(names)]
    groups = [f"group g0 any {names[0]}", *(f"group g{n} all g{n - 1} {names[n]}" for n in range(1, 32))]
    policy = policy_of("\n".join([*witnesses, *groups, "quorum g31"]).encode())
    assert policy.met(set(names))
    assert not policy.met(set(names[1:]))


@contextmanager
def serving(folder: Path, name: str, *logs: Signer) -> Iterator[str]:
    cosigner = key_of(name, len(name))
    served = Witness(folder / name, cosigner, [log.verifier for log in logs], lambda: START)
    with WitnessServer(("127.0.0.1", 0), served, str(cosigner)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"witness {name} {cosigner} http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_over_http_it_gives_its_key_and_takes_nothing_else(tmp_path: Path) -> None:
    with serving(tmp_path, "w.example", LOG) as line:
        url = line.split(" ")[3]
        with urllib.request.urlopen(f"{url}/") as answer:
            assert answer.read().decode().strip() == line.split(" ")[2]
        for path, body, status in (
            ("/add-checkpoint", b"x" * 70_000, 413),
            ("/add-checkpoint", b"x", 400),
            ("/other", b"x", 404),
            ("/other", None, 404),
        ):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(url + path, data=body))
            with refused.value:
                assert refused.value.code == status, path


@pytest.fixture
def trail(database: Database, tmp_path: Path) -> Trail:
    made = Trail(database, tmp_path)
    made.case("XF-1", letter=NUMBER)
    made.press(NUMBER, PDF)
    made.log()
    return made


def policy_file(folder: Path, *lines: str, quorum: str = "q") -> Path:
    names = " ".join(line.split(" ")[1] for line in lines)
    file = folder / "policy"
    file.write_text("\n".join([*lines, f"group q all {names}", f"quorum {quorum}", ""]), encoding="utf-8")
    return file


def ask(trail: Trail, file: Path) -> int:
    witnesses = Witnesses(cosignatures.to_ask(cosignatures.read_policy(file)))
    try:
        return witnesses.ask_all(trail.db, trail.signer.verifier)
    finally:
        witnesses.close()


def under(trail: Trail, file: Path) -> cosignatures.UnderPolicy:
    with trail.db.read() as tx:
        return cosignatures.check(tx, cosignatures.read_policy(file), str(trail.signer.verifier))


def test_our_checkpoints_are_cosigned_and_letters_carry_it(trail: Trail, tmp_path: Path) -> None:
    with serving(tmp_path, "one", trail.signer) as one, serving(tmp_path, "other", trail.signer) as other:
        file = policy_file(tmp_path, one, other)
        assert (under(trail, file).size, ask(trail, file), ask(trail, file)) == (0, 2, 0)
        first = under(trail, file)
        assert (set(first.cosigned), first.findings) == ({"one", "other"}, [])
        trail.case("XF-2")
        trail.log()
        assert ask(trail, file) == 2, "with a proof from the checkpoint before"
        assert under(trail, file).size == first.size + 4
        with trail.db.begin() as tx:
            tx.execute(text("DELETE FROM cosignature"))
        trail.case("XF-3")
        trail.log()
        assert ask(trail, file) == 2, "a witness that holds more than we remember says from where"
    trail.case("XF-4")
    trail.log()
    assert ask(trail, file) == 0, "nobody answers: nothing is held up"
    seen = under(trail, file)
    with trail.db.read() as tx:
        row = one_row(tx.execute(select(letter).where(letter.c.number == NUMBER)), LetterRow)
        written = letter_proof.build(tx, row, trail.signer.verifier)
    assert f"\n{seen.size}\n" in written, "the newest that is cosigned, not the newest"
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "verify_letter.py").write_bytes(letter_proof.program())
    (alone / "evidence.py").write_bytes(stand_alone_program.evidence())
    (alone / "a.pdf").write_bytes(PDF)
    (alone / "a.tlog-proof").write_text(written, encoding="utf-8")
    (alone / "lacking").write_text(written.rstrip("\n").rpartition("\n")[0] + "\n", encoding="utf-8")
    for proof, code, said in (("a.tlog-proof", 0, "one、other"), ("lacking", 1, "达不到策略要求")):
        command = [sys.executable, "-S", "verify_letter.py", "a.pdf", proof, "--key", str(trail.signer.verifier)]
        done = subprocess.run([*command, "--policy", str(file)], cwd=alone, capture_output=True, text=True, check=False)
        assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr


def test_a_bundle_carries_the_cosignatures_that_a_policy_asks_for(trail: Trail, tmp_path: Path) -> None:
    with serving(tmp_path, "one", trail.signer) as one:
        file = policy_file(tmp_path, one)
        ask(trail, file)
    trail.case("XF-2")
    trail.log()
    with trail.db.read() as tx:
        built = {number: bundle.build(tx, number, trail.signer.verifier) for number in ("XF-1", "XF-2")}
    key = str(trail.signer.verifier)
    known, strict = tmp_path / "known", tmp_path / "strict"
    known.write_text(f"log {key}\n{file.read_text()}")
    strict.write_text(f"witness other {X}\nquorum other\n")
    other = tmp_path / "other-log"
    other.write_text(f"log {Signer('other', bytes(32)).verifier}\n{file.read_text()}")
    for number, asked_for, code, said in (
        ("XF-1", ["--key", key, "--policy", str(file)], 0, "未发现改动"),
        ("XF-1", ["--policy", str(known)], 0, "由您提供的公钥证实"),
        ("XF-1", ["--policy", str(file)], 3, "公钥取自包内"),
        ("XF-1", ["--key", key, "--policy", str(strict)], 1, "达不到策略要求的 other"),
        ("XF-1", ["--key", key, "--policy", str(other)], 1, "不在策略所列的日志之中"),
        ("XF-2", ["--key", key, "--policy", str(file)], 1, "没有一个"),  # its checkpoint is not cosigned yet
        ("XF-2", ["--key", key], 0, "未发现改动"),
        ("XF-1", ["--key", key, "--policy", str(tmp_path / "none")], 2, "无法核验"),
    ):
        place = tmp_path / f"{number}.zip"
        place.write_bytes(built[number])
        with zipfile.ZipFile(place) as archive:
            (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
        command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(place), *asked_for]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, said in done.stdout) == (code, True), (number, asked_for, done.stdout, done.stderr)


def test_a_cosignature_that_somebody_made_up_is_named(trail: Trail, tmp_path: Path) -> None:
    with serving(tmp_path, "one", trail.signer) as one:
        file = policy_file(tmp_path, one)
        ask(trail, file)
    line = key_of("one", 9).cosign("log.example\n1\nAAAA\n", START)
    with trail.burglar() as tx:
        tx.execute(text("UPDATE cosignature SET line = :line"), {"line": line})
    seen = under(trail, file)
    assert (seen.size, [one.table for one in seen.findings]) == (0, ["cosignature"])


def test_a_log_that_was_rewritten_gets_no_cosignature(trail: Trail, tmp_path: Path) -> None:
    with serving(tmp_path, "one", trail.signer) as line:
        file = policy_file(tmp_path, line)
        one = cosignatures.to_ask(cosignatures.read_policy(file))[0]
        ask(trail, file)
        with trail.burglar() as tx:  # everything anew, with the log's own key
            for table in ("cosignature", "checkpoint", "log_leaf"):
                tx.execute(text(f"DELETE FROM {table}"))
            tx.execute(text("DELETE FROM event WHERE id = (SELECT max(id) FROM event)"))
        again = Trail.__new__(Trail)
        again.__dict__ |= trail.__dict__ | {"db": Database(trail.db.engine.url.render_as_string(hide_password=False))}
        again.now += timedelta(days=1)
        again.log()
        assert ask(again, file) == 0
        with again.db.read() as tx:
            shown = standings(tx, file)
            assert heartbeats.get(tx, differs(one)) is not None
        assert [(one.name, one.size, one.differed_at is not None) for one in shown] == [("one", 0, True)]
        again.db.dispose()
