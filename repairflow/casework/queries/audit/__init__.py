"""What auditors look at: events with their proof, the state of the log."""
