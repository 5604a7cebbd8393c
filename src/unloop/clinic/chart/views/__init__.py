"""Pages of the chart."""
