"""Letters as the public checks them."""
