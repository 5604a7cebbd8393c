"""The organisation, its places, its staff and how they sign in, and the protocols a director has adopted."""
