"""A worker that writes one import in a process of its own, which anybody may kill at any moment.

python -m tests.soak.importer HOME URL
"""

from __future__ import annotations

import sys

import structlog

from repairflow import times
from repairflow.casework.cases import import_jobs
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.settings import load
from repairflow.vault import Vault
from repairflow.worker.import_job import Importing
from repairflow.worker.jobs import JobRunner
from tests.support.building import law


def runner(db: Database, services: Services, files: ImportFiles, kind: str) -> JobRunner:
    """Whoever does jobs of this kind."""
    return JobRunner(db, {kind: Importing(db, services, files, kind)}, "soak")


def main(home: str, url: str) -> None:
    settings = load({"REPAIRFLOW_HOME": home, "REPAIRFLOW_DATABASE_URL": url})
    db = Database(url)
    services = Services.of(law(), Vault(b"v" * 32), settings)
    runner(db, services, ImportFiles(services.imports), import_jobs.WRITE).run_once(times.now())
    db.dispose()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    main(sys.argv[1], sys.argv[2])
