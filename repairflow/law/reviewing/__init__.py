"""A procedure laid out for the lawyer who signs it (审核表): what each step, figure and list rests on, and who read it. Pure."""
