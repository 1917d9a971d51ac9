"""Running the program: health, metrics, scheduled jobs."""
