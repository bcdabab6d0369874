"""Proof (审计): the chain of events, the Merkle log over all of them, signed checkpoints, verification, evidence bundles."""
