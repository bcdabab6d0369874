"""The conformance kit: marked messages to one target, and whether it answers them as docs/exchange.md says.

Every message bears `test: true` and is about nobody. Nothing is kept here; who runs the kit keeps what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, NamedTuple

from repairflow import times, vault
from repairflow.gateway import key_pairs, messages, signing
from repairflow.gateway.http import RECEIPT_BYTES, HttpPlatform
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Declined, Pending, PushError, Receipt
from repairflow.gateway.push_answers import Answer, judge, one_line, signed_receipt

Verdict = Literal["passed", "failed", "not_shown"]
WORDS: Mapping[Verdict, str] = {"passed": "通过", "failed": "不通过", "not_shown": "未演示"}
_SHOWS = (
    "record_changed",
    "repair_result",
    "objection_status",
    "list_change",
    "honour_change",
    "act_changed",
    "letter_change",
)
TAKES: Mapping[str, tuple[str, ...]] = {
    "public_platform": _SHOWS,
    "province": (*_SHOWS, "interview_record"),
    "authority": (*_SHOWS, "interview_record"),
    "partner": ("measure_impose", "measure_lift", "measure_restore", "letter_change"),
}
"""Which kinds of messages a kind of target gets."""
_SHOWN = ("record_changed", "act_changed")
"""Kinds of messages by which a target has something to show."""
SLOW = timedelta(seconds=5)
LONGEST = timedelta(seconds=60)
"""After so long no further check begins: somebody waits for the page."""
STALE = timedelta(minutes=10)
NOBODY = {"name": "测试主体（不是真实信息）", "uscc": None}


class Finding(NamedTuple):
    """What one check found; `text` says what was seen, and where it did not pass what is expected."""

    check: str
    verdict: Verdict
    text: str


Check = tuple[str, Callable[[], Finding]]


def payload(kind: str, number: str, now: datetime) -> dict[str, object]:
    """Return the data of a test message of this kind: about nobody, and it says so."""
    day = times.local_day(now)
    record = {
        "number": number,
        "type": "penalty",
        "doc_no": "测试〔0000〕1号",
        "organ": "测试单位",
        "decision_date": day,
    }
    case = {"case_no": number, "decided_at": now}
    measure = {**case, "measure_code": "test", "organ": "测试单位"}
    own: Mapping[str, Mapping[str, object]] = {
        "record_changed": {
            "version": 1, "behaviour": "测试报文", "class": "ordinary", "state": "published", "publish_from": day,
            "changed_at": now,
        },
        "repair_result": {**case, "class": "ordinary", "result": "refused"},
        "objection_status": {**case, "status": "maintained"},
        "list_change": {**case, "list_kind": "test", "change": "removed"},
        "honour_change": {**case, "list_kind": "test", "list_label": "测试名单", "change": "removed"},
        "interview_record": {**case, "kind": "reminder", "date": day, "result": "测试"},
        "measure_impose": {**measure, "imposed_on": day},
        "measure_lift": {**measure, "lifted_at": now},
        "measure_restore": {**measure, "restored_at": now},
        "act_changed": {
            "act": {**{name: record[name] for name in record if name != "type"}, "kind": "permit"},
            "version": 1, "change": "published", "state": "published", "title": "测试报文", "changed_at": now,
        },
        "letter_change": {
            "case_no": number, "doc_no": "测试〔0000〕2号", "doc_hash": "sha256:" + "0" * 64, "change": "withdrawn",
            "changed_at": now,
        },
    }  # fmt: skip
    about = {} if kind in ("honour_change", "interview_record", "act_changed") else {"record": record}
    return messages.check(kind, {"subject": NOBODY, **about, **own[kind]})


def kinds_of(kind: str, takes: Sequence[str] | None) -> Sequence[str]:
    """Return which kinds of messages a target of this kind gets that says it `takes` these; None where it takes all."""
    return TAKES[kind] if takes is None else tuple(one for one in TAKES[kind] if one in takes)


class Kit:
    """One run against one target, of the kinds of messages it takes (`kinds_of`); `source` is our own address, which messages name."""

    def __init__(self, platform: HttpPlatform, target: Address, kinds: Sequence[str], source: str) -> None:
        self._platform, self._target, self._kinds = platform, target, kinds
        self._shows = bool(set(kinds) & set(_SHOWN))
        self._source = source
        self._number = f"TEST-{vault.token()[:8].upper()}"
        self._began = times.now()
        self._sequence = 0
        self._slowest = timedelta()
        self._first: tuple[Message, Receipt] | None = None

    def run(self) -> list[Finding]:
        """Return every check's finding, in order; those after one that got no answer at all are left out."""
        return list(self._found())

    def _found(self) -> Iterator[Finding]:
        for name, look in self._checks():
            if times.now() - self._began > LONGEST:
                yield Finding("time", "failed", f"检查超过 {LONGEST.seconds} 秒，其余没有检查")
                return
            try:
                yield look()
            except PushError as error:
                yield Finding(name, "failed", error.ended)
                return
        late = self._slowest > SLOW
        took = f"最慢的答复用了 {self._slowest.total_seconds():.1f} 秒"
        said = f"{took}；应在 {SLOW.seconds} 秒内，超过 20 秒即作没有答复" if late else took
        yield Finding("slow", "failed" if late else "passed", said)

    def _checks(self) -> Sequence[Check]:
        kinds = [(f"takes:{kind}", partial(self._takes, kind)) for kind in self._kinds]
        looks = [("records", self._records)] if self._shows else []
        return [
            *kinds,
            ("duplicate", self._duplicate),
            ("order", self._order),
            ("no_signature", partial(self._refused, "no_signature", "没有签名的报文", _unsigned)),
            ("bad_signature", partial(self._refused, "bad_signature", "他人密钥签名的报文", _by_another)),
            ("altered", partial(self._refused, "altered", "签名后改动过的报文", None)),
            ("old_timestamp", partial(self._refused, "old_timestamp", "十分钟前签名的报文", _stale)),
            ("other_id", self._other_id),
            ("unreadable", self._unreadable),
            ("pending", partial(self._shown, "pending", Pending)),
            ("refused", partial(self._shown, "refused", Declined)),
            *looks,
        ]

    def _message(self, kind: str, wanted: str = "") -> Message:
        self._sequence += 1
        now = times.now()
        key = f"{self._number}-{self._sequence}"
        lane = f"{self._target.code}/{self._number}"
        data = payload(kind, self._number, now)
        return Message(key, kind, self._source, self._number, lane, self._sequence, now, data, True, wanted)

    def _send(self, headers: Mapping[str, str], body: bytes) -> Answer:
        began = times.now()
        named = {**headers, "content-type": messages.MEDIA_TYPE}
        answer = self._platform.answer("POST", self._target, "/messages", RECEIPT_BYTES, named, body)
        self._slowest = max(self._slowest, times.now() - began)
        return answer

    def _signed(self, message: Message) -> dict[str, str]:
        return signing.signed_by_all(self._target, message, times.now(), message.body())[0]

    def _receipt(self, message: Message, answer: Answer) -> Receipt:
        return signed_receipt(self._target, message, vault.digest(message.body()), answer)

    def _takes(self, kind: str) -> Finding:
        name, message = f"takes:{kind}", self._message(kind)
        answer = self._send(self._signed(message), message.body())
        try:
            judge(answer)
            got = self._receipt(message, answer)
        except (Pending, Declined) as error:
            return Finding(name, "passed", error.ended)
        except PushError as error:
            return Finding(name, "failed", f"{_said(answer)}：{error.ended}")
        if self._first is None:
            self._first = (message, got)
        return Finding(name, "passed", f"{_said(answer)}，回执 {got.remote_id}")

    def _duplicate(self) -> Finding:
        if self._first is None:
            return Finding("duplicate", "not_shown", "没有一件报文得到回执，无从重发")
        message, before = self._first
        answer = self._send(self._signed(message), message.body())
        with suppress(PushError):
            judge(answer)
            again = self._receipt(message, answer)
            if again.duplicate and again.remote_id == before.remote_id:
                return Finding("duplicate", "passed", "重复的报文答复了第一次的回执，并写明 duplicate")
        expected = f'应答复第一次的回执（{before.remote_id}）并写明 "duplicate": true'
        return Finding("duplicate", "failed", f"{_said(answer)}；{expected}")

    def _order(self) -> Finding:
        if self._first is None:
            return Finding("order", "not_shown", "没有一件报文得到回执，无从检查次序")
        message = replace(self._message(self._kinds[0]), sequence=1)
        answer = self._send(self._signed(message), message.body())
        passed = answer.status == 409
        return Finding("order", _verdict(passed), f"{_said(answer)}{'' if passed else '；次序在前的新报文应答复 409'}")

    def _refused(self, name: str, what: str, change: Callable[[Address, Message], dict[str, str]] | None) -> Finding:
        message = self._message(self._kinds[0])
        body = message.body()
        headers = self._signed(message) if change is None else change(self._target, message)
        answer = self._send(headers, body.replace("测试".encode(), "改动".encode(), 1) if change is None else body)
        passed = answer.status in (400, 401, 403)
        said = f"{what}：{_said(answer)}"
        return Finding(name, _verdict(passed), said if passed else f"{said}；应答复 401，不得受理")

    def _other_id(self) -> Finding:
        message = self._message(self._kinds[0])
        other = replace(message, key=message.key + "-x").body()
        answer = self._send(signing.signed_by_all(self._target, message, times.now(), other)[0], other)
        passed = 400 <= answer.status < 500
        said = f"签名的编号与报文编号不一致：{_said(answer)}"
        return Finding("other_id", _verdict(passed), said if passed else f"{said}；应答复 400")

    def _unreadable(self) -> Finding:
        body = b'{"specversion": "1.0"'
        message = replace(self._message(self._kinds[0]), key=f"{self._number}-unreadable")
        headers = signing.signed_by_all(self._target, message, times.now(), body)[0]
        answer = self._send(headers, body)
        passed = 400 <= answer.status < 500
        said = f"不是 JSON 的报文：{_said(answer)}"
        return Finding("unreadable", _verdict(passed), said if passed else f"{said}；应答复 400")

    def _shown(self, wanted: str, error: type[PushError]) -> Finding:
        message = self._message(self._kinds[0], wanted)
        answer = self._send(self._signed(message), message.body())
        try:
            judge(answer)
            self._receipt(message, answer)
        except error:
            return Finding(
                wanted, "passed", f"{_said(answer)}，{'待办' if wanted == 'pending' else '不予办理'}的答复可以识别"
            )
        except PushError as other:
            return Finding(wanted, "failed", f"{_said(answer)}：{other.ended}")
        return Finding(wanted, "not_shown", "按普通报文受理（不支持 testanswer），不影响使用")

    def _records(self) -> Finding:
        unsigned = self._platform.answer("GET", self._target, "/records?", RECEIPT_BYTES, {})
        if unsigned.status not in (400, 401, 403):
            return Finding("records", "failed", f"没有签名的查询：{_said(unsigned)}；应答复 401")
        cursor, seen = None, 0
        while seen < 10_000:
            page = self._platform.pull(self._target, self._began - STALE, cursor)
            if any(one.number == self._number for one in page.shown):
                return Finding(
                    "records", "failed", f"测试报文的信息 {self._number} 列入了公示清单；测试报文不得改变公示内容"
                )
            seen, cursor = seen + len(page.shown), page.cursor
            if cursor is None:
                break
        return Finding("records", "passed", f"公示清单可以读取（{seen} 条有变动），其中没有测试报文")


def _verdict(passed: bool) -> Verdict:
    return "passed" if passed else "failed"


def _said(answer: Answer) -> str:
    said = (one_line(answer.content.get("detail")) or " ".join(answer.said.split()))[:100]
    return f"答复 {answer.status}" + (f" {said}" if not 200 <= answer.status < 300 and said else "")


def _unsigned(_: Address, message: Message) -> dict[str, str]:
    return {"webhook-id": message.key, "webhook-timestamp": str(int(times.now().timestamp()))}


def _by_another(target: Address, message: Message) -> dict[str, str]:
    """Signed by keys that are not ours, in both forms."""
    code, _, private = key_pairs.made()
    stranger = Address(target.code, target.url, signing.new_secret(), (key_pairs.opened(code, private),))
    return signing.signed_by_all(stranger, message, times.now(), message.body())[0]


def _stale(target: Address, message: Message) -> dict[str, str]:
    return signing.signed_by_all(target, message, times.now() - STALE, message.body())[0]


def passed(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing failed."""
    return all(one.verdict != "failed" for one in findings)


NAMES: Mapping[str, str] = {
    "duplicate": "重复的报文", "order": "次序", "no_signature": "没有签名", "bad_signature": "签名不符", "altered": "内容被改动",
    "old_timestamp": "时间过久", "other_id": "编号不一致", "unreadable": "无法识别", "pending": "待办的答复", "refused": "不予办理的答复",
    "records": "公示清单", "slow": "答复时间", "time": "检查时间",
}  # fmt: skip


def name_of(check: str) -> str:
    """Return what a check is called."""
    kind = check.removeprefix("takes:")
    return NAMES.get(check, f"受理 {kind}")
