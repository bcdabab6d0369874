"""Credit records (失信信息): effects on them, publication and its end, duties that were performed."""
