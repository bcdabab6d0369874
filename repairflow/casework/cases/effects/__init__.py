"""What a step does beside the credit record: lists, measures, interviews, results of checks."""
