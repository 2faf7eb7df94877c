"""One at a time for certain: a lease in SSM Parameter Store. See docs/decisions/0003."""
