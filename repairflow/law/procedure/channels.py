"""How a case came in: one name for each channel, and the sets of them that rules ask for."""

from __future__ import annotations

PORTAL = "portal"
"""网上申请: the subject, or who speaks for it, filed it in the portal or by call."""

WINDOW = "window"
"""窗口代录: a clerk entered what somebody brought, sent or said."""

SINGLE_WINDOW = "single_window"
"""全国一网通办: another platform forwarded it."""

EX_OFFICIO = "ex_officio"
"""依职权启动: an office began it without anybody's application."""

CHAIN = "chain"
"""由其他办件转入: another case opened it."""

BEGUN_BY_OFFICES = frozenset({EX_OFFICIO, CHAIN})
"""Nobody applied: no application with its materials is to be in the file."""

ON_PAPER = frozenset({WINDOW, SINGLE_WINDOW}) | BEGUN_BY_OFFICES
"""The subject has no account perhaps: what is asked of it later it may bring to the window."""
