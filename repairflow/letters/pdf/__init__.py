"""From page to PDF file."""
