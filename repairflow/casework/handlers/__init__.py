"""Who carries out which command, one module a noun; `dispatch` joins their tables."""
