"""The interfaces through which cage uses the outside world: one Protocol per file.

`cage.aws` implements the AWS ones with botocore, `cage.probes` the others. An implementation of
an AWS one translates foreign errors into `cage.model.errors.AwsError` and its subclasses, and
makes each call once: a call that changes something either is known to have failed, or
returns its answer.
"""
