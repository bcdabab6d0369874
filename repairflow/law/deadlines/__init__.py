"""Limits (期限): the value, the count, the explanation, reminders."""
