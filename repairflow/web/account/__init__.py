"""A person's own account: password, second factor, notifications."""
