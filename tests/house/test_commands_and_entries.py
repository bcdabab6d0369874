"""docs/api.md says of every command by which page and which call it is sent, and why a call is missing."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from functools import cache

from flask import Flask

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.casework.dispatch import HANDLERS
from repairflow.settings import Settings
from tests.house.sources import ROOT
from tests.house.test_one_way_of_a_change import WRITES_NOTHING, Function, functions, known_names, posts, reached

GUIDE = ROOT / "docs" / "api.md"
HEAD = "| command | what it does | page | call |\n|---|---|---|---|\n"
RIGHTS = "a person with the second factor gives and takes rights; a stolen token must not make itself another"
OPENS = "what opens an account is changed by its person, or by an administrator with the second factor"
MACHINE = "only at the machine (`repairflow`), whose operator owns the database"
READ = "a person reads and answers for it"
SIGNED_BY = "by what letters are signed, and whether a lost one is made again, is for a person with the second factor, or at the machine"
OWN = "a choice of the person for itself, made on its page"
OWN_OFFICE = "a choice of who leads an office, made on its page"
OWN_PAPERS = "a person chooses among what counts for its record, on its page"
FOLLOWING = "a person is told in its inbox; a program reads on in the feed (`GET /feed`)"
WORKER = "the worker asks for it, by itself"
STEPS = "a program sends each step by itself"
NO_CALL = {
    "AnswerInquiryPart": WORKER,
    "DecideInbound": READ,
    "TakeInbound": "another platform sends it, signed ([exchange.md](exchange.md#messages-to-us))",
    "ProposeExample": READ,
    "SettleExample": READ,
    "AnswerFinding": READ,
    "RaiseFinding": READ,
    "SettleFinding": READ,
    "AcknowledgePush": WORKER,
    "RecallDecision": "who decided reads on the page what stands against it, and whom it reaches",
    "RegisterPayment": READ,
    "AddTarget": "its answer is a key that is shown once, to a person",
    "AllowInformant": READ,
    "ApplyErratum": MACHINE,
    "AskHearingMove": "the subject's own wish, on its page",
    "AskCorrection": "the subject's own wish, on its page",
    "AskInformant": READ,
    "AnswerPasswordAsked": WORKER,
    "AskPasswordLink": OPENS,
    "BarRepair": READ,
    "BookHearing": READ,
    "CancelHearing": READ,
    "BeginBatch": STEPS,
    "BindDevice": OPENS,
    "CarryOver": MACHINE,
    "ChangePassword": OPENS,
    "ChangeRole": RIGHTS,
    "ChangeTarget": "where decisions are sent, and the key, are changed by a person with the second factor",
    "ChaseLateCases": WORKER,
    "ClearPages": WORKER,
    "CapturePage": READ,
    "ChasePlatform": READ,
    "AnswerOfPlatform": READ,
    "CorrectAnswerOfPlatform": READ,
    "RemindOfPlatforms": WORKER,
    "NotePageLooks": WORKER,
    "TellStandingActs": WORKER,
    "ReportCopy": READ,
    "WriteToPlatform": READ,
    "ChooseChannels": OWN,
    "CloseFeed": OWN,
    "CloseRoom": OWN_OFFICE,
    "ConfirmRules": READ,
    "DecideLaw": READ,
    "DeclareMeans": OWN_PAPERS,
    "DropAssignmentRule": OWN_OFFICE,
    "DropBatch": STEPS,
    "DropPhrase": OWN,
    "DropView": OWN,
    "EndHeldPublicity": WORKER,
    "EndHonours": WORKER,
    "ReviewHonours": WORKER,
    "EndListEntry": WORKER,
    "EndMandate": RIGHTS,
    "EndToken": RIGHTS,
    "EndAbsence": OWN,
    "EnterAbsence": OWN,
    "EnterServiceBody": READ,
    "EnterRecord": "a program delivers a table, of one row if need be (`POST /imports`)",
    "EnterSubject": READ,
    "ErasePersonal": READ,
    "ExplainWithdrawal": READ,
    "FireDeadline": WORKER,
    "FollowSubjects": FOLLOWING,
    "ForgetHeading": READ,
    "GiveMandate": RIGHTS,
    "GiveUpPush": WORKER,
    "HoldTarget": WORKER,
    "IssueCreditFile": "the subject's own wish, on its page; whoever gets the copy verifies it by `GET /verify/{token}`",
    "IssueExtract": "the subject's own wish, on its page; whoever gets the extract verifies it by `GET /verify/{token}`",
    "GiveOut": WORKER,
    "IssueToken": MACHINE,
    "KeepExchangeKeys": WORKER,
    "KeepFigures": WORKER,
    "KeepLetterWaiting": WORKER,
    "KeepPage": WORKER,
    "MarkRead": OWN,
    "MatchHeadings": READ,
    "MigrateCases": MACHINE,
    "NoteDecline": WORKER,
    "NoteLinkSent": WORKER,
    "NoteTargetTest": "a person looks at what a platform answered, or the operator at the machine",
    "NoteUndecided": WORKER,
    "OpenFeed": OWN,
    "OpenInformant": READ,
    "OpenRoom": OWN_OFFICE,
    "RecordHearing": READ,
    "RefuseHearingMove": READ,
    "RerouteCase": READ,
    "PlacePublicChanges": WORKER,
    "PreferCase": READ,
    "PublishList": READ,
    "PublishLists": WORKER,
    "ProposeLaw": READ,
    "RebuildDeadlines": MACHINE,
    "RecountRecords": READ,
    "ReleaseDevice": OPENS,
    "ReleaseDeviceByLink": OPENS,
    "ReleaseLink": OPENS,
    "RemindUnserved": WORKER,
    "ReportDifferences": WORKER,
    "RemakeLetter": SIGNED_BY,
    "RequireSignature": MACHINE,
    "ResetDevice": MACHINE,
    "ResumeBatch": STEPS,
    "ResumePublication": READ,
    "RetryUnmadeLetters": WORKER,
    "RevokeCertificate": SIGNED_BY,
    "RotateExchangeKey": "by what messages are signed is changed by a person with the second factor, or at the machine",
    "SavePhrase": OWN,
    "SaveView": OWN,
    "SendLink": OPENS,
    "ServeOnArrival": WORKER,
    "SetAssignmentRule": OWN_OFFICE,
    "SetPassword": OPENS,
    "SettleMeans": READ,
    "SettleProvisionalDays": WORKER,
    "ShowLink": MACHINE,
    "StartBatch": STEPS,
    "StateThresholds": READ,
    "StopBatch": STEPS,
    "StopPublication": READ,
    "SucceedOffice": READ,
    "TakeAwaitedStep": WORKER,
    "TakeBackNote": READ,
    "TakeBackPayment": READ,
    "TakeBackRegistration": READ,
    "TakeBackRevocation": SIGNED_BY,
    "TakeBackSuccession": READ,
    "UndoStep": "who pressed by mistake sees it at once, on the page",
    "TakeQuiz": "a person learns and answers",
    "UnfollowSubjects": FOLLOWING,
    "WarnOfTokens": WORKER,
    "WithdrawRules": READ,
    "WriteListPart": WORKER,
}
"""Commands that no call sends, and why."""


@cache
def named(of: Function) -> set[type]:
    """The commands that a function makes."""
    module, node = functions()[of]
    names = known_names(module)
    by_name = {one.__name__: one for one in HANDLERS}
    heads = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    attributes = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    direct = {names[head].rpartition(".")[2] for head in heads if names.get(head, "").startswith("repairflow.casework")}
    return {by_name[one] for one in direct | (attributes & {"Service", "Withdrawal"}) if one in by_name}


def entries(app: Flask) -> dict[type, dict[str, set[str]]]:
    """The addresses by which each command is sent: of pages and of calls."""
    paths = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    found: dict[type, dict[str, set[str]]] = defaultdict(lambda: {"page": set(), "call": set()})
    for endpoint, view in posts(app).items():
        if endpoint in WRITES_NOTHING:
            continue
        for command in {one for part in reached(view) for one in named(part)}:
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", paths[endpoint])
            if endpoint.startswith("api."):
                found[command]["call"].add(path.removeprefix("/api/v1"))
            else:
                found[command]["page"].add(path)
    return found


def table(app: Flask) -> str:
    """The table as the guide must have it."""
    lines, known = [], entries(app)
    for command in sorted(HANDLERS, key=lambda one: one.__name__):
        name, sent = command.__name__, known[command]
        what = (inspect.getdoc(command) or "").split("\n")[0].rstrip(".")
        pages = " · ".join(f"`{path}`" for path in sorted(sent["page"]))
        calls = " · ".join(f"`POST {path}`" for path in sorted(sent["call"])) or f"none: {NO_CALL.get(name, '')}"
        lines.append(f"| {name} | {what} | {pages} | {calls} |\n")
    return HEAD + "".join(lines)


def test_the_guide_says_of_every_command_how_it_is_sent(settings: Settings) -> None:
    app = make_app(Program.at(settings))
    assert table(app) in GUIDE.read_text(encoding="utf-8")


def test_what_no_call_sends_has_its_reason(settings: Settings) -> None:
    sent = entries(make_app(Program.at(settings)))
    assert {one.__name__ for one in HANDLERS if not sent[one]["call"]} == set(NO_CALL)
