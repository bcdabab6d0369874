"""Credit files, lists and imports as pages show them."""
