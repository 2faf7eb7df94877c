"""The pages of the commands, their options and the variables that these are read from."""

from __future__ import annotations

from collections.abc import Iterator

from docsite.declared import Command, Setting, commands, variables
from docsite.markdown import code, entry, fenced, page, prose, table

INTRODUCTION = (
    "This page is generated from the options that the command declares. "
    "`cage help {name}` prints the same."
)


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each page."""
    yield "reference/commands/index.md", _index()
    for command in commands():
        yield f"reference/commands/{command.name}.md", _page(command)
    yield "reference/variables.md", _variables()


def _index() -> str:
    rows = ((f"[cage {c.name}]({c.name}.md)", prose(c.summary)) for c in commands())
    return page(
        "Commands",
        "Each command has a page with its options, their variables and their defaults.",
        table(("Command", "What it does"), rows),
        "[Keep settings](../../guides/settings.md) explains how flags, variables and files "
        "override each other. Durations are in seconds.",
    )


def _page(command: Command) -> str:
    blocks = [fenced("text", f"cage {command.name} {command.usage}")]
    blocks += [prose(paragraph) for paragraph in command.description]
    if command.exit_codes:
        blocks.append("## Exit codes")
        blocks.append("\n".join(f"- {prose(text)}" for text in command.exit_codes))
        blocks.append("[All exit codes](../exit-codes.md)")
    for heading in dict.fromkeys(setting.heading for setting in command.settings):
        settings = [s for s in command.settings if s.heading == heading]
        blocks += [f"## {heading}", *(_setting(setting) for setting in settings)]
    return page(f"cage {command.name}", *blocks)


def _setting(setting: Setting) -> str:
    value = f" {setting.value}" if setting.value else ""
    term = ", ".join(code(f"{name}{value}") for name in setting.names)
    facts = []
    if setting.default:
        facts.append(f"Default: {code(setting.default)}.")
    if setting.variables:
        facts.append(f"Variable: {', '.join(code(name) for name in setting.variables)}.")
    if setting.key:
        facts.append(f"In cage.json: {code(setting.key)}.")
    if setting.old:
        facts.append(f"Old spelling: {', '.join(code(name) for name in setting.old)}.")
    return entry(term, prose(setting.help), " ".join(facts))


def _variables() -> str:
    blocks = []
    for name, readers in variables().items():
        options = {s.names[0]: s for _, s in readers}
        of = ", ".join(code(option) for option in options)
        by = ", ".join(f"[cage {verb}](commands/{verb}.md)" for verb, _ in readers)
        text = prose(next(iter(options.values())).help)
        blocks.append(entry(code(name), f"The variable of {of}. {text}", f"Read by {by}."))
    return page(
        "Environment variables",
        "cage reads these variables where the flag is not given. An empty variable counts as not "
        "set. Variables in definition files are another thing: see "
        "[Use variables](../guides/variables.md).",
        *blocks,
    )
