"""Tests mirror the rooms of the package; stories/ go end to end, house/ holds the laws of the house."""
