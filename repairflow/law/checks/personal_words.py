"""What no form of an office asks: beliefs, the body, illness, and what opens somebody's accounts.

A word is asked where it stands for itself or with a word of holding behind it (登录密码、病史资料). Inside the name of a thing,
a business or an institution it only says what that is about (商用密码产品认证证书、宗教活动场所登记证、指纹锁检测报告).
"""

from __future__ import annotations

import re

_WORDS = r"密码|口令|验证码|宗教|信仰|政治面貌|党派|(?<!转)基因|指纹|血型|病史|虹膜|人脸|声纹|婚育"
_HELD = (
    r"(?=$|[\s、，。；：:（()）]|和|及|与|或|以便|用于|供|等|后|信息|情况|资料|样本|采集|照片|图像|录音|数据|特征|记录|证明|声明|状况|背景|类型"
    r"|识别(?!登录)(?:$|[，。；]|信息|数据|照片|认证)|(?:检测|检查|检验|筛查)(?:报告|结果)|报告|鉴定)"
)
_ASKED = re.compile(rf"(?:{_WORDS}){_HELD}")
_OF_A_MATTER = re.compile(r"(?:商用|电子证照|证照|证书|文书|产品|民主|互联网)$")
"""Before a word: it belongs to a matter, not to a person (商用密码、电子证照验证码、互联网宗教信息服务)."""
_WARNED = re.compile(r"(?:勿|不要|不得|不用|不必|无需|无须|不收集|不需要?|不会?要求|禁止)[^，。；]{0,12}$")
"""Before a word: it is not to be given (请勿填写登录密码)."""


def asked(text: str) -> str | None:
    """Return the word of what a text asks a person to give of himself; None where it asks nothing of the sort."""
    for found in _ASKED.finditer(text):
        before = text[: found.start()]
        if not _OF_A_MATTER.search(before) and not _WARNED.search(before):
            return found[0]
    return None
