"""Rendering in child processes with limits."""
