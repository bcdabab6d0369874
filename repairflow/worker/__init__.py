"""Doors for time: the heartbeat, the relay of the outbox, the sweeps of due deadlines."""
