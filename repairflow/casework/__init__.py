"""The only writer of cases: commands become events here, and everything that follows from them, in one transaction."""
