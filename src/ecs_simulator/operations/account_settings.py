"""Account settings: put, delete, list.

Source: ECS API reference, PutAccountSetting, PutAccountSettingDefault, DeleteAccountSetting and
ListAccountSettings. Every caller is the account's root user, whose settings are the account's
defaults.
"""

from __future__ import annotations

from typing import Any

from ecs_simulator.operations.pages import page
from ecs_simulator.operations.refusals import invalid
from ecs_simulator.world import World
from ecs_simulator.world.account_settings import ROOT

_PAGE = 10


def put_account_setting(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a setting of a principal; without one, of the caller."""
    principal = params.get("principalArn") or ROOT
    world.settings.put(params["name"], params["value"], principal)
    return {"setting": world.settings.show(params["name"], principal)}


def put_account_setting_default(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Change a setting of everyone who has none of their own."""
    world.settings.put(params["name"], params["value"])
    return {"setting": world.settings.show(params["name"])}


def delete_account_setting(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Remove a principal's own setting; the answer has the value that applies from then on."""
    principal = params.get("principalArn") or ROOT
    world.settings.delete(params["name"], principal)
    return {"setting": world.settings.show(params["name"], principal)}


def list_account_settings(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """List a principal's settings by name and value: its own, or those that apply."""
    if params.get("value") and not params.get("name"):
        raise invalid("Specify a name to filter by value.")
    principal = params.get("principalArn") or ROOT
    shown = world.settings.shown(principal, effective=bool(params.get("effectiveSettings")))
    found = [
        setting
        for setting in shown
        if params.get("name") in {None, setting["name"]}
        and params.get("value") in {None, setting["value"]}
    ]
    return page("settings", found, params, _PAGE)
