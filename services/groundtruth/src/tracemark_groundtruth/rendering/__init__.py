"""What workers see of a template: Liquid filled in, the links to S3 objects, the crowd elements, the page around it."""
