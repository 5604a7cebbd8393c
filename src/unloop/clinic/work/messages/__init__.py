"""Messages that leave the clinic: queued with what they belong to, handed over once in effect, seen where they fail."""
