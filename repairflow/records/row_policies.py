"""Policies of PostgreSQL for the role by which companies and citizens read: a row of somebody else is not there for it.

`casework.bound_reading` takes that role (`database_subject_role`) for each transaction in which somebody without a post reads what
is not open to everybody, and says for whom: `repairflow.person` and `repairflow.subjects` end with the transaction. So a
query that forgets its scope shows nothing of another subject. A table that is named here in neither of the two lists
cannot be read by that role at all: the page fails, and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repairflow.records.base import metadata

PERSON, SUBJECTS = "repairflow.person", "repairflow.subjects"
_ME = f"NULLIF(current_setting('{PERSON}', true), '')::bigint"
_MINE = f"ANY (string_to_array(current_setting('{SUBJECTS}', true), ',')::bigint[])"
# All parts are constants of this program. A condition that looks into another table sees there what the policy of that table lets through.
_OF_PERSON = f"person_id = {_ME}"
_OF_SUBJECT = f"subject_id = {_MINE}"
_OF_CASE = "case_id IN (SELECT id FROM public.cases)"
_OF_RECORD = "record_id IN (SELECT id FROM public.record)"
_OF_BOTH = f"CASE WHEN case_id IS NOT NULL THEN {_OF_CASE} ELSE {_OF_RECORD} END"
_OF_LETTER = "letter_id IN (SELECT id FROM public.letter)"

OWN_ROWS: Mapping[str, str] = {
    "subject": f"id = {_MINE}",
    "subject_name": _OF_SUBJECT,
    "act": _OF_SUBJECT,
    "learning": _OF_SUBJECT,
    "service_consent": _OF_SUBJECT,
    "repair_means": _OF_SUBJECT,
    "list_entry": _OF_SUBJECT,
    "linked_person": f"person_id = {_MINE} OR {_OF_SUBJECT}",
    "mandate": f"{_OF_PERSON} OR {_OF_SUBJECT}",
    "person": f"id = {_ME} OR kind = 'staff' OR id IN (SELECT person_id FROM public.mandate)",  # noqa: S608  # constants of ours
    "cases": f"{_OF_SUBJECT} AND NOT confidential AND NOT internal",
    "record": f"{_OF_SUBJECT} OR id IN (SELECT record_id FROM public.cases)",  # noqa: S608  # constants of ours
    "record_spelling": _OF_RECORD,
    "measure": _OF_RECORD,
    "redress": _OF_RECORD,
    "public_change": _OF_RECORD,
    "uninformed": _OF_RECORD,
    "page_look": _OF_RECORD,
    "withdrawal_statement": _OF_RECORD,
    "case_assignment": _OF_CASE,
    "sealed_input": _OF_CASE,
    "interview_entry": _OF_CASE,
    "meeting": _OF_CASE,
    "case_link": "from_id IN (SELECT id FROM public.cases) AND to_id IN (SELECT id FROM public.cases)",
    "deadline": _OF_BOTH,
    "rung_fired": _OF_BOTH,
    "letter": f"CASE WHEN case_id IS NULL AND record_id IS NULL THEN {_OF_SUBJECT} ELSE {_OF_BOTH} END",
    "reissue": _OF_LETTER,
    "service": _OF_LETTER,
    "outbox": f"CASE WHEN letter_id IS NOT NULL THEN {_OF_LETTER} ELSE {_OF_BOTH} END",
    "material": f"CASE WHEN case_id IS NOT NULL THEN {_OF_CASE} ELSE uploaded_by = {_ME} END",
    "event": f"CASE WHEN case_id IS NULL AND record_id IS NULL THEN stream = 'press' OR actor_id = {_ME} ELSE {_OF_BOTH} END",
    "event_personal": "event_id IN (SELECT id FROM public.event)",
    "draft": _OF_PERSON,
    "notice": _OF_PERSON,
    "preference": _OF_PERSON,
    "own_phrase": _OF_PERSON,
    "calendar_feed": _OF_PERSON,
    "api_token": _OF_PERSON,
}  # fmt: skip
"""Tables of which the role reads the rows of whom it reads for, and which those are."""

EVERYBODYS = frozenset(
    {
        "alembic_version", "office", "office_name", "office_seal", "own_rule", "fine_threshold", "calendar_year", "law_file",
        "definition_used", "definition_repin", "checkpoint", "cosignature", "target", "example", "service_body", "role_grant",
        "exchange_key", "log_leaf",
    }
)  # fmt: skip
"""Tables of which it reads all: offices and who works there, law, what is published, the hashes of the log."""

KEPT_BACK: Mapping[str, frozenset[str]] = {
    "person": frozenset({"password_hash"}), "target": frozenset({"secret"}), "exchange_key": frozenset({"sealed"}),
}  # fmt: skip
"""Columns of these tables that it does not read: what opens doors, and keys."""


def statements(tables: list[str], role: str, others: tuple[str, ...]) -> Iterator[str]:
    """Yield the words that give the role what it may read. The `others` read and write all rows as before."""
    for table in tables:
        yield f'REVOKE ALL ON public."{table}" FROM {role}'
        if table in EVERYBODYS:
            yield _grant(table, role)
        condition = OWN_ROWS.get(table)
        if condition is None:
            continue
        yield _grant(table, role)
        for policy, whom, rest in (
            ("all_rows", ", ".join(others), "USING (true) WITH CHECK (true)"),
            ("own_rows", role, f"USING ({condition})"),
        ):
            yield f'DROP POLICY IF EXISTS {role}_{policy} ON public."{table}"'
            of = "SELECT" if policy == "own_rows" else "ALL"
            yield f'CREATE POLICY {role}_{policy} ON public."{table}" FOR {of} TO {whom} {rest}'
        yield f'ALTER TABLE public."{table}" ENABLE ROW LEVEL SECURITY'


def _grant(table: str, role: str) -> str:
    """Return the words by which the role may read a table, or of one that has columns KEPT_BACK the others."""
    if table not in KEPT_BACK:
        return f'GRANT SELECT ON public."{table}" TO {role}'
    columns = ", ".join(column.name for column in metadata.tables[table].columns if column.name not in KEPT_BACK[table])
    return f'GRANT SELECT ({columns}) ON public."{table}" TO {role}'
