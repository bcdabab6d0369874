"""Replay (重演): recorded histories run again by the rules of today, and whatever comes out otherwise is named."""
