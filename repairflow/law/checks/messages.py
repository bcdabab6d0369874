"""What a check says, by code: what is wrong, where, and what to do. Words in braces are filled in by the check."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    # names
    "state_unknown": "{what}写的环节“{name}”没有定义；请在 [state] 中定义，或者改正名称",
    "material_unknown": "{what}写的材料“{name}”没有定义；请在 [material] 中定义，或者改正名称",
    "action_unknown": "{what}写的动作“{name}”没有定义；请在 [action] 中定义，或者改正名称",
    "clock_unknown": "{what}写的期限“{name}”没有定义；请在 [clock] 中定义，或者改正名称",
    "kind_unknown": "{what}写的种类“{name}”没有定义；请在 kinds 中定义，或者改正名称",
    "role_unknown": "{what}写的角色“{name}”没有定义；请在 [actor] 中定义，或者改正名称",
    "basis_unknown": "{what}写的依据“{name}”没有定义；请在 [basis] 中写明出处，或者改正名称",
    "guard_unknown": "{what}写的前置条件“{name}”程序里没有；请改正名称，或者先在程序中增加该条件",
    "guard_parameter": "{what}的前置条件“{guard}”没有参数“{name}”；可用的有：{known}",
    "guard_value": "{what}的前置条件“{guard}”的参数 {key} = “{name}”没有在本文件中定义；请改正名称",
    "predicate_unknown": "{what}的 required_if 写了“{name}”，程序里没有这个条件；可用的有：{known}",
    "outcome_unknown": "{what}的 outcome “{name}”不在办理结果表中，无从判断对主体有利还是不利；可用的有：{known}",
    "effect_unknown": "{what}写的公开效果“{name}”没有定义；请写失信信息程序（record）中的动作",
    "undo_unknown": "{what}写的撤回动作“{name}”没有定义；请写本文件中的动作",
    "letter_unknown": "{what}的文书“{name}”没有模板；请补充文书模板，或者改正名称",
    "remedy_unknown": "{what}的救济途径“{name}”在本版施行期间的规则包（{packs}）中没有；请在规则包 [remedy] 中补充",
    "list_kind_unknown": "{what}的名单种类“{name}”在本版施行期间的规则包（{packs}）的 [list_kind] 中没有；可用的有：{known}",
    "list_unknown": "{what}的清单“{name}”在本版施行期间的规则包（{packs}）中没有；请在规则包中列出 [lists.{name}]",
    "procedure_unknown": "{what}要启动的程序“{name}”没有文件；请先写好该程序，或者改正名称",
    "record_missing": '{what}产生公开效果，但没有找到失信信息自身的程序文件（procedure = "record"）；请补上',
    "version_day": "版本号 {version} 与施行日期 {effective} 不符，版本号须写施行的年月；请写 {month}，或者改正 effective",
    # reaching
    "retired_reached": "{what}已停用，但是仍有动作到达；请删除 retired，或者删除到达它的动作",
    "unreachable": "{what}没有任何动作可以到达；请增加到达它的动作，或者删除该环节",
    "no_end": "没有一个环节写了 outcome，办件永远不能办结；请给终结环节写明 outcome",
    "dead_end": "{what}走不到任何终结环节，办件会停在这里；请增加离开它的动作",
    "final_leaves": "{what}已经终结，{action}却还能从这里办理；请从该动作的 from 中删去，或者去掉该环节的 outcome",
    "dates": "停用日期 {until} 不晚于施行日期 {effective}，本版没有一天有效；请改正日期",
    # time
    "no_clock": "{what}没有期限，也没有说明为什么没有；请在 [clock] 中规定期限，或者用 no_clock 写明理由",
    "clock_in_final": "{what}写到了已经终结的{state}；办结以后没有期限，请删去",
    "clock_runs_and_pauses": "{what}在{state}既计算又中止；请只写一处",
    "overdue_not_system": "{what}届满时由系统办理{action}，但该动作的 by 没有 system；请加上",
    "overdue_cannot_fire": "{what}在{states}也会届满，但{action}不能从那里办理；请在该动作的 from 中补上",
    "office_lapse": '{what}由{role}负责，机关逾期却由系统办理{action}，对主体不利；机关逾期只能督办，请改为 overdue = "escalate"',
    "verified_without_source": "{what}写为已核对（verified = true），引用的依据却都未核对；请核对原文，或者改为 false",
    "until_unknown": "{what}到“{name}”为止，但进入该期限各环节的动作都没有这一填写项；请在其 inputs 中加上",
    "instant_kind": "{what}到“{name}”写明的时刻为止，该填写项的 kind 须为 datetime",
    "until_kind": "{what}到“{name}”为止，该填写项的 kind 须为 date 或者 datetime",
    "days_input_unknown": "{what}的天数可由“{name}”另定，但进入该期限各环节的动作都没有这一填写项；请在其 inputs 中加上",
    "days_input_kind": "{what}的天数可由“{name}”另定，该填写项的 kind 须为 number",
    "served_without_letter": '{what}自送达起算（starts = "served"），但{action}进入该环节时没有给主体的文书，'
    "期限永远不起算；请写 letter，或者删去 starts",
    "starts_on_no_day": "{what}自填写的日期起算（starts_on），但{action}没有填写这一天的项目（kind 为 date、past = true）；请增加",
    "served_office": "{what}由{role}负责，却自送达起算；机关的期限自其行为起算，请删去 starts",
    "starts_before_told": '{what}由送给主体的文书规定，却自文书制发起算，主体收到以前期限已经在走；请写 starts = "served"',
    "system_untriggered": "{what}只由系统办理，却没有写何时办理；请写 on，或者让某个期限的 overdue 指向它",
    "on_without_system": "{what}写了 on，但 by 没有 system，到时无人办理；请在 by 中加上 system",
    "extends_outside": "{what}在{states}延长{clock}，而该期限那时不计算；请改正 from",
    # people
    "four_eyes_never_before": "{what}与{action}须由不同的人办理，但后者不可能先于前者发生，这一约束落空；请改正 distinct_from",
    "four_eyes": "{what}与{action}须由不同的人办理，但{why}，无法做到；请把其中一步交给另一岗位",
    # rights
    "refusal_reason": '{what}使办件以“{outcome}”终结，对主体不利，却不要求写明理由；请写 reason = true 或者 reason = "code"',
    "refusal_letter": "{what}使办件以“{outcome}”终结，对主体不利，却没有文书；请写 letter",
    "refusal_remedy": "{what}使办件以“{outcome}”终结，对主体不利，却没有写救济途径；请写 remedy（复核、行政复议、行政诉讼等）",
    "letter_unverified": "{what}的文书“{letter}”所引依据都未核对（{cites}），文书没有依据可引；"
    "对当事人不利的，在单位确认为本单位规则以前不能制发。请核对原文，或者补充已核对的依据",
    "figure_unverified": "{what}的文书“{letter}”告知主体的{clock}，天数未核对原文（verified = false）；请核对，或者确认为本地规定",
    "effect_without_undo": "{what}产生的公开效果{effect}没有写明如何撤回；请在失信信息程序（record）中给它写 undo",
    "undo_cannot_fire": "{what}发生后，信息处于{states}，而撤回它的{action}不能从那里发生；请改正 undo，或者该动作的 from",
    # what the subject sees
    "draft_shown": "{what}是机关依职权启动后的第一个环节，还没有任何文书送达，主体却已看得到；请写 internal = true，到送达为止；"
    "主体本来知道的，写 internal = false",
    "hidden_step": "{what}由主体办理，但{state}写了 internal = true，主体看不到办件；请去掉其一",
    "hidden_limit": "{what}由主体负责，但{state}写了 internal = true，主体看不到办件；请去掉其一",
    "hidden_again": "{what}使办件从主体看得到的{states}回到内部环节{state}；已经送达的不能再收回，请改正 to，或者去掉 internal",
    "hidden_letter": "{what}向主体制发文书“{letter}”，办完却仍在内部环节，主体看不到；请改正 to，或者去掉 internal",
    "effect_left_standing": "{what}终结办件时，公开效果{effect}还没有撤回；请在 effects 中加上 {undo}",
}  # fmt: skip
