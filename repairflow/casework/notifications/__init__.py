"""Messages to people: inbox and channels (收件箱、通知渠道)."""
