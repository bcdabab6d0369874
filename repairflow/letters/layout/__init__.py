"""The page of a letter (GB/T 9704)."""
