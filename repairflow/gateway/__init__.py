"""The outside: the platform port, file intake, and a sandbox platform to try it on."""
