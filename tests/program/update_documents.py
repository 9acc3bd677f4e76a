#!/usr/bin/env python3
"""update_documents.py <tokentrial>: runs every command shown in docs/commands.md and writes down what it printed.

A shown command is a ```console block that begins with `$ tokentrial ...`; what stands below is its output. Blocks run
in order, in one scratch folder, with three simulated engines on the ports that the document names. The command of
each block may end with `# exit code N`.
"""

import contextlib
import re
import subprocess

from harness import PROGRAM, environment, scratch, started

from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/commands.md"
BLOCK = re.compile(r"```console\n\$ (tokentrial(?:[^\n\\]|\\\n)*)\n(.*?)```", re.DOTALL)
ENGINES = (("vllm", 8000), ("ollama", 11434))


def split_command(shown):
    """The words after the program's name, and the exit code that the document promises."""
    command, _, comment = shown.replace("\\\n", " ").partition(" # ")
    code = re.fullmatch(r"exit code (\d)", comment.strip())
    return command.removeprefix("tokentrial").strip(), int(code.group(1)) if code else 0


def run_shown(shown, folder):
    words, code = split_command(shown)
    if words.startswith(("sim", "dashboard")):  # go on: only their introduction is shown
        with started(*words.split(), env=environment(COLUMNS="80")) as child:
            lines = []
            while not lines or "Ctrl-C" not in lines[-1]:
                lines.append(child.stdout.readline())
            return "".join(lines)
    done = subprocess.run(["bash", "-c", f"{PROGRAM} {words}"], capture_output=True, text=True, cwd=folder,
                          env=environment(COLUMNS="80"), timeout=300)
    assert done.returncode == code, f"{shown}: exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
    return done.stderr + done.stdout


def main():
    with contextlib.ExitStack() as stack, scratch() as folder:
        for engine, port in ENGINES:
            child = stack.enter_context(started("sim", "--engine", engine, "--port", str(port)))
            assert child.stdout.readline().startswith("listening on"), child.stderr.read()
        text = BLOCK.sub(lambda m: f"```console\n$ {m[1]}\n{run_shown(m[1], folder)}```", DOCUMENT.read_text())
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
