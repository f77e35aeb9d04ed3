"""Files made to harm whoever opens them."""
