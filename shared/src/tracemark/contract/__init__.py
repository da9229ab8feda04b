"""The wire formats: one file and one reader each."""
