"""What the commands do on AWS: boto3 and the container engine live here, terminals do not."""
