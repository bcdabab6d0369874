"""Examples (典型案例): their kinds and states in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {"kept": "守信典型", "broken": "失信警示", "repaired": "信用修复"}
STATES: Mapping[str, str] = {"waiting": "待复核", "published": "已公布", "refused": "未同意", "withdrawn": "已撤下"}
