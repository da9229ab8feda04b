"""The pages of the labeling service: the worker portal and the template preview."""
