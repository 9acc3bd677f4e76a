#!/usr/bin/env python3
"""What needs no server: guide, help, versions, completion, bad command lines."""

import os
import subprocess

from harness import PROGRAM, environment, json_of, main, scratch, tokentrial


def test_guide_is_short():
    out = tokentrial().stdout
    assert len(out.splitlines()) <= 16, out
    for word in ("demo", "run", "results", "help"):
        assert f"tokentrial {word}" in out, out


def test_version():
    assert json_of("version")["version"] in tokentrial("version").stdout


def test_help_of_everything():
    overview = tokentrial("help").stdout
    names = ["run", "demo", "check", "models", "results", "results list", "results show", "results export",
             "results recover", "results rm", "results prune", "results tag", "results note", "compare", "sim", "version", "help", "completion"]
    for name in names:
        assert f"\n  {name} " in overview, f"{name} is not in:\n{overview}"
        text = tokentrial("help", *name.split()).stdout
        assert f"tokentrial {name}" in text
        assert text == tokentrial(*name.split(), "--help").stdout
    for topic in ("metrics", "slo", "plan", "exit-codes"):
        assert f"help {topic}" in overview
        assert tokentrial("help", topic).stdout


def test_usage_errors_exit_2_and_keep_stdout_clean():
    for words, hint in [(["rnu"], "did you mean run?"),
                        (["results", "shw"], "did you mean results show?"),
                        (["run", "--target", "vllm=http://h:1", "--concurency", "3"], "--concurrency"),
                        (["run"], "--target"),
                        (["run", "--target", "vllm=http://h:1", "--rate", "1", "--concurrency", "1"], "choose one"),
                        (["run", "--target", "ftp://h"], "--target"),
                        (["run", "/nowhere.yaml"], "/nowhere.yaml"),
                        (["compare"], "missing"),
                        (["sim", "--profile", "nonsense"], "nonsense"),
                        (["completion", "fish"], "fish")]:
        done = tokentrial(*words, exits=2)
        assert hint in done.stderr, f"{words}: {done.stderr}"
        assert done.stdout == "", done.stdout


def test_output_that_cannot_be_written_is_a_failure():
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "version"], stdout=full, stderr=subprocess.PIPE, text=True,
                              env=environment())
    assert done.returncode == 1, done.returncode
    assert "No space left on device" in done.stderr, done.stderr


def test_a_reader_that_leaves_is_no_failure():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as left:
        done = subprocess.run([PROGRAM, "help"], stdout=left, stderr=subprocess.PIPE, env=environment())
    assert done.returncode == 0 and not done.stderr, done


def test_a_plans_faults_come_all_at_once_with_places():
    with scratch() as folder:
        plan = folder / "plan.yaml"
        plan.write_text("nmae: x\nload:\n  concurrency: -3\n")
        err = tokentrial("run", plan, exits=2).stderr
        assert "plan.yaml:1:1" in err and "plan.yaml:3:" in err and "name" in err, err


def test_results_without_any():
    with scratch() as folder:
        assert "tokentrial demo" in tokentrial("results", cwd=folder).stdout
        assert json_of("results", "list", cwd=folder) == {"runs": [], "groups": []}
        assert json_of("results", "recover", cwd=folder) == {"recovered": []}
        assert "nothing to recover" in tokentrial("results", "recover", cwd=folder).stdout
        tokentrial("results", "show", "absent", cwd=folder, exits=1)
        tokentrial("results", "rm", "absent", "--yes", cwd=folder, exits=1)


def complete(*words):
    """What bash offers after these words, the last of which is being typed."""
    script = f"""source <({PROGRAM} completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tokentrial; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completion_works_in_bash():
    assert complete("tokentrial", "ru") == ["run"]
    assert complete("tokentrial", "results", "sh") == ["show"]
    assert complete("tokentrial", "run", "--ord") == ["--order"]
    assert complete("tokentrial", "run", "--order", "to") == ["together"]
    assert complete("tokentrial", "results", "export", "--fo") == ["--format"]
    assert "exit-codes" in complete("tokentrial", "help", "e")


def test_ascii_where_the_locale_is_not_utf8():
    for words in ([], ["help"], ["help", "run"], ["help", "metrics"]):
        tokentrial(*words, env=environment(LC_ALL="C")).stdout.encode("ascii")


main(globals())
