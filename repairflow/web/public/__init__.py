"""Pages for everybody: whether a letter is genuine, how to apply, reports, whether this node is well."""
