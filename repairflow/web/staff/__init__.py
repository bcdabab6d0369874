"""The desk of people in offices: their queue, all cases they may see, one case with all that may be done, and imports."""
