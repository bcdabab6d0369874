"""The services of a node: what every step needs besides the database."""

from __future__ import annotations

from dataclasses import dataclass, field

from repairflow.casework.law_store import LawStore
from repairflow.casework.loose_materials import MIB, Allowance, Quota
from repairflow.casework.worker_pulse import Pulse
from repairflow.file_store.opening import store_of
from repairflow.file_store.port import FileStore
from repairflow.gateway.limited_parser import Bounds
from repairflow.law.procedure.library import Library
from repairflow.settings import Settings, Transition
from repairflow.vault import Vault


@dataclass(frozen=True, slots=True)
class Services:
    """Made once at start (app/program.py), passed to every command. The law is asked for at each use: a loaded year replaces it."""

    law_store: LawStore
    vault: Vault
    public_url: str
    sealed: bool
    files: FileStore
    max_upload: int  # bytes
    max_import: int  # bytes of a delivered table
    quota: Quota  # of materials nothing has taken up
    reading: Bounds  # of the child that takes delivered tables apart
    transition: Transition = ""  # which periods penalties decided under an earlier rule pack follow; empty: milder
    transition_document: str = ""
    import_by_two: bool = False  # 上传、复核：who uploads a table does not confirm it
    serve_within: int = 5  # working days after which a letter without a record of service is called to mind
    pulse: Pulse = field(default_factory=Pulse)  # what this process has seen of the workers

    @property
    def law(self) -> Library:
        """The law as this node knows it now, with the calendar years loaded so far."""
        return self.law_store.law

    @property
    def materials(self) -> FileStore:
        """Where 申请材料 lie, under their digests."""
        return self.files.within("materials")

    @property
    def letters(self) -> FileStore:
        """Where the PDF files of 文书 lie."""
        return self.files.within("letters")

    @property
    def imports(self) -> FileStore:
        """Where delivered tables wait."""
        return self.files.within("imports")

    @property
    def anchors(self) -> FileStore:
        """Where checkpoints of the log and their time stamps lie."""
        return self.files.within("anchors")

    def allowance(self, address: str | None) -> Allowance:
        """Return what somebody at this address may leave here that nothing has taken up."""
        return Allowance(self.quota, self.vault.index(f"upload/{address}"))

    @classmethod
    def of(cls, law: Library, vault: Vault, settings: Settings) -> Services:
        """Make the services of a node from its settings, with the law it has read."""
        return cls(
            law_store=LawStore(law),
            vault=vault,
            public_url=settings.public_url.rstrip("/"),
            sealed=settings.seal_office_letters,
            files=store_of(settings),
            max_upload=settings.max_upload_mib * MIB,
            max_import=settings.max_import_mib * MIB,
            quota=Quota(
                settings.unclaimed_person_mib * MIB,
                settings.unclaimed_address_mib * MIB,
                settings.unclaimed_total_mib * MIB,
            ),
            reading=Bounds(settings.import_memory_mib, settings.import_seconds, place=settings.work),
            transition=settings.transition,
            transition_document=settings.transition_document,
            import_by_two=settings.import_by_two,
            serve_within=settings.serve_within_days,
        )
