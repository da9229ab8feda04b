"""The part of SageMaker's API that labeling jobs need: JSON 1.1 over POST, answers as boto3 reads them."""
