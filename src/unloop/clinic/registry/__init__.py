"""The registry: what the whole clinic comes to, in counts with their intervals; nobody by name."""
