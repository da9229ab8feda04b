"""The steps of a labeling job, for the offline run and the service alike."""
