"""What leaves for platforms (推送): outbox rows, and the differences a reconciliation found."""
