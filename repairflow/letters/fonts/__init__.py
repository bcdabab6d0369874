"""Font families and the subsets letters carry."""
