"""Pages of the bedside."""
