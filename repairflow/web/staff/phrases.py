"""Phrases offered beside the reason of a step: a start to be completed, never sent by themselves."""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, ...]] = {
    "report_verification": ("经核查，申请材料与核查情况一致。", "经核查，义务已全部履行，行为已经纠正。"),
    "propose_grant": ("经核查，申请人已履行全部义务并完成整改，最短公示期已满，符合修复条件，拟准予修复。",),
    "propose_denial": ("经核查，申请人尚不符合修复条件，拟不予修复。",),
    "grant": ("同意。", "经审查，符合修复条件，准予修复。"),
    "return_to_verification": ("核查意见不完整，请补充核查后再提交。",),
    "return_to_review": ("审核意见不完整，请补充后再提交。",),
    "request_supplement": ("提交的材料不足以说明情况，请按所列内容一次补齐。",),
    "extend_handling": ("案情复杂，需要进一步核实，申请延长办理期限。",),
    "extend_source_check": ("涉及信息较多，信息提供单位需要进一步核实。",),
    "report_finding": ("经核查，与本单位存档的决定书一致。", "经核查，与本单位存档的决定书不一致，应予更正。"),
    "uphold_correct": ("经核查，公示的信息有误，予以更正。",),
    "uphold_annul": ("经核查，该信息不应公示，予以撤销。",),
    "dismiss": ("经核查，公示的信息与信息提供单位的记载一致，异议不成立。",),
    "annotate": ("经核查，现有材料无法核实，予以附注。",),
    "waive_target": ("该单位未曾接收此信息，无需推送。",),
}
"""By action; an action without phrases offers none."""
