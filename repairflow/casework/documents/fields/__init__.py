"""What letters say of a case: the values behind their placeholders, one file per group."""
