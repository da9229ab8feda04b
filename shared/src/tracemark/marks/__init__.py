"""What a worker marks on a photograph, a signal or a text, and how far two such marks are the same."""
