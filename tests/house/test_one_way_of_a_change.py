"""Every POST reaches the database through the dispatcher alone; the few that do otherwise stand here with their reason."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from flask import Flask

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.settings import Settings
from repairflow.worker.relay import Work
from tests.house.sources import Module, dotted, modules

WEB = "repairflow.web"
SIGN_IN, DRAFT, UPLOAD = (
    "sign-in and sessions",
    "a draft of its owner",
    "an upload, checked before anything takes it up",
)
OWN_WRITES = {
    "core.context:RequestContext.begin": ("makes the transaction", set()),
    "core.changing:change": ("carries a command out", {"dispatch"}),
    "core.changing:rehearse": ("tries a command out and takes it back", {"dispatch"}),
    "core.changing:change_once": ("carries a command out", {"once"}),
    "core.sessions:install_touch": (SIGN_IN, set()),
    "core.sessions:install_touch.stay_awake": (SIGN_IN, set()),
    "core.rate_limit:Shared.take": ("counts tries", set()),
    "core.rate_limit:Shared.forget": ("counts tries", set()),
    "core.login:code": (SIGN_IN, set()),
    "core.login:leave": (SIGN_IN, set()),
    "core.login:enter_as": (SIGN_IN, set()),
    "portal.filing.start:begin": (DRAFT, set()),
    "portal.filing.start:discard": (DRAFT, set()),
    "portal.filing.pages:answers": (DRAFT, set()),
    "portal.filing.pages:commitment": (DRAFT, set()),
    "portal.filing.uploads:upload": (DRAFT, set()),
    "portal.filing.uploads:remove": (DRAFT, set()),
    "portal.filing.uploads:reuse": (DRAFT, set()),
    "portal.filing.submit:submit": ("a filing ends its draft", {"dispatch"}),
    "portal.case_actions:step_upload": (DRAFT, set()),
    "portal.case_actions:take": ("a step ends its draft", {"dispatch"}),
    "shared.filing_form.model:take": (UPLOAD, set()),
    "shared.form_files:keep": (UPLOAD, set()),
    "shared.message_files:keep": (UPLOAD, set()),
}
"""Functions of the web that open a writing transaction themselves, why, and whether they hand a command on in it."""
COMMANDS = {"core.changing:change", "core.changing:change_once"}
"""Those of them that hand on a command of whoever calls them."""
TRIES = {name for name, (why, _) in OWN_WRITES.items() if why == "counts tries"}
WRITES_NOTHING = {
    "admin.check_calendar": "shows what loading would do",
    "admin.check_draft": "shows what the checks make of a draft",
    "audit.verify": "verifies and shows the report",
    "desk.preview": "shows the letter that a step would issue",
    "desk.revise": "shows the form again",
    "login.alive": "keeps the session awake",
    "portal.uploaded": "goes to the next page",
    "public.report_follow": "shows the state of a report",
    "public.kiosk_credit": "looks up what is public; typed names stand in no address",
    "public.kiosk_verify": "looks up a letter; typed codes stand in no address",
}


class Function(NamedTuple):
    """A function of the web by module (below web) and qualified name."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}:{self.name}"


@cache
def functions() -> dict[Function, tuple[Module, ast.FunctionDef]]:
    """Every function and method of the web."""
    found = {}
    for module in modules("repairflow/web"):
        for name, node in _within(module.tree, ""):
            found[Function(module.dotted.removeprefix(f"{WEB}."), name)] = (module, node)
    return found


def _within(tree: ast.AST, before: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if isinstance(node, ast.FunctionDef):
                yield f"{before}{node.name}", node
            yield from _within(node, f"{before}{node.name}.")
        else:
            yield from _within(node, before)


def opens(node: ast.FunctionDef) -> bool:
    """Whether it opens a writing transaction (of a request or of the database)."""
    calls = [dotted(n.func) for n in ast.walk(node) if isinstance(n, ast.Call) and not n.args]
    return any(call.endswith((".begin", "._db.begin")) and call != "drafts.begin" for call in calls)


@cache
def known_names(module: Module) -> dict[str, str]:
    """What each name of the module means, as far as it was imported."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


@cache
def used(of: Function) -> frozenset[Function]:
    """Functions of the web that this one names."""
    return frozenset(_used(of))


def _used(of: Function) -> Iterator[Function]:
    module, node = functions()[of]
    names = known_names(module)
    for part in ast.walk(node):
        if isinstance(part, (ast.Name, ast.Attribute)):
            head, _, rest = dotted(part).partition(".")
            whole = names.get(head, f"{module.dotted}.{head}") + (f".{rest}" if rest else "")
            where, _, name = whole.removeprefix(f"{WEB}.").rpartition(".")
            if (found := Function(where, name)) in functions():
                yield found
            if isinstance(part, ast.Attribute):  # a method of a class that the module imports
                for whole in names.values():
                    where, _, kind = whole.removeprefix(f"{WEB}.").rpartition(".")
                    if (found := Function(where, f"{kind}.{part.attr}")) in functions():
                        yield found


def reached(view: Function) -> set[Function]:
    """The view and all functions of the web that it may come to."""
    seen, ahead = {view}, [view]
    while ahead:
        for one in used(ahead.pop()):
            if one not in seen:
                seen.add(one)
                ahead.append(one)
    return seen


def posts(app: Flask) -> dict[str, Function]:
    """The view of every endpoint that takes a POST."""
    found = {}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()):
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            found[rule.endpoint] = Function(view.__module__.removeprefix(f"{WEB}."), view.__name__)
    return found


def test_who_opens_a_writing_transaction_is_listed_with_its_reason() -> None:
    """A transaction that reads cannot write (db.py), so nothing else of the web writes."""
    assert {str(one) for one, (_, node) in functions().items() if opens(node)} == set(OWN_WRITES)


def test_what_is_no_upload_draft_or_session_goes_to_the_dispatcher() -> None:
    for one, (why, callees) in OWN_WRITES.items():
        module, _, name = one.partition(":")
        called = {str(f).partition(":")[2] for f in reached(Function(module, name))} | {
            dotted(n.func)
            for f in reached(Function(module, name))
            for n in ast.walk(functions()[f][1])
            if isinstance(n, ast.Call)
        }
        assert callees <= called, f"{one} ({why}) hands no command on"


def test_every_post_is_a_command_or_stands_in_the_lists(settings: Settings) -> None:
    app = make_app(Program.at(settings))
    loose, idle = [], set()
    for endpoint, view in posts(app).items():
        comes_to = {str(one) for one in reached(view)} & set(OWN_WRITES) - TRIES
        if not comes_to:
            idle.add(endpoint)
        elif not comes_to & COMMANDS:
            loose.append((endpoint, sorted(comes_to)))
    assert idle == set(WRITES_NOTHING)
    reasons = {OWN_WRITES[name][0] for _, names in loose for name in names} - {"makes the transaction"}
    assert reasons == {SIGN_IN, DRAFT, UPLOAD, "a filing ends its draft", "a step ends its draft"}, loose


BOOKS = "no fact of a case: how the worker itself stands"
DELIVERED = "what a person began and confirmed by commands: its headings, and its rows in short batches"
LOG = "binds rows and events that stand already into the signed log"
SWEPT = "throws away what its time is over for"
FOUNDING = "the invented town before anybody is there who could ask"
COPIED = "an archive of any size for measurements: copies of what real steps made"
WITNESSED = "keeps beside the log what authorities and witnesses outside said of it"
OTHER_WRITES = {
    "repairflow/app/witnessing.py:Witnesses._differs": BOOKS,
    "repairflow/app/witnessing.py:Witnesses._kept": WITNESSED,
    "repairflow/app/worker.py:Duties._stamp_log": WITNESSED,
    "repairflow/app/log_signing.py:_sign_up_to": LOG,
    "repairflow/app/log_signing.py:_show": BOOKS,
    "repairflow/app/worker.py:Duties._sign_log": LOG,
    "repairflow/app/worker.py:Duties._take_watched": LOG,
    "repairflow/cli/database.py:mend_search": "makes the parts for the search again out of the texts; changes no fact",
    "repairflow/cli/database.py:roles": "gives roles of the database their rights",
    "repairflow/sample/__init__.py:make": FOUNDING,
    "repairflow/sample/any_size.py:make": FOUNDING,
    "repairflow/sample/seeded_cases.py:CaseMaker._company": FOUNDING,
    "repairflow/sample/families.py:_minor": FOUNDING,
    "repairflow/sample/farms.py:add": FOUNDING,
    "repairflow/sample/steps.py:penalty": "a delivery of long ago, without its file",
    "repairflow/sample/copies.py:write": COPIED,
    "repairflow/sample/copies.py:bind": LOG,
    "repairflow/worker/batch_job.py:Batches._check": BOOKS,
    "repairflow/worker/chores.py:forget_sessions": SWEPT,
    "repairflow/worker/chores.py:forget_attempts": SWEPT,
    "repairflow/worker/chores.py:_by_and_by": SWEPT,
    "repairflow/worker/chores.py:forget_materials": SWEPT,
    "repairflow/worker/chores.py:clear_files": SWEPT,
    "repairflow/worker/heartbeat.py:beat.show": BOOKS,
    "repairflow/worker/heartbeat.py:daily.do": BOOKS,
    "repairflow/worker/import_job.py:Importing.work": DELIVERED,
    "repairflow/worker/import_job.py:Importing._progress.progress": BOOKS,
    "repairflow/worker/jobs.py:JobRun.step": "makes the transaction of a job's step",
    "repairflow/worker/jobs.py:JobRunner._one": BOOKS,
    "repairflow/worker/jobs.py:JobRunner._do": BOOKS,
    "repairflow/worker/jobs.py:JobRunner._fail": BOOKS,
    "repairflow/worker/relay.py:Relay._try": BOOKS,
    "repairflow/worker/relay.py:Relay._finish": BOOKS,
}
"""Functions beside the web that open a writing transaction and hand no command on in it, and why."""
HANDED_IN = {
    "repairflow/worker/page_looks.py:look": "report",
    "repairflow/worker/reconciliation.py:_reconciled": "report",
    "repairflow/worker/relay.py:Relay._acknowledge": "self._work.receive",
    "repairflow/worker/relay.py:Relay._fail": "self._follow",
    "repairflow/worker/sweeps.py:sweep": "clock_guard.settle",
    "repairflow/worker/sweeps.py:_fire_one": "fire",
}
"""Those that are given what they call: app/worker.py makes a command of it."""


def beside_the_web() -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions of worker, command line, demonstration and assembly, by file and qualified name."""
    for module in modules():
        if module.path.startswith(tuple(f"repairflow/{part}/" for part in ("app", "cli", "sample", "worker"))):
            for name, node in _within(module.tree, ""):
                yield f"{module.path}:{name}", node


def writes(node: ast.FunctionDef) -> bool:
    """Whether it opens a writing transaction itself, not by a function within it."""
    inner = {call for part in _functions(node) for call in ast.walk(part)}
    calls = (n for n in ast.walk(node) if isinstance(n, ast.Call) and n not in inner and not n.args)
    return any(dotted(call.func).endswith(("db.begin", "job_run.step")) for call in calls)


def _functions(node: ast.FunctionDef) -> list[ast.FunctionDef]:
    return [part for part in ast.walk(node) if isinstance(part, ast.FunctionDef) and part is not node]


def test_worker_command_line_and_demonstration_hand_their_changes_to_the_dispatcher_too() -> None:
    loose = set()
    for name, node in beside_the_web():
        if not writes(node):
            continue
        calls = {dotted(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
        if not calls & {"dispatch", HANDED_IN.get(name, "dispatch")}:
            loose.add(name)
    assert loose == set(OTHER_WRITES)


def test_what_the_worker_is_given_to_call_makes_commands() -> None:
    """By the names of the relay's work and of the two functions that sweep and reconciliation are given."""
    source = {name: node for name, node in beside_the_web() if name.startswith("repairflow/app/worker.py:")}
    for name in ("consequences", "Duties._fire", "Duties._reconcile", "Duties._look_at_pages"):
        calls = {
            dotted(n.func) for n in ast.walk(source[f"repairflow/app/worker.py:{name}"]) if isinstance(n, ast.Call)
        }
        assert "dispatch" in calls, name
    filled = {
        keyword.arg: keyword.value
        for n in ast.walk(source["repairflow/app/worker.py:consequences"])
        if isinstance(n, ast.Call) and dotted(n.func) == "Work"
        for keyword in n.keywords
    }
    assert set(filled) == set(Work._fields) - {"errands"}
    for field, value in filled.items():
        assert field == "press" or "take" in {dotted(n.func) for n in ast.walk(value) if isinstance(n, ast.Call)}, field


SLOW = frozenset({"looked_at", "examine", "look", "as_jpeg", "open_grid", "open_table"})
"""What takes a file from outside apart: it may take half a minute."""


def test_no_file_is_taken_apart_within_a_transaction() -> None:
    """Everybody who writes would wait for it."""
    found = []
    for module in modules():
        for block in (node for node in ast.walk(module.tree) if isinstance(node, ast.With)):
            opened = [item.context_expr for item in block.items if isinstance(item.context_expr, ast.Call)]
            if not any(isinstance(call.func, ast.Attribute) and call.func.attr in {"begin", "step"} for call in opened):
                continue
            for call in (node for part in block.body for node in ast.walk(part) if isinstance(node, ast.Call)):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if name in SLOW and not (name == "look" and call.args and getattr(call.args[0], "id", "") == "tx"):
                    found.append(f"{module.path}:{call.lineno} {name}")
    assert found == []
