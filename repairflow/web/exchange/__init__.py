"""Where other platforms send us messages, and read under their serials what came of them."""
