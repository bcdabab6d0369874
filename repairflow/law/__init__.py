"""The law as pure functions and frozen data: no database, no clock, no network."""
