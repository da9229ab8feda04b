"""From a folder of files to a labeling job: what is there, what belongs together, and the documents of a job."""
