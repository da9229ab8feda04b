"""Jobs that are finished or under way: read back from their output trees, measured, sorted by how hard they were."""
