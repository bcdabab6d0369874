"""What supervisors and operators look at: lateness, results, pushes, health."""
