"""The sources of src/ and what they include. Shared by the checkers of this folder."""

import concurrent.futures
import functools
import hashlib
import json
import re
import shlex
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<][^">]+[">])', re.MULTILINE)


def sources(root):
    """Every .h and .cc of src/, in order."""
    return sorted(p for p in (Path(root) / "src").rglob("*") if p.suffix in (".h", ".cc"))


def includes(path):
    """What a file includes, as written, with its quotes or brackets."""
    return INCLUDE.findall(Path(path).read_text(encoding="utf-8", errors="replace"))


@functools.cache
def own_headers(path, root):
    """The file's own headers, those of src/, with all that they include in turn."""
    found, todo = set(), [path]
    while todo:
        for name in includes(todo.pop()):
            header = root / "src" / name[1:-1]
            if name[0] == '"' and header.is_file() and header not in found:
                found.add(header)
                todo.append(header)
    return sorted(found)


def digest(path, root, *more):
    """A key that changes with the file, any own header that it sees, or one of the other texts."""
    key = hashlib.sha256()
    for file in [path, *own_headers(path, root)]:
        key.update(str(file).encode() + b"\0" + file.read_bytes() + b"\0")
    for text in more:
        key.update(text.encode() + b"\0")
    return key.hexdigest()


def compile_commands(build):
    """file -> (its folder to compile in, the compiler's arguments without input, output and
    dependency file). Generated sources are left out."""
    commands = {}
    for entry in json.loads((Path(build) / "compile_commands.json").read_text()):
        words = entry.get("arguments") or shlex.split(entry["command"])
        if Path(words[0]).name == "ccache":
            words = words[1:]
        kept, skip = [], False
        for word in words:
            if skip or word in ("-c", "-MD", entry["file"]):
                skip = False
            elif word in ("-o", "-MT", "-MF"):
                skip = True
            else:
                kept.append(word)
        commands[Path(entry["file"])] = (entry["directory"], kept)
    return commands


def run_all(tasks, jobs, cache):
    """Runs (name, key, arguments, folder, standard input) tasks in parallel. A key that was good
    before is not run again: `cache` holds an empty file for it. Yields (name, output) of those that
    failed."""
    cache.mkdir(parents=True, exist_ok=True)

    def run(task):
        name, key, arguments, folder, text = task
        if (cache / key).exists():
            return None
        done = subprocess.run(arguments, cwd=folder, input=text, text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            return name, done.stdout
        (cache / key).touch()
        return None

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        yield from filter(None, pool.map(run, tasks))
