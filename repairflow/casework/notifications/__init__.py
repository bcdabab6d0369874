"""How people are told (收件箱、通知渠道)."""
