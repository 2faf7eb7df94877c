"""The only place that translates botocore's errors into cage's."""

from __future__ import annotations

from typing import Any

from botocore import exceptions as boto

from cage.aws.readable import CUT_OFF, UNREADABLE, UnreadableAnswerError
from cage.model.errors import (
    AccessDeniedError,
    AwsError,
    AwsUnavailableError,
    CredentialsError,
    InvalidRequestError,
    NotFoundError,
    UsageError,
)

# botocore.retries.standard lists the throttling and transient codes that AWS's SDKs agree on.
_UNAVAILABLE = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServerException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "TooManyUpdates",
        "TransactionInProgressException",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_BAD_CREDENTIALS = frozenset(
    {
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
        "UnrecognizedClientException",
        "AuthFailure",
        "NotAuthorized",
    }
)
_BAD_SIGNATURE = frozenset(
    {"InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"}
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_NOT_FOUND = frozenset(
    {
        "ClusterNotFoundException",
        "ImageNotFoundException",
        "InvalidSubnetID.NotFound",
        "NoSuchEntity",
        "RepositoryNotFoundException",
        "ServiceNotFoundException",
        "ListenerNotFound",
        "RuleNotFound",
        "TargetGroupNotFound",
        "NamespaceNotFoundException",
        "ParameterNotFound",
        "ResourceNotFoundException",
    }
)
# botocore has no retry rule for this one, which ECS raises for parallel registrations.
_CONCURRENT_REVISION = "Too many concurrent attempts to create a new revision"
_SERVER_ERROR = 500
_TRANSPORT = (
    boto.HTTPClientError,
    boto.ConnectionError,
    boto.ResponseStreamingError,
    boto.IncompleteReadError,
)


_NOT_FETCHED = (
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.UnauthorizedSSOTokenError,
    boto.SSOTokenLoadError,
    boto.MetadataRetrievalError,
)


def translate(error: Exception, operation: str, region: str) -> AwsError | UsageError:
    """Return cage's error for one of botocore's.

    Args:
        operation: The API operation, such as `RunTask`.
        region: The Region that was called, for messages.
    """
    if isinstance(error, boto.ClientError):
        return _from_answer(error.response, operation, region)
    unusable = _unusable(error)
    if unusable is not None:
        return unusable
    known = {"operation": operation, "code": type(error).__name__}
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError):
        return CredentialsError(
            "No AWS credentials were found.",
            "The environment, the profile and the machine's role have none.",
            "Set AWS_PROFILE or pass --profile, or set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY.",
            **known,
        )
    if isinstance(error, _NOT_FETCHED):
        return CredentialsError(
            "The AWS credentials could not be loaded.",
            first_line(error),
            "Log in again (aws sso login), or use other credentials.",
            **known,
        )
    if isinstance(error, boto.ParamValidationError):
        return InvalidRequestError(
            f"{operation} can't be called with these values.",
            " ".join(str(error).splitlines()[1:]),
            "Fix the definition files or flags.",
            **known,
        )
    if isinstance(error, _TRANSPORT):
        return AwsUnavailableError(
            f"{operation} got no answer from AWS in {region}.",
            first_line(error),
            "Check the network, the Region and --endpoint-url.",
            **known,
        )
    if isinstance(error, UNREADABLE):
        return AwsUnavailableError(
            f"{operation} got an answer from {region} that can't be read.",
            str(error) if isinstance(error, UnreadableAnswerError) else CUT_OFF,
            "Check the proxies between this machine and AWS, and --endpoint-url.",
            operation=operation,
            code="UnreadableAnswer",
        )
    return AwsError(f"{operation} could not be called.", first_line(error), "", **known)


def _unusable(error: Exception) -> UsageError | None:
    """Return what is wrong with how cage was called; None if nothing is."""
    if isinstance(error, boto.ProfileNotFound):
        return UsageError(
            first_line(error),
            "",
            "Pass --profile or set AWS_PROFILE to a profile of ~/.aws/config.",
        )
    if isinstance(error, boto.NoRegionError):
        return UsageError(
            "No AWS Region is set.",
            "--region, CAGE_REGION, AWS_REGION, AWS_DEFAULT_REGION and the profile set none.",
            "Pass --region, for example --region us-east-1.",
        )
    return None


def _from_answer(response: dict[str, Any], operation: str, region: str) -> AwsError:
    """Translate an error response."""
    error = response.get("Error") or {}
    code = str(error.get("Code") or "Unknown")
    text = str(error.get("Message") or code)
    status = int((response.get("ResponseMetadata") or {}).get("HTTPStatusCode") or 0)
    known = {"operation": operation, "code": code}
    if code in _UNAVAILABLE or status >= _SERVER_ERROR or _CONCURRENT_REVISION in text:
        return AwsUnavailableError(
            f"AWS could not process {operation} ({code}).",
            text,
            "Retry in a minute. If it keeps failing, check the AWS Health Dashboard.",
            **known,
        )
    unknown = _credentials(code, text, operation)
    if unknown is not None:
        return unknown
    if code in _DENIED or "is not authorized to perform" in text:
        return AccessDeniedError(
            f"Access denied: {operation}.",
            text,
            "Allow the action in IAM. To print the policy, run: cage policy",
            **known,
        )
    if code in _NOT_FOUND:
        return NotFoundError(
            f"{operation}: {text}",
            f"Region {region}, error {code}.",
            "Check the name, the cluster and the Region.",
            **known,
        )
    return InvalidRequestError(f"AWS refused {operation} ({code}).", text, _hint(text), **known)


def _credentials(code: str, text: str, operation: str) -> CredentialsError | None:
    """Return what is wrong with the credentials, if they are what AWS rejects."""
    if code in _EXPIRED:
        what = f"The AWS credentials expired during {operation}."
        next_step = "Get new credentials, then run the same command again."
    elif code in _BAD_SIGNATURE:
        what = f"AWS rejected the signature of {operation} ({code})."
        next_step = "Check this machine's clock, then the secret key."
    elif code in _BAD_CREDENTIALS:
        what = f"AWS rejected the credentials ({code})."
        next_step = "Check AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN."
    else:
        return None
    return CredentialsError(what, text, next_step, operation=operation, code=code)


def _hint(text: str) -> str:
    """Return how to fix a refusal whose text doesn't explain it."""
    if "Unable to describe task definition" in text:
        return "Check the family and revision. It might be in another Region or account."
    if "Capacity is unavailable" in text:
        return "Try again later, or add subnets in other Availability Zones."
    if "long arn" in text.lower() or "new arn" in text.lower():
        return "Turn on the account's long ARN setting for services and tasks."
    return "Fix what AWS reported, then retry."


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or its kind if it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
