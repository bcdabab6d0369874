"""The demonstration: entry without a password, the page of all components."""
