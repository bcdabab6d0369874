"""Administration: calendars, and the clock that the worker trusts."""
