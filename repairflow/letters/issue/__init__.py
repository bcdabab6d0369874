"""A letter composed: number, frozen text, digest."""
