"""Verification of a letter (文书查验) by whoever holds it: by its QR code, or by typing the code printed below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.queries.documents.verification import (
    ANNULLED,
    CORRECTED,
    EXPIRED,
    UNKNOWN,
    Verified,
    verification,
)
from repairflow.casework.queries.records import status, status_replay
from repairflow.errors import NotFound
from repairflow.law.guards import day_text
from repairflow.web.core import arguments
from repairflow.web.core.context import Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network
from repairflow.web.public.unlisted import unlisted

LOOKS = 60
WINDOW = timedelta(minutes=1)
LONGEST = 300  # characters of what somebody types or pastes
_TOKEN = re.compile(r"(?:.*/verify/)?([A-Za-z0-9_-]{10,40})/?")


def throttle(site: Site) -> Shared:
    """Count how often one address looks."""
    return Shared(site.db, site.settings, "verify", LOOKS, WINDOW)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a letter, with its verdict. `agrees` as `status_replay.agrees` says it; `code` of whom an extract is about."""

    letter: Verified
    agrees: bool | None
    code: str | None
    tone: str
    verdict: str
    text: str


def token_of(typed: str) -> str:
    """Return the token in what was typed or scanned; what is no code at all goes the same way as a code that is not ours."""
    found = _TOKEN.fullmatch("".join(typed.split()))
    return found[1] if found else "unknown"


def checked(token: str) -> Checked:
    """Return what is known of the letter with this code. NotFound for none of ours; TooMany for who asks too often."""
    here = current()
    here.site.one(throttle).take(network(), times.now())
    with here.read() as tx:
        found = verification(tx, token, times.local_day(times.now()))
        agrees = status_replay.agrees(tx, here.law, token)
        code = status.code_of(tx, token)
    return Checked(found, agrees, code, *_verdict(found, agrees))


def verify() -> AnyResponse:
    """Show the form, or go to the letter with the code that was typed."""
    typed = arguments.text("code", LONGEST)
    if not typed:
        return unlisted(render_template("public/verify.html", unknown=""))
    return redirect(url_for("public.letter", token=token_of(typed)), 303)


def letter(token: str) -> AnyResponse:
    """Show what is known of the letter with this code."""
    try:
        found = checked(token)
    except NotFound:
        return unlisted(render_template("public/verify.html", unknown=UNKNOWN), 404)
    return unlisted(
        render_template(
            "public/letter.html", letter=found.letter, tone=found.tone, verdict=found.verdict, text=found.text,
            key=str(current().site.signer.verifier), agrees=found.agrees, code=found.code,
        )
    )  # fmt: skip


WHAT_ENDED = {
    "已移出名单": "其中列入的主体已移出名单", "已退出名单": "其中列入的主体已退出名单", "已恢复公示": "其中暂时屏蔽的信息已恢复公示",
    "措施已解除": "其中的惩戒措施已解除",
}  # fmt: skip
"""How a later decision ended what a letter decides, where it is not the decision itself that was undone."""


def _verdict(found: Verified, agrees: bool | None) -> tuple[str, str, str]:
    """Tone, headline and explanation of what was found; `agrees` as `status_replay.agrees` says it."""
    on = f"于{day_text(found.changed_on)}" if found.changed_on is not None else ""
    if not found.genuine or agrees is False:
        return "late", "与办理记录不符", "登记的内容与办理时留下的记录不一致，请不要采信，并向制发单位核实。"
    if found.pdf_altered:
        return (
            "late",
            "与制作记录不符",
            "登记的 PDF 校验值与制作时留下的记录不一致，请不要采信手里的文件，并向制发单位核实。",
        )
    if found.state == "withdrawn":
        return "late", "已撤回", f"这份文书由本系统制发，但已{on}撤回，不再有效，请不要采信。"
    if found.doubtful:
        besides = "，".join(filter(None, (CORRECTED if found.state_label == CORRECTED else "", found.ended)))
        return "warn", f"内容属实，签名不能采信{besides and '；' + besides}", _of_doubtful(found)
    if found.state_label == CORRECTED:
        text = f"这份文书由本系统制发，其中的内容已{on}更正，请与{found.superseded_by}一并使用。"
        if found.ended:
            return "warn", f"{CORRECTED}，{found.ended}", f"{text}{_ended(found)}。"
        return "warn", CORRECTED, text
    if found.state == "superseded":
        later = f"，请以{found.superseded_by}为准" if found.superseded_by else ""
        return "warn", "已被新文书替代", f"这份文书由本系统制发，但已{on}被新文书替代，不再使用{later}。"
    if found.ended:
        return "warn", f"属实，{found.ended}", f"这份文书由下列单位通过本系统制发；{_ended(found)}。"
    return "", "属实，有效", "这份文书由下列单位通过本系统制发，现在有效。请再核对纸面内容与下列各项是否一致。"


def _of_doubtful(found: Verified) -> str:
    """Return what to do with a letter that stands, corrected or ended, whose file was signed with a revoked certificate."""
    signature = found.made.signature if found.made is not None else ""
    besides = f"这份文书已更正，请与{found.superseded_by}一并使用。" if found.state_label == CORRECTED else ""
    besides += f"{_ended(found)}。" if found.ended else ""
    return f"登记的内容与办理记录相符。{signature}请向制发单位索取重新制作的文件。{besides}"


def _ended(found: Verified) -> str:
    """Return what a letter that stands says no more, in a sentence."""
    if found.ended == ANNULLED:
        return ANNULLED
    if found.ended == EXPIRED:
        return f"其中写明的期限已于{found.last_day}届满，此后的情况以公示和制发单位的说明为准"
    return f"{WHAT_ENDED.get(found.ended, f'其中的决定{found.ended}')}，见下列后续决定"
