"""What bodies that offer services around repair (信用服务机构) do, and why one is warned of some. Pure."""

from __future__ import annotations

from collections.abc import Mapping

SERVICES: Mapping[str, str] = {
    "training": "修复培训",
    "report": "信用报告",
    "advice": "管理咨询",
    "other": "其他",
}
FLAGS: Mapping[str, str] = {
    "paid_repair": "有偿代办修复、收费删除",
    "false_papers": "出具虚假证明或者报告",
    "posing": "冒充行政机关或者官方机构",
    "other": "其他应当提醒的情形",
}
