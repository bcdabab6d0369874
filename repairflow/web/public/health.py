"""Whether this node is well: for load balancers and monitors. /health and /ready answer within two seconds whatever happens."""

from __future__ import annotations

from time import monotonic

import structlog
from flask import Response, jsonify
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from repairflow import times
from repairflow.casework.queries.oversight.banners import warnings
from repairflow.casework.queries.oversight.health import Standing, reach, standing
from repairflow.errors import NotFound
from repairflow.file_store.port import FileStore
from repairflow.web.core import security
from repairflow.web.core.context import Site, current
from repairflow.web.public.probe import Probe

log = structlog.get_logger("repairflow.web")

PATIENCE = 1.5
"""Seconds: with the rest of an answer, less than the two that load balancers usually wait."""

GAUGES = {
    "worker_alive": "1 when a worker showed itself within the last minute",
    "open_cases": "cases that are not closed",
    "late": "running limits past their due day",
    "waiting": "outbox rows that wait to be sent",
    "dead": "outbox rows that a person must look at",
    "unsequenced": "events without a place in the log",
    "checkpoint_size": "events the newest checkpoint covers",
}


class Probes:
    """The three checks of this node: all well, database, storage."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.well = Probe(self._look)
        self.database = Probe(self._reach)
        self.storage = Probe(lambda: writable(site.services.files))

    def _look(self) -> tuple[bool, list[str]]:
        services, now = self._site.services, times.now()
        with self._site.db.read() as tx:
            services.law_store.refresh(tx)  # nothing was asked before this request
            return services.pulse.alive(tx, now), [one.code for one in warnings(tx, services.law.calendar, now)]

    def _reach(self) -> bool:
        with self._site.db.read() as tx:
            reach(tx)
        return True


def health() -> tuple[Response, int]:
    """200 when the database answers and a worker is alive, else 503; warnings alone (calendar, clock, letters) change no code."""
    try:
        alive, warned = current().site.one(Probes).well.ask(PATIENCE)
    except Exception as error:  # noqa: BLE001  # any reason is an answer here
        log.warning("not well", error=type(error).__qualname__)
        return jsonify({"ok": False, "database": False, "worker": False, "warnings": []}), 503
    answer = {"ok": alive, "database": True, "worker": alive, "warnings": warned}
    return jsonify(answer), 200 if alive else 503


def ready() -> tuple[Response, int]:
    """200 when this node can take requests: its database answers and its folders can be written in; else 503."""
    until, probes = monotonic() + PATIENCE, current().site.one(Probes)
    answer = {"database": _holds(probes.database, until), "storage": _holds(probes.storage, until)}
    return jsonify({"ok": all(answer.values()), **answer}), 200 if all(answer.values()) else 503


def metrics() -> Response:
    """Give the figures of Prometheus. NotFound for other machines."""
    here = current()
    if not security.from_this_machine():
        raise NotFound
    with here.read() as tx:
        now = standing(tx, here.services.pulse, times.now())
    return Response(_exposed(now), content_type=CONTENT_TYPE_LATEST)


def _holds(probe: Probe[bool], until: float) -> bool:
    try:
        return probe.ask(max(0.1, until - monotonic()))
    except Exception as error:  # noqa: BLE001  # any reason is an answer here
        log.warning("not ready", error=type(error).__qualname__)
        return False


def writable(files: FileStore) -> bool:
    """Write, read and remove a file where uploads and letters are kept. Raises OSError or Unavailable when that fails."""
    for folder in ("materials", "letters"):
        files.within(folder).try_out()
    return True


def _exposed(now: Standing) -> bytes:
    """Format the figures for Prometheus; they are the database's, not those of this process."""
    registry = CollectorRegistry()
    for name, text in GAUGES.items():
        Gauge(f"repairflow_{name}", text, registry=registry).set(getattr(now, name))
    return generate_latest(registry)
