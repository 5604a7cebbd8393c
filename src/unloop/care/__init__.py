"""The clinical core: what is measured, judged, planned and charted, as pure functions over facts.

No web framework, no clock, no arrays: times come in as arguments, and every number names its source.
"""
