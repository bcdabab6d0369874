"""What is read before a step is decided: the case as it stands, its history, its materials."""
