"""The words of letters: templates, placeholders, what can be printed."""
