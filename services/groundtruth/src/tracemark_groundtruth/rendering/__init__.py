"""Rendering worker templates: Liquid, links to S3 objects, crowd elements, and the page around the template."""
