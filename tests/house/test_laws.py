"""Laws of the house that a reader would otherwise have to check: who reads the clock, commits, asks the environment."""

from __future__ import annotations

import ast
import re

from tests.house.sources import Module, called, comments, dotted, imported, modules

LONGEST = 350


def everywhere_but(*rooms: str) -> list[Module]:
    return [m for m in modules() if m.path not in {f"repairflow/{room}" for room in rooms}]


def test_only_times_reads_the_clock() -> None:
    """Else a deadline could not be tested, replayed or explained."""
    clock = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$")
    found = [
        f"{m.path}:{line} {name}"
        for m in everywhere_but("times.py")
        for line, name in called(m) + imported(m)
        if clock.search(name)
    ]
    assert found == []


def test_only_settings_reads_the_environment() -> None:
    """Else a setting could be wrong without anybody being told at start."""
    reads = re.compile(r"^os\.(environ|getenv|putenv)\b")
    found = [
        f"{m.path}:{node.lineno} {dotted(node)}"
        for m in everywhere_but("settings.py")
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Attribute) and reads.match(dotted(node))
    ]
    found += [
        f"{m.path}:{line}" for m in everywhere_but("settings.py") for line, name in imported(m) if reads.match(name)
    ]
    assert found == []


def test_only_the_database_door_commits() -> None:
    """State, trail, deadlines, letter and outbox stand or fall together, so nobody below the door may end the work."""
    found = [
        f"{m.path}:{line} {name}"
        for m in everywhere_but("db.py")
        for line, name in called(m)
        if name.rsplit(".", 1)[-1] == "commit"
    ]
    assert found == []


SLOW_WORK = {
    "repairflow/casework/cases/import_penalties.py": "a file is read and checked before its one write",
    "repairflow/casework/documents/rendering_job.py": "a PDF is pressed outside any transaction, then recorded in one",
}


def test_only_doors_open_transactions() -> None:
    """Floors 5 and 6 open one transaction each; the rooms below are handed it, but for slow work between reading and writing."""
    below = ("casework", "letters", "gateway", "auditing", "law")
    own_program = "repairflow/gateway/sandbox"  # somebody else's platform, with a database and a door of its own
    found: dict[str, list[str]] = {}
    for m in modules():
        if m.path.split("/")[1] in below and not m.path.startswith(own_program):
            opened = [
                name for _, name in called(m) if re.search(r"(^|\.)(db|database|engine)\.(begin|read|connect)$", name)
            ]
            if opened:
                found[m.path] = [name.rsplit(".", 1)[-1] for name in opened]
    assert found.keys() == SLOW_WORK.keys()
    assert all(opened.count("begin") == 1 for opened in found.values())


def test_no_signals() -> None:
    """Nothing flows backwards: what follows a step is written in the step, not hung on it. The engines alone are told of connections."""
    found = [
        f"{m.path}:{line} {name}"
        for m in everywhere_but("db.py", "postgresql.py")
        for line, name in imported(m)
        if name.startswith(("blinker", "sqlalchemy.event", "flask.signals", "sqlalchemy.orm"))
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    assert [m.path for m in modules() if not ast.get_docstring(m.tree)] == []


def test_no_module_grows_too_long() -> None:
    """Split by noun before it hurts."""
    assert [m.path for m in modules() if len(m.text.splitlines()) > LONGEST] == []


def test_an_exception_to_a_check_gives_its_reason() -> None:
    """`# type: ignore[code]  # why`, `# noqa: CODE  why`: the code and at least two words."""
    bare = re.compile(r"#\s*(type:\s*ignore|noqa)")
    reasoned = re.compile(r"#\s*(type:\s*ignore\[[\w,\s-]+\]|noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)[\s#:—-]*\S+\s+\S+")
    found = [
        f"{m.path}:{line} {comment}"
        for m in (*modules(), *modules("tests"), *modules("migrations"))
        for line, comment in comments(m)
        if bare.search(comment) and not reasoned.search(comment)
    ]
    assert found == []


def test_nothing_is_left_to_do() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{m.path}:{line} {comment}"
        for m in (*modules(), *modules("migrations"))
        for line, comment in comments(m)
        if unfinished.search(comment)
    ]
    assert found == []


def test_tests_do_not_sleep_or_skip() -> None:
    """A test that sleeps is slow and still guesses; one that is skipped proves nothing."""
    idle = {"time.sleep", "sleep", "pytest.skip", "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif"}
    found = [f"{m.path}:{line} {name}" for m in modules("tests") for line, name in called(m) if name in idle]
    assert found == []


def test_test_files_have_names_of_their_own() -> None:
    """Folders of tests are no packages, so two files of one name would hide each other."""
    names = [m.path.rsplit("/", 1)[-1] for m in modules("tests")]
    tests = [name for name in names if name.startswith("test_")]
    assert sorted(tests) == sorted(set(tests))
