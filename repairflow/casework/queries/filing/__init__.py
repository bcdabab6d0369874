"""What may be filed, by whom, on what."""
