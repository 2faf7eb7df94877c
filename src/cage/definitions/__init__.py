"""Definition files: reads them, fills in variables, checks them, and returns request parameters.

    source → json_reader, yaml_reader with substitution → recognition → validation → rules

`reading` runs that pipeline; each step reports what it found with the place in the file.
"""

from cage.definitions.findings import Finding, Place, Severity
from cage.definitions.lookups import Found, Lookup, LookupFailedError
from cage.definitions.reading import (
    Definitions,
    inspect_directory,
    load_directory,
    load_service_definition,
    load_task_definition,
)
from cage.masking.mask import SecretText
from cage.ports.shapes import AwsShape, Shapes

__all__ = [
    "AwsShape",
    "Definitions",
    "Finding",
    "Found",
    "Lookup",
    "LookupFailedError",
    "Place",
    "SecretText",
    "Severity",
    "Shapes",
    "inspect_directory",
    "load_directory",
    "load_service_definition",
    "load_task_definition",
]
