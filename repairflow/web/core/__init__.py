"""What every request passes: set-up, access, security, sessions, errors, sign-in."""
