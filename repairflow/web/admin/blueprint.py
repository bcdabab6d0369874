"""The pages of administrators under /admin: every address, its view and who may use it."""

from __future__ import annotations

from flask import Blueprint

from repairflow.casework.admin import own_rules as own_rules_of_office
from repairflow.casework.admin import permissions
from repairflow.web.admin import (
    account_links,
    account_page,
    accounts,
    calendars,
    certificates,
    change_log,
    clock,
    exchange_keys,
    fine_thresholds,
    home,
    inquiries,
    law,
    offices,
    own_rules,
    printed_links,
    roles,
    target_tests,
    targets,
)
from repairflow.web.core.routes import GET, POST, Route, register

SYSTEM, SECURITY = permissions.SYSTEM_ADMIN, permissions.SECURITY_ADMIN
BOTH = (SYSTEM, SECURITY)
LEGAL = own_rules_of_office.ROLE
ALL = tuple(permissions.ADMINISTRATORS)

ROUTES = (
    Route("/", GET, home.home, BOTH),
    Route("/calendar", GET, calendars.calendar, SYSTEM),
    Route("/calendar/check", POST, calendars.check_calendar, SYSTEM),
    Route("/calendar", POST, calendars.load_calendar, SYSTEM),
    Route("/clock", GET, clock.clock, SYSTEM),
    Route("/clock", POST, clock.confirm_clock, SYSTEM),
    Route("/offices", GET, offices.all_offices, BOTH, "offices"),
    Route("/offices/new", GET, offices.new_office, SYSTEM),
    Route("/offices/new", POST, offices.add_office, SYSTEM),
    Route("/offices/<code>", GET, offices.office, BOTH),
    Route("/offices/<code>", POST, offices.change_office, SYSTEM),
    Route("/offices/<code>/succession", POST, offices.succeed_office, SYSTEM),
    Route("/offices/<code>/succession/take-back", POST, offices.take_back_succession, SYSTEM),
    Route("/rules", GET, own_rules.rules, LEGAL),
    Route("/rules", POST, own_rules.confirm_rules, LEGAL),
    Route("/rules/withdrawal", POST, own_rules.withdraw_rules, LEGAL),
    Route("/thresholds", GET, fine_thresholds.thresholds, LEGAL),
    Route("/thresholds", POST, fine_thresholds.state_thresholds, LEGAL),
    Route("/thresholds/recount", POST, fine_thresholds.recount, LEGAL),
    Route("/law", GET, law.library, LEGAL),
    Route("/law/packs/<old>/<new>", GET, law.compare_packs, LEGAL),
    Route("/law/<name>/<old>/<new>", GET, law.compare, LEGAL),
    Route("/law/check", POST, law.check_draft, LEGAL),
    Route("/law/drafts", POST, law.propose_draft, LEGAL),
    Route("/law/drafts/<int:draft_id>", POST, law.decide_draft, LEGAL),
    Route("/people", GET, accounts.all_accounts, BOTH, "people"),
    Route("/people/new", GET, accounts.new_person, SYSTEM),
    Route("/people/new", POST, accounts.add_person, SYSTEM),
    Route("/people/<login>", GET, account_page.person, BOTH),
    Route("/people/<login>/name", POST, accounts.rename, SYSTEM),
    Route("/people/<login>/disable", POST, accounts.disable, SECURITY),
    Route("/people/<login>/enable", POST, accounts.enable, SECURITY),
    Route("/people/<login>/tokens/<int:token_id>/end", POST, account_links.end_token, SECURITY),
    Route("/people/<login>/password", POST, account_links.reset_password, SECURITY),
    Route("/people/<login>/second-factor", POST, account_links.reset_second_factor, SECURITY),
    Route("/people/<login>/posts", POST, roles.grant, SECURITY),
    Route("/people/<login>/posts/revoke", POST, roles.revoke, SECURITY),
    Route("/people/<login>/mandates", POST, roles.give_mandate, SECURITY),
    Route("/people/<login>/mandates/<int:mandate_id>/end", POST, roles.end_mandate, SECURITY),
    Route("/targets", GET, targets.all_targets, BOTH, "targets"),
    Route("/targets/new", GET, targets.new_target, SYSTEM),
    Route("/targets/new", POST, targets.add_target, SYSTEM),
    Route("/targets/<code>", GET, targets.target, BOTH),
    Route("/targets/<code>", POST, targets.change_target, SYSTEM),
    Route("/targets/<code>/secret", POST, targets.renew_secret, SYSTEM),
    Route("/targets/<code>/test", POST, target_tests.test_target, SYSTEM),
    Route("/targets/<code>/off", POST, targets.switch_off, SYSTEM),
    Route("/targets/<code>/on", POST, targets.switch_on, SYSTEM),
    Route("/inquiries", GET, inquiries.inquiries, SYSTEM),
    Route("/inquiries/<token>/stop", POST, inquiries.stop_inquiry, SYSTEM),
    Route("/inquiries/<token>/resume", POST, inquiries.resume_inquiry, SYSTEM),
    Route("/exchange-keys", GET, exchange_keys.keys, BOTH, "exchange_keys"),
    Route("/exchange-keys", POST, exchange_keys.rotate_key, SYSTEM),
    Route("/certificates", GET, certificates.certificates, BOTH, "certificates"),
    Route("/certificates", POST, certificates.revoke_certificate, SYSTEM),
    Route("/certificates/take-back", POST, certificates.take_back_revocation, SYSTEM),
    Route("/certificates/remake", POST, certificates.remake_letter, SYSTEM),
    Route("/sheets", GET, printed_links.waiting, ALL, "sheets"),
    Route("/sheets/<int:link_id>", POST, printed_links.release, ALL),
    Route("/changes", GET, change_log.changes, (*ALL, "auditor")),
)
blueprint = Blueprint("admin", __name__, url_prefix="/admin")
"""For administrators; each kind of them sees the tabs it may open."""
blueprint.context_processor(home.tabs)
register(blueprint, ROUTES)
