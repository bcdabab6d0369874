"""Pages of enterprises and their agents: credit file, filings, cases, inbox."""
