"""Unloop: measuring obsessive-compulsive disorder, judging readiness and charting ketamine infusion.

The library half knows no web framework, no clock and no global randomness; `unloop.clinic` is the Django
application around it.
"""

__version__ = "0.1.0"
