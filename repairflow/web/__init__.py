"""Doors for people: the frame every page stands in, and one blueprint for each door. No rule of law lives here."""
