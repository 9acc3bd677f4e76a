#!/usr/bin/env python3
"""docs/commands.md tells the truth: every command is there, every option exists, every help text is the program's."""

import re

from harness import environment, main, tokentrial
from update_documents import BLOCK, DOCUMENT, split_command

TEXT = DOCUMENT.read_text()


def commands():
    """Every command's name, from the overview."""
    overview = tokentrial("help").stdout
    section = overview.split("Commands\n")[1].split("\nTopics")[0]
    return re.findall(r"^  ([a-z]+(?: [a-z]+)?) {2,}", section, re.MULTILINE)


def test_every_command_is_documented():
    shown = [split_command(m[1])[0] for m in BLOCK.finditer(TEXT)]
    for name in commands():
        assert any(words == name or words.startswith(f"{name} ") for words in shown), f"{name} is not shown"


def test_every_shown_command_and_option_exists():
    known = sorted(commands(), key=len, reverse=True)
    for match in BLOCK.finditer(TEXT):
        words, _ = split_command(match[1])
        if not words:
            continue
        name = next((n for n in known if words == n or words.startswith(f"{n} ")), None)
        assert name, f"no such command: {words}"
        text = tokentrial(*name.split(), "--help").stdout
        for option in re.findall(r"--[a-z-]+", words):
            assert re.search(rf"{option}(?![\w-])", text), f"{name} has no {option}"


def test_help_is_as_printed():
    for match in BLOCK.finditer(TEXT):
        words, _ = split_command(match[1])
        if words and not words.startswith("help"):
            continue
        printed = tokentrial(*words.split(), env=environment(COLUMNS="80")).stdout
        assert match[2] == printed, f"tokentrial {words} changed; run tests/program/update_documents.py\n{printed}"


def test_exit_codes_are_all_told():
    for code in "01234":
        assert f"| {code} |" in TEXT, code


main(globals())
