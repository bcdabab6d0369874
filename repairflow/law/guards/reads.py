"""What each guard reads: the facts it narrows, the steps it looks back at, the forms it needs, the parameters it takes.

The rules themselves are code and cannot be looked into; this table says of each what a check has to know to tell that two
of them never hold together, that one can never hold, or that one looks at something no case ever gathers. A test holds
the names and parameters equal to those of the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from repairflow.law.guards.facts import PUBLIC_STATES

RECORD_STATES = frozenset({
    "none", "unpublished", "published", "disputed", "masked", "held", "ceased", "restored", "sealed",
})  # fmt: skip
"""What a record may be for a guard: absent, or in a state of its life."""
_HELD = RECORD_STATES - {"none"}
_OFF = frozenset({"ceased", "sealed"})

Parameter = Literal[
    "action", "clock", "kind", "kinds", "count", "days", "input", "value", "procedure", "outcome", "lists", "term"
]
"""What a parameter names or measures: see `law.checks.guard_parameters` for what each admits."""
Source = Literal["filing", "step", "any", "named"]
"""Where an input is looked for: in the filing form, in this step's form, in any form so far, in the step a parameter names."""


@dataclass(frozen=True, slots=True)
class Needs:
    """An input a guard reads; without it the guard never holds. A name in braces stands for the parameter of that name."""

    name: str
    kinds: tuple[str, ...]
    source: Source = "any"


@dataclass(frozen=True, slots=True)
class Reading:
    """One guard as checks see it.

    `record` are the states of the record in which it can hold; `facts` further facts with the values it admits, a value in
    braces standing for the parameter; `times` the least and greatest count of the step named by a parameter (or by its own
    name); `waits` says that people or time can make it hold, so that a closed exit is closed for the moment only.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    record: frozenset[str] = RECORD_STATES
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: tuple[str, int | str, int | str | None] | None = None  # step, at least, at most (None: no limit)
    needs: tuple[Needs, ...] = ()
    waits: bool = True


_PAST: Mapping[str, Parameter] = {"action": "action"}
_PUBLIC = Reading(record=PUBLIC_STATES, waits=False)
_IN_USE = Reading(record=PUBLIC_STATES | {"unpublished"}, waits=False)
_OF_RECORD = Reading(record=_HELD)
_MEETING = Needs("meeting_at", ("datetime",))

READINGS: Mapping[str, Reading] = {
    "materials_complete": Reading(),
    "commitment_signed": Reading(needs=(Needs("commitment_signed_by", ("text",), "filing"),)),
    "record_is_public": _PUBLIC,
    # of a record that is not shown only where it is a person's own and the person is of age
    "record_is_public_or_of_person": Reading(
        record=_IN_USE.record, facts={"age": ("grown",), "use": ("now",)}, waits=False
    ),
    "record_in_use": _IN_USE,
    "record_is_repairable": Reading(record=_HELD, waits=False),
    "minimum_period_served": _OF_RECORD,
    "withdrawal_explained": Reading(needs=(Needs("public_reason", ("long_text",), "step"),)),
    "withdrawal_due": Reading(record=PUBLIC_STATES | {"masked"}, waits=False),
    "withdrawn_before_hearing": Reading(),
    "change_of_penalty_dated": Reading({"input": "input", "value": "value"}, needs=(Needs("effective_on", ("date",)),)),
    "commitment_route_open": Reading(),
    "no_duplicate_pending": Reading({"apart": "kind"}, frozenset({"apart"})),
    "supplement_not_yet_requested": Reading(times=("request_supplement", 0, 0), waits=False),
    "new_material_supplied": Reading(),
    "nothing_promised": Reading(facts={"promise": ("none",)}),
    "materials_promised": Reading(
        {"working": "days"}, facts={"promise": ("given",)},
        needs=(Needs("promised_day", ("date",), "filing"), Needs("commitment_signed_by", ("text",), "filing")),
    ),
    "promised_supplied": Reading(),
    "promise_not_advanced": Reading(needs=(Needs("promised_day", ("date",), "filing"), Needs("promised_day", ("date",), "step"))),
    "ground_is_objectionable": Reading(needs=(Needs("ground", ("choice",), "filing"),)),
    "conditions_confirmed": Reading(
        _PAST, times=("{action}", 1, None), needs=(Needs("conditions", ("conditions",), "named"),)
    ),
    "clock_not_yet_extended": Reading({"clock": "clock"}, frozenset({"clock"}), waits=False),
    "clock_not_yet_over": Reading({"clock": "clock"}, frozenset({"clock"}), waits=False),
    "other_office_than_first": Reading(),
    "other_person_than_first": Reading(),
    "all_targets_acknowledged": Reading(),
    "times_done": Reading({"action": "action", "at_least": "count"}, times=("{action}", "{at_least}", None), waits=False),
    "first_case_was": Reading(
        {"procedure": "procedure", "outcome": "outcome"}, frozenset({"procedure", "outcome"}),
        facts={"first_procedure": ("{procedure}",), "first_outcome": ("{outcome}",)}, waits=False,
    ),
    "first_case_kind_not": Reading({"kinds": "kinds"}, waits=False),
    "within_term_of_first": Reading({"term": "term"}, waits=False),
    "follows_case": Reading(
        {"procedure": "procedure"}, facts={"first_procedure": ("{procedure}",)}, waits=False
    ),
    "follows_no_case": Reading(facts={"first_procedure": ("none",)}, waits=False),
    "is_the_filer": Reading(facts={"taker": ("filer",)}),
    "not_decided_before": Reading(waits=False),
    "record_no_longer_public": Reading(record=_HELD - PUBLIC_STATES, facts={"use": ("over",)}, waits=False),
    "subject_is_minor": Reading(record=_HELD - PUBLIC_STATES, facts={"age": ("minor",)}, waits=False),
    "record_never_public": Reading(record=frozenset({"unpublished"}), facts={"age": ("minor",)}, waits=False),
    "input_was_not": Reading({"action": "action", "input": "input", "value": "value"}),
    "input_was": Reading(
        {"action": "action", "input": "value", "value": "value"}, facts={"said {action} {input}": ("{value}",)},
        times=("{action}", 1, None), needs=(Needs("{input}", ("choice", "boolean"), "named"),), waits=False,
    ),
    "not_the_filer": Reading(facts={"taker": ("other",)}),
    "case_kind_is": Reading({"kind": "kind"}, facts={"kind": ("{kind}",)}, waits=False),
    "not_yet_done": Reading(_PAST, times=("{action}", 0, 0), waits=False),
    "times_below": Reading({"action": "action", "below": "count"}, times=("{action}", 0, "{below}"), waits=False),
    "notice_lead_time": Reading(
        {"working": "days"}, facts={"meeting": ("ahead",)}, needs=(Needs("meeting_at", ("datetime",), "step"),)
    ),
    "rescheduled_within": Reading(
        {"working": "days"}, needs=(Needs("meeting_at", ("datetime",), "step"), _MEETING)
    ),
    "meeting_time_reached": Reading(facts={"meeting": ("over",)}, needs=(_MEETING,)),
    "meeting_still_ahead": Reading(facts={"meeting": ("ahead",)}, needs=(_MEETING,)),
    "asked_and_unanswered": Reading(_PAST, times=("{action}", 1, None)),
    "two_interviewers": Reading({"input": "input"}, needs=(Needs("{input}", ("gaps",), "step"),)),
    "warning_called_for": Reading(record=_HELD, facts={"severity": ("serious",)}, waits=False),
    "basis_document_stated": Reading(
        needs=(
            Needs("basis_number", ("text", "long_text")), Needs("basis_office", ("text", "long_text")),
            Needs("basis_date", ("date",)),
        ),
    ),
    "behaviour_fits_list": Reading(needs=(Needs("behaviour", ("choice",)),)),
    "window_long_enough": Reading(needs=(Needs("window_days", ("number",), "step"),)),
    "opinion_given": Reading(_PAST),
    "spot_checked": Reading(needs=(Needs("check_method", ("choice",)), Needs("checked_on", ("date",)))),
    "kept_clean": Reading(),
    "ladder_walked": Reading(),
    "favourable_entry_stands": Reading(waits=False),
    "favourable_entry_gone": Reading(waits=False),
    "basis_document_matches": Reading(),
    "linked_person_named": Reading(),
    "no_new_dishonesty": Reading({"kind": "kind"}),
    "list_kind_known": Reading(facts={"list": ("{known}",)}, waits=False),
    "list_kind_among": Reading({"kinds": "lists"}, facts={"list": ("{kinds}",)}, waits=False),
    "superior_consented": Reading(
        {"kinds": "lists", "action": "action"},
        needs=(
            Needs("consent_office", ("text",), "named"), Needs("consent_number", ("text",), "named"),
            Needs("consent_date", ("date",), "named"),
        ),
    ),
    "list_needs_window": Reading(facts={"list": ("{window}",)}, waits=False),
    "list_window_done": Reading(_PAST),
    "list_is_favourable": Reading(facts={"list": ("{favourable}",)}, waits=False),
    "list_is_adverse": Reading(facts={"list": ("{adverse}",)}, waits=False),
    "record_on_list": Reading(record=_HELD - _OFF, facts={"entry": ("yes",)}, waits=False),
    "record_not_on_list": Reading(record=_HELD, facts={"entry": ("no",)}, waits=False),
    "record_off_list": Reading(record=_OFF, waits=False),
    "maximum_stay_over": Reading({"kind": "kind"}),
    "commitment_given": Reading(_PAST, needs=(Needs("commitment_signed_by", ("text",)),)),
    "check_results_kept": Reading(),
    "day_is_ahead": Reading({"input": "input"}, needs=(Needs("{input}", ("date",), "step"),)),
    "deficient_is_dated": Reading(
        {"kind": "kind"}, needs=(Needs("gaps", ("gaps",)), Needs("promised_day", ("date",)))
    ),
    "record_in_force": Reading(record=_HELD - _OFF - {"masked"}, waits=False),
    "record_out_of_force": Reading(record=_OFF | {"masked"}, waits=False),
    "measure_is_recommended": Reading(needs=(Needs("measure", ("choice",)),), waits=False),
    "measure_names_its_law": Reading(needs=(Needs("measure_law", ("text",), "step"),)),
    "measure_term_lawful": Reading(
        needs=(Needs("measure", ("choice",)), Needs("imposed_on", ("date",), "step"), Needs("term_end", ("date",), "step"))
    ),
}  # fmt: skip
"""Every guard by name."""
