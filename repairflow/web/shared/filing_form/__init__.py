"""One form for what is filed on one page: its fields and its dialogue."""
