"""Finished jobs: read back from their output trees, measured, and sorted by how hard their objects were."""
