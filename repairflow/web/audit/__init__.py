"""The auditor's door: the history of any case, proof that it was not changed, a bundle to take away."""
