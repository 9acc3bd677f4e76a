#!/usr/bin/env python3
"""Runs that end early: Ctrl-C once and twice, kill -9, an engine that dies; and the demo, whole and killed."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

from harness import (PROGRAM, environment, json_of, main, manifest, only_run, scratch, sim, started, tokentrial,
                     wait_for)

# Answers of about a second, so that a stop always meets some in flight.
SLOW = ("--fixed", "ttft=100ms,itl=20ms,tokens=50")
# Without telemetry the journal grows by rows alone, so that its size tells when there are some.
LONG = ("--concurrency", "4", "--duration", "60s", "--input-tokens", "32", "--output-tokens", "50", "--no-color",
        "--telemetry", "off")


def playing(results):
    """The run's folder, once rows are safe in its journal."""
    def look():
        for journal in Path(results).glob("*/journal.ttj"):
            if journal.stat().st_size > 4096:
                return journal.parent
        return None
    return wait_for(look, "rows in the journal")


def test_ctrl_c_lets_requests_in_flight_end():
    with sim("vllm", *SLOW) as url, scratch() as folder, \
            started("run", "--target", f"vllm={url}", *LONG, cwd=folder) as run:
        playing(folder / "results")
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=30)
        assert run.returncode in (0, 4), err
        assert "Stopping: nothing more is sent" in err, err
        assert "stopped before its plan ended" in out and "TTFT" in out and "Files" in out, out
        kept = manifest(only_run(folder / "results"))
        assert kept["status"] == "aborted"
        assert kept["counts"]["ok"] == kept["counts"]["rows"] > 0, kept["counts"]


def test_ctrl_c_twice_stops_at_once():
    with sim("vllm", "--fixed", "ttft=50ms,itl=20ms,tokens=20") as quick, sim("tgi", "--fixed", "ttft=60s") as stuck, \
            scratch() as folder:
        (folder / "prompts.txt").write_text("Why is the sky blue?\n")  # nothing to calibrate
        with started("run", "--target", f"vllm={quick}", "--target", f"tgi={stuck}", "--concurrency", "4", "--prompts",
                     "prompts.txt", "--order", "together", "--telemetry", "off", cwd=folder) as run:
            playing(folder / "results")
            run.send_signal(signal.SIGINT)
            began = time.monotonic()
            while "Stopping: nothing" not in run.stderr.readline():
                pass
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=30)
        assert time.monotonic() - began < 25, "the stuck request was waited for"
        counts = manifest(only_run(folder / "results"))["counts"]
        assert counts["failed"].get("cancelled", 0) >= 4, counts
        assert counts["ok"] + counts["dropped"] + sum(counts["failed"].values()) == counts["rows"], counts


def stopped_before_the_load(url, phase):
    """One Ctrl-C once `phase` is said; gives what was said after it."""
    with scratch() as folder, started("run", "--target", f"tgi={url}", *LONG, cwd=folder) as run:
        while phase not in run.stderr.readline():
            pass
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=30)  # the servers below answer in a minute, or never
        assert run.returncode == 1, (run.returncode, err)
        assert not list((folder / "results").iterdir()), "a run is left behind"
        assert json_of("results", "list", cwd=folder)["runs"] == []
        return err


def test_ctrl_c_while_lengths_are_learnt_ends_at_once():
    with sim("tgi", "--fixed", "ttft=60s") as stuck:
        err = stopped_before_the_load(stuck, "Learning how")
        assert "stopped before the load began" in err, err


def test_ctrl_c_while_targets_are_asked_ends_at_once():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        err = stopped_before_the_load(f"http://127.0.0.1:{silent.getsockname()[1]}", "Asking")
        assert "stopped before the load began" in err and "127.0.0.1" not in err, err


def test_kill_9_before_the_load_leaves_no_run():
    with socket.create_server(("127.0.0.1", 0)) as silent, scratch() as folder:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with started("run", "--target", f"tgi={url}", *LONG, cwd=folder) as run:
            while "Asking" not in run.stderr.readline():
                pass
            run.kill()
            run.communicate()
        done = tokentrial("results", "list", cwd=folder)
        assert "damaged" not in done.stdout and "No runs in results yet" in done.stdout, done.stdout
        assert json_of("results", "list", cwd=folder)["runs"] == []


def test_kill_9_loses_nothing_that_was_finished():
    with sim("vllm", *SLOW) as url, scratch() as folder:
        with started("run", "--target", f"vllm={url}", *LONG, "--name", "killed", cwd=folder) as run:
            playing(folder / "results")
            listing = json_of("results", "list", cwd=folder)["runs"]
            assert listing[0]["live"] and listing[0]["status"] == "running"
            run.kill()
            run.communicate()
        done = tokentrial("results", "list", cwd=folder)
        assert "Recovered killed-" in done.stderr and "recovered" in done.stdout, done
        assert not list((folder / "results").glob("*/journal.ttj"))
        shown = tokentrial("results", "show", "killed", cwd=folder).stdout
        assert "was killed and recovered" in shown and "TTFT" in shown, shown
        counts = manifest(only_run(folder / "results"))["counts"]
        assert counts["rows"] == counts["ok"] > 0, counts


def test_recovery_as_json():
    with sim("vllm", *SLOW) as url, scratch() as folder:
        with started("run", "--target", f"vllm={url}", *LONG, "--name", "killed", cwd=folder) as run:
            playing(folder / "results")
            run.kill()
            run.communicate()
        recovered = json_of("results", "recover", cwd=folder)["recovered"]
        assert [r["id"] for r in recovered] == [only_run(folder / "results").name], recovered
        assert recovered[0]["rows"] > 0 and recovered[0]["problem"] == "", recovered


def test_an_engine_that_dies_is_given_up_and_the_other_goes_on():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms,tokens=8") as good, \
            started("sim", "--engine", "tgi", "--port", "0", "--fixed", "ttft=5ms,itl=1ms,tokens=8") as dying, \
            scratch() as folder:
        bad = dying.stdout.readline().split()[-1]
        with started("run", "--target", f"tgi={bad}", "--target", f"vllm={good}", "--concurrency", "2", "--requests",
                     "800", "--input-tokens", "32", "--output-tokens", "8", "--order", "together", cwd=folder) as run:
            playing(folder / "results")
            dying.kill()
            out, err = run.communicate(timeout=60)
        # Valid or not, by how much it had answered: a busy machine kills it late.
        shown = json_of("results", "show", only_run(folder / "results").name, cwd=folder, exits=(0, 4))
        assert run.returncode == shown["exit_code"] == (0 if shown["summary"]["valid"] else 4), (out, err)
        assert "gave a target up" in json.dumps(shown["summary"]["checks"]), shown
        kept = manifest(only_run(folder / "results"))
        assert kept["status"] == "partial", kept["status"]
        assert kept["counts"]["rows"] == 1600, kept["counts"]


def children_of(pid):
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_demo():
    with scratch() as folder:
        done = tokentrial("demo", "--duration", "6s", "--concurrency", "4", cwd=folder, exits=(0, 4))
        assert "Three simulated engines" in done.stderr
        verdict = "winner" if done.returncode == 0 else "not valid"  # on a machine too busy to measure
        for word in ("vllm", "tgi", "ollama", "output tokens/s", verdict, "client"):
            assert word in done.stdout, done.stdout
        counts = manifest(only_run(folder / "results"))["counts"]
        assert counts["ok"] == counts["rows"] > 20, counts
        # Nobody sits before a screen here: it says how to get to the dashboard, and ends.
        assert f"tokentrial dashboard {only_run(folder / 'results').name}" in " ".join(done.stderr.split()), done.stderr


def test_a_killed_demo_takes_its_engines_with_it():
    with scratch() as folder, started("demo", cwd=folder) as demo:
        engines = wait_for(lambda: len(c := children_of(demo.pid)) == 3 and c, "three engines")
        demo.kill()
        demo.communicate()
        for pid in engines:
            wait_for(lambda: gone(pid), f"engine {pid} to end")


def on_a_terminal(words, folder, columns, env):
    """Runs a command on a terminal of its own and gives all that it wrote there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(PROGRAM, [str(PROGRAM), *words], env)
    subprocess.run(["stty", "cols", str(columns), "rows", "40"], stdin=terminal, check=True)
    seen = b""
    while True:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, "silent for a minute"
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other side closed
            break
        if not part:
            break
        seen += part
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), seen.decode()


def test_a_terminal_is_redrawn_in_place():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms,tokens=8") as url, scratch() as folder:
        words = ["run", "--target", f"vllm={url}", "--concurrency", "2", "--duration", "1s", "--input-tokens", "32",
                 "--output-tokens", "8"]
        code, seen = on_a_terminal(words, folder, 80, environment())
        assert code in (0, 4), seen
        assert "\x1b[?25l" in seen and seen.count("\x1b[?25h") == 1, "the cursor is hidden, then shown again"
        assert re.search(r"\x1b\[\d+A", seen) and "Playing the load" in seen and "\x1b[32m" in seen
        for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).replace("\r", "\n").split("\n"):
            assert len(line) <= 80, line
        code, seen = on_a_terminal(words, folder, 80, environment(NO_COLOR="1"))
        assert not re.search(r"\x1b\[[0-9;]*m", seen), "NO_COLOR leaves no colours"


main(globals())
