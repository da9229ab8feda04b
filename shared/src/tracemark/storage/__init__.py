"""S3 objects and their addresses."""
