"""From ballots to verdicts: pure functions and values, without S3, JSON or environment."""
