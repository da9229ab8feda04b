"""S3 on one's own machine: what a job does with it, and the folder behind it."""
