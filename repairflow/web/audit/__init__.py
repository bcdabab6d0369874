"""Pages of auditors: the history of any case, proof that it was not changed, a bundle to take away."""
