"""The commands' work on AWS: boto3 is used here, the terminal is not."""
