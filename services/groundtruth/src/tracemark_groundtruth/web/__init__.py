"""What the labeling service shows on HTTP: the SageMaker-shaped API for programs, the portal for workers."""
