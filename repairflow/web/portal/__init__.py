"""The enterprise's door: its credit file, its filings, its cases, its inbox."""
