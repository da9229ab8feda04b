"""The SageMaker-shaped API."""
