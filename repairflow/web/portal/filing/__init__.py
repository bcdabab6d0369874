"""Filing online: from the first question to the receipt."""
