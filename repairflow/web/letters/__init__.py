"""Letters after they were issued, for everybody who may see them, and the papers one prints: forms, slips, bound files."""
