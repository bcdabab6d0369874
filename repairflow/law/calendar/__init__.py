"""Working days (工作日): years, places, arithmetic."""
