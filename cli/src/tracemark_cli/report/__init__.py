"""The report of a job as one HTML page."""
