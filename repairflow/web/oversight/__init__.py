"""Oversight: what is late and whose, figures, and what still waits to reach the platforms."""
