"""Front desk: who is expected, who is ready, and what stands in the way."""
