"""The proofs behind `law.checks`, one file per question: do names resolve, can one get there, who may, until when."""
