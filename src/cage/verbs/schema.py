"""`cage schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation


def _name() -> Knob:
    from cage.knobs.kinds import Text
    from cage.knobs.knob import flag

    words = ("service", "task-definition", "cage")
    return flag("name", Text(words=words), "The file.", argument=True)


def _run(call: Invocation) -> Ending | int:
    import json
    import sys

    from cage.aws.shapes import EcsShapes
    from cage.definitions import schema
    from cage.model.errors import UsageError
    from cage.options import settings_file

    name = call.value(_name())
    if name is None:
        raise UsageError("No file specified.", "", "Pass service, task-definition or cage.")
    if name == settings_file.STEM:
        title = "cage.json: the settings of a definition directory"
        made = schema.of_shape(settings_file.shape(), title)
    else:
        made = schema.OF_DEFINITIONS[name](EcsShapes())
    sys.stdout.write(json.dumps(made, indent=2) + "\n")
    return 0


VERB = Verb(
    name="schema",
    summary="Print the JSON Schema of a definition file, for editors.",
    text="""\
NAME is service, task-definition or cage, for service.json, task-definition.json or cage.json.
The schema is generated from AWS's own model with its documentation, and includes those of
cage's rules that a schema can express.

Exit codes: 0 printed; 2 usage.""",
    takes="own debug",
    own=lambda: (_name(),),
    run=_run,
    heading="Reference",
    order=20,
)
