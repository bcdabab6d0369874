"""What every stand-alone verifier needs of the log: Ed25519 signatures, RFC 6962 proofs, keys and checkpoints (C2SP signed
note), cosignatures of witnesses (C2SP tlog-cosignature, Ed25519) and policies about them (C2SP tlog-policy).
Nothing but Python 3.8 or newer. Shipped as evidence.py beside a verifier, or within it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import NamedTuple

TAG = b"repairflow/event/1\n"
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _add(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, d - c, d + c, right + left
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _point(written: bytes) -> tuple[int, int, int, int] | None:
    y = int.from_bytes(written, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _written(point: tuple[int, int, int, int]) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def ed25519_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the signature of RFC 8032 over `message` is by `key`."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, base = _point(key), _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or base is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    minus = (P - public[0], public[1], 1, P - public[3])
    return _written(_add(_times(scalar, base), _times(challenge, minus))) == signature[:32]


SM2 = b"\xffSM2-with-SM3"
"""The kind of key with which a log may sign beside Ed25519 (GB/T 32918, GB/T 32905): no byte is assigned to it (C2SP signed note)."""
SM2_ID = b"1234567812345678"  # whoever signs, where nothing else is agreed (GB/T 35276)
_P = 2**256 - 2**224 - 2**96 + 2**64 - 1
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def _sm2_add(a: tuple[int, int] | None, b: tuple[int, int] | None) -> tuple[int, int] | None:
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        if (a[1] + b[1]) % _P == 0:
            return None
        slope = (3 * a[0] * a[0] + _A) * pow(2 * a[1], _P - 2, _P) % _P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], _P - 2, _P) % _P
    x = (slope * slope - a[0] - b[0]) % _P
    return x, (slope * (a[0] - x) - a[1]) % _P


def _sm2_times(scalar: int, point: tuple[int, int] | None) -> tuple[int, int] | None:
    total = None
    while scalar:
        if scalar & 1:
            total = _sm2_add(total, point)
        point = _sm2_add(point, point)
        scalar >>= 1
    return total


def sm2_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the signature (r and s) over `message` is by `key` (an uncompressed point); ValueError where Python has no SM3."""
    if len(key) != 65 or key[:1] != b"\x04" or len(signature) != 64:
        return False
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if (
        max(x, y) >= _P
        or (y * y - x * x * x - _A * x - _B) % _P
        or not (0 < r < _N and 0 < s < _N)
        or (r + s) % _N == 0
    ):
        return False
    curve = b"".join(one.to_bytes(32, "big") for one in (_A, _B, *_G))
    signer = hashlib.new("sm3", (8 * len(SM2_ID)).to_bytes(2, "big") + SM2_ID + curve + key[1:]).digest()
    e = int.from_bytes(hashlib.new("sm3", signer + message).digest(), "big")
    found = _sm2_add(_sm2_times(s, _G), _sm2_times((r + s) % _N, (x, y)))
    return found is not None and (e + found[0] - r) % _N == 0


def inclusion_holds(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Tell whether the RFC 6962 proof shows `leaf` at `index` of the tree of `size` leaves with this root."""
    if not 0 <= index < size:
        return False
    computed, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if position % 2 or position == last:
            computed = hashlib.sha256(b"\x01" + sibling + computed).digest()
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = hashlib.sha256(b"\x01" + computed + sibling).digest()
        position, last = position >> 1, last >> 1
    return last == 0 and computed == root


def consistency_holds(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Tell whether the RFC 6962 proof shows that the tree of `new` leaves begins with that of `old`."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    first, last = old - 1, new - 1
    while first % 2:
        first, last = first >> 1, last >> 1
    rest = list(proof)
    was = now = old_root if first == 0 else rest.pop(0)
    for sibling in rest:
        if last == 0:
            return False
        if first % 2 or first == last:
            was = hashlib.sha256(b"\x01" + sibling + was).digest()
            now = hashlib.sha256(b"\x01" + sibling + now).digest()
            while first % 2 == 0 and first:
                first, last = first >> 1, last >> 1
        else:
            now = hashlib.sha256(b"\x01" + now + sibling).digest()
        first, last = first >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


COSIGNATURE = b"\x04"
"""The kind of key with which witnesses cosign."""


def key_of(written: str, kind: bytes = b"") -> tuple[str, bytes, bytes]:
    """Name, key id and key of `name+id+base64`, for signatures of this kind, else of one with which logs sign; ValueError when
    it is not that."""
    name, key_id, encoded = written.strip().split("+", 2)
    tagged = base64.b64decode(encoded, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n" + tagged).digest()[:4]
    kind = kind or (SM2 if tagged.startswith(SM2) else b"\x01")
    length = 65 if kind == SM2 else 32
    if len(tagged) != len(kind) + length or not tagged.startswith(kind) or expected.hex() != key_id:
        raise ValueError("not a public key")
    return name, expected, tagged[len(kind) :]


def checkpoint_of(note: str, key: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint note signed by `key` (Ed25519 or SM2); ValueError when it is not."""
    name, key_id, public = key_of(key)
    holds = sm2_holds if len(public) == 65 else ed25519_holds
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
        if dash == "—" and signer == name and signature[:4] == key_id:
            if not holds(public, text.encode(), signature[4:]):
                raise ValueError("the signature does not hold")
            _, size, root = text.split("\n")[:3]
            return int(size), base64.b64decode(root, validate=True)
    raise ValueError("not signed by this key")


def cosigned_at(note: str, key: str) -> int | None:
    """Return the newest time (seconds since 1970) at which the witness with this key cosigned the note; None where it did not."""
    name, key_id, public = key_of(key, COSIGNATURE)
    text, _, signatures = note.rpartition("\n\n")
    text, newest = text + "\n", None
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
        if (dash, signer, signature[:4], len(signature)) == ("—", name, key_id, 4 + 8 + 64):
            time = int.from_bytes(signature[4:12], "big")
            said = f"cosignature/v1\ntime {time}\n{text}".encode()
            if time < 2**63 and ed25519_holds(public, said, signature[12:]):
                newest = max(newest or 0, time)
    return newest


class Policy(NamedTuple):
    """Which logs are known, which witnesses (by name: key and address), and which of them must have cosigned a checkpoint."""

    logs: list[str]
    witnesses: dict[str, tuple[str, str]]
    groups: dict[str, tuple[int, list[str]]]
    quorum: str

    def met(self, saw: set[str]) -> bool:
        """Tell whether the witnesses with these names are enough."""
        return self.quorum == "none" or self._has(self.quorum, saw)

    def _has(self, name: str, saw: set[str]) -> bool:
        if name in self.witnesses:
            return name in saw
        least, members = self.groups[name]
        return sum(self._has(one, saw) for one in members) >= least

    def cosigners(self, note: str) -> dict[str, int]:
        """Return the names of the witnesses that cosigned the note, each with its newest time."""
        found = {
            name: cosigned_at(note, key) for name, (key, _) in self.witnesses.items() if kind_of(key) == COSIGNATURE
        }
        return {name: time for name, time in found.items() if time is not None}


def kind_of(key: str) -> bytes:
    """Return the algorithm of a key; ValueError when its id does not fit. Keys of algorithms that are not known here never sign."""
    name, key_id, encoded = key.split("+", 2)
    tagged = base64.b64decode(encoded, validate=True)
    if not name or not tagged or hashlib.sha256(name.encode() + b"\n" + tagged).digest()[:4].hex() != key_id:
        raise ValueError("not a public key")
    return tagged[:1]


def policy_of(content: bytes) -> Policy:
    """Return the policy in these bytes (C2SP tlog-policy); ValueError naming the line where it is none."""
    text = content.decode("utf-8", "surrogateescape")
    policy = Policy([], {}, {}, "")
    held: set[str] = set()
    quorums: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if re.search("[^\t\x20-\x7e\x80-\U0010ffff]", line):
            raise ValueError(f"line {number}: a control character")
        words = re.findall("[^ \t]+", line)
        if not words or words[0].startswith("#"):
            continue
        try:
            _take_line(words, policy, held, quorums)
        except (ValueError, LookupError, UnicodeError) as error:
            raise ValueError(f"line {number}: {error}") from None
    if len(quorums) != 1:
        raise ValueError("a policy has exactly one quorum line")
    return policy._replace(quorum=quorums[0])


def _take_line(words: list[str], policy: Policy, held: set[str], quorums: list[str]) -> None:
    what, rest = words[0], words[1:]
    if what == "log" and len(rest) in (1, 2):
        _new_key(rest[0], policy.logs)
        policy.logs.append(rest[0])
    elif what == "witness" and len(rest) in (2, 3):
        _new_name(rest[0], policy)
        _new_key(rest[1], [key for key, _ in policy.witnesses.values()])
        policy.witnesses[rest[0]] = (rest[1], rest[2] if len(rest) == 3 else "")
    elif what == "group" and len(rest) >= 3:
        name, least, members = rest[0], rest[1], rest[2:]
        _new_name(name, policy)
        if len(set(members)) < len(members) or held & set(members):
            raise ValueError("a name is a member twice")
        if unknown := set(members) - policy.witnesses.keys() - policy.groups.keys():
            raise ValueError(f"not defined before: {' '.join(sorted(unknown))}")
        if least not in ("all", "any") and not re.fullmatch("[1-9][0-9]{0,3}", least):
            raise ValueError("not a number")
        needed = {"all": len(members), "any": 1}.get(least) or int(least)
        if needed > len(members):
            raise ValueError("more than the group has members")
        held.update(members)
        policy.groups[name] = (needed, members)
    elif what == "quorum" and len(rest) == 1:
        if rest[0] != "none" and rest[0] not in policy.witnesses and rest[0] not in policy.groups:
            raise ValueError("not defined before")
        quorums.append(rest[0])
    else:
        raise ValueError("not understood")


def _new_name(name: str, policy: Policy) -> None:
    if name == "none" or name in policy.witnesses or name in policy.groups:
        raise ValueError("the name is taken")


def _new_key(key: str, known: list[str]) -> None:
    kind_of(key)
    if key.split("+", 2)[2] in [one.split("+", 2)[2] for one in known]:
        raise ValueError("the key is listed twice")


def policy_faults(policy: Policy, note: str, key: str) -> list[str]:
    """Return why the policy does not accept this checkpoint of the log with this key; empty when it does."""
    found = []
    if policy.logs and key.strip() not in policy.logs:
        found.append("检查点的日志不在策略所列的日志之中")
    saw = policy.cosigners(note)
    if not policy.met(set(saw)):
        named = "、".join(sorted(saw)) or "没有一个"
        found.append(f"共签的见证人（{named}）达不到策略要求的 {policy.quorum}")
    return found
