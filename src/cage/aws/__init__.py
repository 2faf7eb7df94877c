"""The gateway over botocore: the only package that imports it."""
