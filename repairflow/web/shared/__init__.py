"""Pages that portal and staff both offer."""
