"""Cases (办件): filing, the one transition, deadlines that fire, receipts, imports; the top of what writes."""
