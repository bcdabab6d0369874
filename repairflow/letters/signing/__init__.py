"""Signing letters: the port and its adapters."""
