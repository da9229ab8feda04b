"""What the doctor looks at before a job: each check yields findings, and none of them draws or asks a terminal."""
