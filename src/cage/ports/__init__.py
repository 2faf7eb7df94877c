"""What cage needs of the world, in its own types: one Protocol a file.

`cage.aws` implements those of AWS over botocore, `cage.probes` the rest. Whoever implements one
of AWS's translates foreign errors into `cage.model.errors.AwsError` and its kinds, and makes each
call once: a call that changes something is either known to have failed or its answer is returned.
"""
