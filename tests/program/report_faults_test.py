#!/usr/bin/env python3
"""Documents where something is wrong: a run that is damaged, a disk without room. Nothing half-written is left."""

import shutil
import subprocess

from harness import FAST, PROGRAM, environment, main, only_run, scratch, sim, tokentrial

FORMATS = ("html", "pdf", "docx", "pptx", "xlsx", "json", "csv", "parquet")


def recorded(folder):
    with sim("vllm", *FAST) as url:
        tokentrial("run", "--target", f"vllm={url}", "--requests", "40", "--concurrency", "4", "--input-tokens", "32",
                   "--output-tokens", "16", "--results", "made", "--quiet", cwd=folder, exits=(0, 3, 4))
    return only_run(folder / "made")


def refused(folder, *command, says):
    done = tokentrial(*command, cwd=folder, exits=1)
    words = " ".join(done.stderr.split())
    assert says in words, f"{command}: {words}"


def test_a_damaged_run_is_told_and_left_alone():
    def cut(path):
        path.write_bytes(path.read_bytes()[:-40])

    faults = {
        "requests.parquet": (cut, lambda path: path.unlink(), lambda path: path.write_bytes(b"PAR1" * 100)),
        "manifest.json": (cut, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(bytes(range(256)))),
    }
    with scratch() as folder:
        run = recorded(folder)
        for name, acts in faults.items():
            for act in acts:
                shutil.rmtree(folder / "bad", ignore_errors=True)
                shutil.copytree(run, folder / "bad")
                act(folder / "bad" / name)
                before = {path: path.read_bytes() for path in (folder / "bad").rglob("*") if path.is_file()}
                refused(folder, "report", "./bad", "--output", "out.html", says=name)
                refused(folder, "chart", "./bad", "ttft-ecdf", "--output", "out.svg", says=name)
                refused(folder, "results", "reprocess", "./bad", says=name)
                after = {path: path.read_bytes() for path in (folder / "bad").rglob("*") if path.is_file()}
                assert after == before, f"{name}: the run's folder is another now"
                assert not (folder / "out.html").exists() and not (folder / "out.svg").exists()


def test_a_disk_without_room_keeps_no_half_document():
    with scratch() as folder:
        run = recorded(folder)
        (folder / "disk").mkdir()
        mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                 'mount -t tmpfs -o size=4k none disk && "$@" 2>&1; code=$?; find disk -type f; exit $code', "sh"]
        if subprocess.run([*mount, "true"], capture_output=True, cwd=folder).returncode != 0:
            print("        left out: this system lets only root make a file system")
            return
        commands = [("report", run, "--format", one, "--output", "disk/files" if one in FORMATS[5:] else f"disk/r.{one}")
                    for one in FORMATS]
        commands.append(("chart", run, "ttft-ecdf", "--format", "png", "--output", "disk/c.png"))
        for command in commands:
            done = subprocess.run([*mount, PROGRAM, *map(str, command)], capture_output=True, text=True, cwd=folder,
                                  timeout=120, env=environment())
            words = " ".join(done.stdout.split())
            told = "make room" in words or "there room" in words
            assert done.returncode == 1 and told, f"{command}: {words}"
            assert "\ndisk/" not in done.stdout, f"{command} left: {done.stdout}"


def test_a_reader_that_takes_nothing():
    with scratch() as folder:
        run = recorded(folder)
        for command in (("report", run, "--format", "html"), ("chart", run, "ttft-ecdf", "--format", "svg")):
            with open("/dev/full", "w") as full:
                done = subprocess.run([PROGRAM, *map(str, command), "--output", "-"], stdout=full, text=True, cwd=folder,
                                      stderr=subprocess.PIPE, timeout=120, env=environment())
            assert done.returncode == 1 and "cannot be written" in done.stderr, done.stderr


main(globals())
