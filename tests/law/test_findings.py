"""The review of the law point by point: each of its 26 points is held by a test named here, or docs/law.md says why not.

A point whose test is renamed or gone fails here, and so does one that neither a test nor a reason stands for.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "law.md"

# point of the review → file and test that fails without the mend; several where it has several parts
POINTS: dict[int, tuple[str, ...]] = {
    1: (
        "casework/test_remedies_told.py::test_a_denial_names_where_when_and_by_which_article",
        "casework/test_remedies_told.py::test_without_the_settings_no_adverse_letter_is_issued",
        "casework/test_remedies_told.py::test_a_channel_is_needed_by_who_agreed_to_electronic_service",
    ),
    2: (
        "law/test_classing.py::test_the_class_of_a_penalty",
        "casework/test_classes_of_records.py::test_a_fine_without_lines_is_not_published_and_says_what_it_waits_for",
        "casework/test_classes_of_records.py::test_stated_lines_publish_what_they_class_and_leave_the_rest",
    ),
    3: (
        "casework/test_what_law_says.py::test_every_figure_called_read_rests_on_articles_somebody_read",
        "casework/test_unfounded_lapse.py::test_a_term_nobody_confirmed_is_not_told_and_leads_to_nothing",
    ),
    4: ("casework/test_what_law_says.py::test_a_false_commitment_closes_no_repair_with_evidence",),
    5: (
        "casework/test_own_rules.py::test_an_open_ground_issues_no_letter_until_it_is_confirmed_and_another_may_be_chosen",
        "casework/test_own_rules.py::test_grounds_of_every_adverse_list_wait_to_be_confirmed",
    ),
    6: ("casework/test_own_rules.py::test_unconfirmed_a_denial_is_refused_and_nothing_is_issued",),
    7: ("casework/test_what_law_says.py::test_one_applies_from_the_day_after_the_minimum_period",),
    8: (
        "casework/test_provisional_lapse.py::test_a_lapse_waits_where_its_day_is_provisional",
        "law/test_workdays.py::test_the_holidays_fixed_by_statute_count_where_no_arrangement_is_published",
    ),
    9: ("casework/test_what_law_says.py::test_a_denial_promises_no_past_day",),
    10: ("casework/test_letter_voice.py::test_a_child_is_addressed_through_its_guardian",),
    11: ("casework/test_effects_on_records.py::test_the_centre_carries_out_what_the_source_found_and_nothing_else",),
    12: (
        "law_stories/test_overlay_story.py::test_an_objection_follows_its_place_from_receipt_to_refusal",
        "law/test_review_table.py::test_the_limits_of_a_place_are_its_regulations_own",
    ),
    13: (
        "law/test_overlays_of_places.py::test_a_case_takes_the_rules_of_its_place",
        "law_stories/test_overlay_story.py::test_an_objection_follows_the_place_of_the_centre_that_decides_it",
    ),
    14: ("casework/test_classes_of_records.py::test_older_penalties_follow_the_stated_rule_by_their_day_of_decision",),
    15: (
        "law_stories/test_reorganisation_story.py::test_the_ruling_alone_is_enough_and_the_letter_speaks_as_the_scheme_does",
    ),
    16: ("casework/test_what_law_says.py::test_shipped_packs_say_nothing_that_nobody_read",),
    17: ("casework/test_what_law_says.py::test_three_working_days_where_the_law_gives_three",),
    18: ("casework/test_what_law_says.py::test_three_working_days_where_the_law_gives_three",),
    19: (
        "casework/test_electronic_arrival.py::test_arrival_is_service_whether_or_not_anybody_opens_it",
        "casework/test_limits_from_service.py::test_ten_working_days_from_service",
        "web/test_papers.py::test_with_consent_opening_asks_first_and_then_is_service",
    ),
    20: (
        "casework/test_what_law_says.py::test_shipped_packs_say_nothing_that_nobody_read",
        "casework/test_own_rules.py::test_what_lays_a_duty_on_the_subject_waits_for_the_office_too",
    ),
    21: ("law_stories/test_review_story.py::test_on_the_last_day_a_window_ends_when_it_closes",),
    22: ("casework/test_what_law_says.py::test_a_subjects_own_limit_is_not_said_to_be_the_offices",),
    23: (
        "law/test_statutes_and_review.py::test_an_article_is_read_again_when_its_day_has_come",
        "casework/test_letter_words.py::test_a_law_is_cited_once_in_title_marks",
    ),
    24: (
        "law/test_guide.py::test_limits_in_words_and_no_unread_figure_shown_as_law",
        "law/test_guide.py::test_conditions_and_materials_say_whether_what_they_rest_on_was_read",
        "casework/test_periods_at_every_door.py::test_every_door_says_whether_a_period_is_certain",
    ),
    26: ("casework/test_what_law_says.py::test_shipped_packs_say_nothing_that_nobody_read",),
}
EVERY = range(1, 27)


@cache
def defined_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@cache
def reasons() -> dict[int, str]:
    """The table of docs/law.md of points without a test of their own, by number."""
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", page, flags=re.MULTILINE)
    return {int(number): why.strip() for number, _, why in rows}


@pytest.mark.parametrize("point", EVERY)
def test_each_point_has_a_test_or_a_written_reason(point: int) -> None:
    if point not in POINTS:
        assert len(reasons().get(point, "")) > 10, f"docs/law.md says nothing of point {point}"
    for held_by in POINTS.get(point, ()):
        file, name = held_by.split("::")
        assert name in defined_in(file), held_by
