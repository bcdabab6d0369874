"""What one person is shown of their own work."""
