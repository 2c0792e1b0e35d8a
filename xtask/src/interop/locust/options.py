"""Prints every option of the Locust that is installed: its names, its variable, and how many values follow it."""

from locust.argument_parser import get_parser

for action in get_parser(default_config_files=[])._actions:
    if action.option_strings:
        flag = action.nargs == 0
        values = "many" if action.nargs == "*" else "none" if flag else "one"
        print("/".join(action.option_strings), getattr(action, "env_var", None) or "", values, sep="\t")
