"""Procedures, rule packs and overlays as read from files."""
