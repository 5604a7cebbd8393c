"""The engine: arrays in, arrays out.

Nothing here knows a person, a protocol or a clock. Every number carries its unit in its name, every random number
comes from a generator that the caller passes, and every value taken from print says where it was read.
"""
