"""200 anonymous readers, each a page every 5 s, beside an officer at the desk: how much slower the officer's pages become.

    .venv/bin/python bench/readers.py http://127.0.0.1:8000 [--readers 200] [--every 5] [--looks 40]

Asks a running demonstration (`repairflow demo`). Rounds with and without readers follow one another, so that what else the machine
does meets both. Prints one JSON line a page: medians in ms by the clock without and with readers, their ratio and its goal, and
how many pages the readers got in a second.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import threading
import time
from collections import Counter
from http.cookies import SimpleCookie
from statistics import median
from urllib.parse import urlencode, urlsplit

GOAL, ROUNDS, OFFICER = 1.3, 4, 6
DESK = ("/desk/", "/desk/cases", "/desk/subjects")
PUBLIC = (
    "/start",
    "/credit",
    "/lists",
    "/guides",
    "/commitments",
    "/statistics",
    "/examples",
    "/acts",
    "/data",
    "/data.json",
)


class Visitor:
    """A browser of one connection at a time, with its cookies."""

    def __init__(self, site: str) -> None:
        self.host, self.cookies, self.page = urlsplit(site).netloc, dict[str, str](), ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> int:
        line = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        line.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = line.getresponse()
        self.page = answer.read().decode("utf-8", "replace")
        for value in answer.headers.get_all("set-cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(value).items()}
        line.close()
        return answer.status

    def enters(self, person: int) -> None:
        self.ask("GET", "/login")
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        assert token is not None
        assert self.ask("POST", f"/enter/{person}", {"csrf_token": token.group(1)}) == 303


def read_on(site: str, number: int, every: float, stop: threading.Event, seen: Counter[int]) -> None:
    visitor = Visitor(site)
    if stop.wait(number % 50 / 50 * every):
        return
    while True:
        visitor.cookies.clear()
        try:
            seen[visitor.ask("GET", PUBLIC[number % len(PUBLIC)])] += 1
        except OSError:
            seen[0] += 1
        number += 7
        if stop.wait(every):
            return


def looks(officer: Visitor, count: int) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {path: [] for path in DESK}
    for _ in range(count):
        for path in DESK:
            began = time.perf_counter()
            assert officer.ask("GET", path) == 200
            spent[path].append(time.perf_counter() - began)
    return spent


def main(given: argparse.Namespace) -> None:
    officer = Visitor(given.site)
    officer.enters(OFFICER)
    looks(officer, 3)
    alone: dict[str, list[float]] = {path: [] for path in DESK}
    beside: dict[str, list[float]] = {path: [] for path in DESK}
    seen, busy = Counter[int](), 0.0
    for _ in range(ROUNDS):
        for path, times in looks(officer, given.looks // ROUNDS).items():
            alone[path] += times
        stop = threading.Event()
        threads = [
            threading.Thread(target=read_on, args=(given.site, n, given.every, stop, seen))
            for n in range(given.readers)
        ]
        began = time.perf_counter()
        for one in threads:
            one.start()
        time.sleep(given.every)
        for path, times in looks(officer, given.looks // ROUNDS).items():
            beside[path] += times
        stop.set()
        for one in threads:
            one.join()
        busy += time.perf_counter() - began
    for path in DESK:
        few, many = median(alone[path]) * 1000, median(beside[path]) * 1000
        line = {
            "name": f"{path} beside {given.readers} readers", "limit": round(few, 1), "ours": round(many, 1), "unit": "ms",
            "ratio": round(many / few, 2), "goal": GOAL, "held": many / few <= GOAL,
            "pages a second": round(sum(seen.values()) / busy, 1), "answers": dict(seen),
        }  # fmt: skip
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("site", nargs="?")
    asked.add_argument("--readers", type=int, default=200)
    asked.add_argument("--every", type=float, default=5.0)
    asked.add_argument("--looks", type=int, default=40)
    given = asked.parse_args()
    if given.site is None:
        print(json.dumps({"name": "readers beside the desk", "skipped": "name the address of a running demonstration"}))
    else:
        main(given)
