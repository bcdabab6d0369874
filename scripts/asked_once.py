"""Choose which tests the run on PostgreSQL leaves out, by what each was seen to make the server execute, or check the choice.

    REPAIRFLOW_TEST_DATABASE=postgresql .venv/bin/python -m pytest --whole -p tests.support.statements_asked --statements FILE -n 2
    .venv/bin/python scripts/asked_once.py choose FILE*    # writes tests/asked_of_one_database.txt
    .venv/bin/python scripts/asked_once.py check FILE*     # fails where only listed tests ask for a statement

What stays: all that is about people at once, processes, the trail's proof, migrations, roles or rows that a database itself
hides, where the server refused something or waited for a lock, what docs/rows.md names, and of the others the cheapest that
together ask for every statement that any test asks for.
"""

from __future__ import annotations

import heapq
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.one_database import LIST, is_listed  # noqa: E402  # as a script it stands beside the package

KINDS = re.compile(
    r"tests/(auditing|records|worker|soak)/"
    r"|tests/security/test_(bad_arguments|frozen|load|many|row_policies|start_of|trouble|worker_in|idempotency)"
    r"|tests/house/test_(databases_of|every_address)"
    r"|_at_once|killed|test_(jobs|search|replay|lists_in_one)"
)
"""Tests about what a database does besides answering: people at once, processes that end, proof, roles, its own search."""
BESIDE = re.compile(
    r"^(?:import|from) (?:threading|subprocess|multiprocessing|concurrent|signal)\b|support import .*(?:servers|trouble)",
    re.MULTILINE,
)
"""A module that starts a thread or a process is about what happens at once."""
STORIES = re.compile(r"`([\w/]+\.py::\w+)`")
REFUSED = re.compile(r"ERROR|FATAL|LOG waits")
"""What the server refuses by a trigger, a constraint or a lock, it refuses for the values or for somebody else."""
HOUSE = re.compile(
    r"TRUNCATE|COPY|(?:CREATE|DROP) DATABASE|SELECT pg_temp|SELECT pg_terminate|SELECT setval|SET session_replication"
)
"""What empties and fills the databases of tests."""
FIXED = 0.02
"""Seconds a test takes beside its own doing."""
HEAD = """# Tests the run on PostgreSQL leaves out (docs/decisions/017): every statement they ask for, others ask for, too.
# Written by scripts/asked_once.py; a new test runs on both until it is written anew (a new
# parameter of a test that is listed whole does not).
"""


@dataclass(frozen=True)
class Seen:
    """A test, its seconds with those of the server, what it asked for, and whether it was left out of the usual run."""

    test: str
    seconds: float
    asked: frozenset[str]
    left_out: bool


def read(files: Iterable[str]) -> tuple[dict[str, Seen], dict[str, str]]:
    """What was seen, by test, and the text of each digest; of a test that was seen twice the last time counts."""
    seen: dict[str, Seen] = {}
    texts: dict[str, str] = {}
    for file in files:
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            texts |= one["texts"]
            seconds = max(one["seconds"], 0) + max(one["server"], 0)  # a process that ended takes its seconds with it
            asked = frozenset(key for key in one["asked"] if not HOUSE.match(texts[key]))
            seen[one["test"]] = Seen(one["test"], seconds, asked, one["left_out"])
    return seen, texts


def stays(one: Seen, stories: frozenset[str], texts: Mapping[str, str]) -> bool:
    """Whether the test is about more than its statements."""
    if KINDS.search(one.test) or one.test.partition("[")[0] in stories:
        return True
    module = ROOT / one.test.partition("::")[0]
    if BESIDE.search(module.read_text(encoding="utf-8")):
        return True
    return any(REFUSED.match(texts[key]) for key in one.asked)


def chosen(seen: Mapping[str, Seen], texts: Mapping[str, str]) -> set[str]:
    """The tests to leave out: the others ask for every statement."""
    page = (ROOT / "docs" / "rows.md").read_text(encoding="utf-8")
    stories = frozenset(f"tests/{one}" for one in STORIES.findall(page))
    ours = {one.test: one for one in seen.values() if not one.left_out or is_listed(one.test)}
    kept = {one.test for one in ours.values() if stays(one, stories, texts)}
    asked = {key for test in kept for key in ours[test].asked}

    def worth(one: Seen) -> float:
        return -len(one.asked - asked) / (one.seconds + FIXED)

    waiting = [(worth(one), one.test) for one in ours.values() if one.test not in kept]
    heapq.heapify(waiting)
    while waiting:
        _, test = heapq.heappop(waiting)
        now = worth(ours[test])
        if now == 0:
            continue
        if waiting and now > waiting[0][0]:  # others have asked for some of it since
            heapq.heappush(waiting, (now, test))
            continue
        kept.add(test)
        asked |= ours[test].asked
    return ours.keys() - kept


def folded(out: set[str], tests: Iterable[str]) -> list[str]:
    """The tests left out, by the name of a function where all of it is; never by a module, to which somebody adds a test."""
    groups: dict[str, set[str]] = {}
    for test in tests:
        groups.setdefault(test.partition("[")[0], set()).add(test)
    lines = set()
    for test in out:
        function = test.partition("[")[0]
        lines.add(function if groups.get(function, {test}) <= out else test)
    return sorted(lines)


def unasked(seen: Mapping[str, Seen]) -> dict[str, str]:
    """What only tests that are left out ask for, each with one of them."""
    kept = {key for one in seen.values() if not one.left_out for key in one.asked}
    out = sorted(
        (one for one in seen.values() if one.left_out), key=lambda one: is_listed(one.test)
    )  # the last one counts
    return {key: one.test for one in out for key in one.asked - kept}


def main(command: str, files: list[str]) -> int:
    """Write the list (`choose`), or say what is not asked without it (`check`); the exit status."""
    seen, texts = read(files)
    if command == "choose":
        out = chosen(seen, texts)
        LIST.write_text(HEAD + "\n".join(folded(out, seen)) + "\n", encoding="utf-8")
        took = sum(one.seconds for one in seen.values() if not one.left_out or is_listed(one.test))
        saved = sum(seen[test].seconds for test in out)
        print(f"{len(texts)} statements; {len(out)} tests left out, {saved:.0f} of {took:.0f} s of processor time")
        return 0
    found = unasked(seen)
    for key, test in sorted(found.items(), key=lambda pair: pair[1]):
        print(f"{test} alone asks: {texts[key][:300]}")
    listed = sum(map(is_listed, found.values()))
    print(
        f"{len(texts)} statements; asked by tests alone that are listed {listed}, marked in their files {len(found) - listed}"
    )
    return 1 if listed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
