"""Service of letters (送达): ways, consent to electronic service, remedies that run from it."""
