"""Schema steps of people."""
