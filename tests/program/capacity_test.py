#!/usr/bin/env python3
"""sweep, capacity and --until, against simulated engines."""

import csv
import json
import signal

from harness import environment, json_of, main, manifest, runs_in, scratch, sim, started, tokentrial, wait_for

PLANS = __import__("pathlib").Path(__file__).resolve().parents[2] / "examples/plans"
FAST = ("--fixed", "ttft=5ms,itl=1ms,tokens=8")
TINY = ("--input-tokens", "16", "--output-tokens", "8", "--cool-down", "0")
ENDED = (0, 4)


def group_of(folder):
    groups = list((folder / "results/groups").iterdir())
    assert len(groups) == 1, groups
    return groups[0]


def test_a_sweep_is_one_group_with_one_table():
    with sim("vllm", *FAST) as one, sim("tgi", *FAST) as two, scratch() as folder:
        done = tokentrial("sweep", "--target", f"vllm={one}", "--target", f"tgi={two}", "--concurrency", "1..4x2",
                          "--repeats", "2", "--requests", "12", "--blocks", "1", *TINY, "--slo", "ttft_p99=5s",
                          "--name", "duel", "--csv", "curve.csv", cwd=folder)
        for word in ("duel-sweep-", "6 of 6 runs", "Throughput", "Latency", "Curves", "tokens/s", "goodput", "met"):
            assert word in done.stdout, f"{word} is not in:\n{done.stdout}"
        assert done.stderr.count("Run ") == 6 and "Run 6 of 6: concurrency" in done.stderr, done.stderr

        group = group_of(folder)
        kept = json.loads((group / "group.json").read_text())
        assert kept["status"] == "completed" and kept["kind"] == "sweep", kept
        assert sorted(step["load"] for step in kept["steps"]) == [1, 1, 2, 2, 4, 4]
        runs = {run.name: manifest(run) for run in runs_in(folder / "results") if run.name != "groups"}
        assert {step["run_id"] for step in kept["steps"]} == set(runs)
        assert all(run["group"] == group.name for run in runs.values())
        assert all(run["counts"]["warmup"] > 0 for run in runs.values()), "each begins with a warm-up"

        with open(folder / "curve.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(r["target"], float(r["load"]), int(r["runs"])) for r in rows] == [
            (t, load, 2) for t in ("vllm", "tgi") for load in (1, 2, 4)]
        assert all(float(r["success_rate"]) == 1 and r["slos_met"] == "true" for r in rows), rows

        # One line in the list; the table again by a part of the id, and as JSON.
        listing = tokentrial("results", "list", cwd=folder).stdout
        assert "duel-sweep-" in listing and "run-2" not in listing and "duel-2" not in listing, listing
        assert "Curves" in tokentrial("results", "show", "duel-sweep", cwd=folder).stdout
        value = json_of("results", "show", "duel-sweep", cwd=folder)
        assert [len(curve["points"]) for curve in value["curves"]] == [3, 3]
        assert value == json.loads((group / "curve.json").read_text())
        listed = json_of("results", "list", cwd=folder)
        assert len(listed["runs"]) == 6 and len(listed["groups"][0]["runs"]) == 6
        # A group and a load are a run's name, too.
        compared = tokentrial("compare", "duel-sweep@1", "duel-sweep@4", "--target", "vllm", cwd=folder, exits=ENDED)
        assert "TTFT" in compared.stdout, compared.stdout
        refused = tokentrial("analyze", "duel-sweep", cwd=folder, exits=(1, 2))
        assert f"{group.name}@LOAD with" in refused.stderr, refused.stderr
        # Each of its runs is a run like any other.
        assert "TTFT" in tokentrial("results", "show", kept["steps"][0]["run_id"], cwd=folder, exits=ENDED).stdout


def test_a_sweep_that_is_stopped_goes_on_where_it_was():
    with sim("vllm", *FAST) as url, scratch() as folder:
        words = ("sweep", "--target", f"vllm={url}", "--rate", "20..60+20", "--duration", "700ms", *TINY,
                 "--header", "X-Team: secret words")
        with started(*words, cwd=folder) as child:
            wait_for(lambda: len(runs_in(folder / "results")) >= 3, "two runs")
            child.send_signal(signal.SIGINT)
            out, _ = child.communicate(timeout=30)
        assert "--resume" in out, out
        group = group_of(folder)
        before = json.loads((group / "group.json").read_text())
        assert before["status"] == "stopped" and "secret words" not in json.dumps(before)
        done = [s["run_id"] for s in before["steps"] if s["status"] == "done"]
        assert 1 <= len(done) < 3, before

        refused = tokentrial("sweep", "--resume", group.name, cwd=folder, exits=2)
        assert "give it again with --header 'X-Team: value'" in refused.stderr, refused.stderr
        tokentrial("sweep", "--resume", group.name, "--header", "X-Team: again", cwd=folder)
        after = json.loads((group / "group.json").read_text())
        assert after["status"] == "completed" and all(s["status"] == "done" for s in after["steps"]), after
        assert set(done) < {s["run_id"] for s in after["steps"]}, "what was done stays"


def test_a_group_outlives_its_runs_and_is_removed_with_them():
    with sim("vllm", *FAST) as url, scratch() as folder:
        tokentrial("sweep", "--target", f"vllm={url}", "--concurrency", "1,2", "--requests", "8", "--blocks", "1", *TINY,
                   cwd=folder)
        group = group_of(folder).name
        runs = [step["run_id"] for step in json.loads((group_of(folder) / "group.json").read_text())["steps"]]
        tokentrial("results", "rm", runs[0], "--yes", cwd=folder)
        shown = tokentrial("results", "show", group, cwd=folder).stdout
        assert "its run cannot be read" in " ".join(shown.split()), shown
        assert "with its 1 runs" in tokentrial("results", "rm", group, "--yes", cwd=folder).stdout
        assert json_of("results", "list", cwd=folder) == {"runs": [], "groups": []}


def test_a_killed_sweep_goes_on_and_takes_its_cut_short_run_along():
    with sim("vllm", *FAST) as url, scratch() as folder:
        words = ("sweep", "--target", f"vllm={url}", "--rate", "20,40", "--duration", "3s", *TINY)
        with started(*words, cwd=folder) as child:
            wait_for(lambda: len(runs_in(folder / "results")) >= 2, "a run beside the groups")
            group = group_of(folder).name
            assert json_of("results", "list", cwd=folder)["groups"][0]["live"]
            busy = tokentrial("sweep", "--resume", group, cwd=folder, exits=1)
            assert "another process is measuring this group" in busy.stderr, busy.stderr
            busy = tokentrial("results", "rm", group, "--yes", cwd=folder, exits=1)
            assert "still being measured" in busy.stderr, busy.stderr
            child.kill()
            child.communicate(timeout=30)
        listed = tokentrial("results", "list", cwd=folder).stdout
        assert "killed" in listed and "running" not in listed, listed
        cut_short = {run.name for run in runs_in(folder / "results")} - {"groups"}
        assert len(cut_short) == 1, cut_short
        tokentrial("sweep", "--resume", group, cwd=folder)
        kept = json.loads((group_of(folder) / "group.json").read_text())
        assert kept["status"] == "completed", kept["status"]
        assert not cut_short & {step["run_id"] for step in kept["steps"]}, "it is played anew"
        assert "with its 3 runs" in tokentrial("results", "rm", group, "--yes", cwd=folder).stdout
        assert json_of("results", "list", cwd=folder) == {"runs": [], "groups": []}


def test_what_goes_with_resume_and_what_does_not():
    with sim("vllm", *FAST) as url, scratch() as folder:
        tokentrial("capacity", "--target", f"vllm={url}", "--over", "concurrency", "--from", "2", "--requests", "8",
                   "--slo", "ttft_p90=6ms", "--probes", "3", *TINY, cwd=folder, exits=(0, 3, 4))
        group = group_of(folder)
        kept = json.loads((group / "group.json").read_text())
        kept["capacities"][0]["end"] = "probes_spent"  # whatever this machine found
        (group / "group.json").write_text(json.dumps(kept))
        resume = ("capacity", "--resume", group.name)
        for words, said in (((), "allow more with --probes 4"),
                            (("--over", "rate"), "--over: does not go with --resume"),
                            (("--duration", "5s"), "--duration: does not go with --resume"),
                            (("plan.yaml",), "takes no plan")):
            refused = tokentrial(*resume, *words, cwd=folder, exits=2)
            assert said in refused.stderr, f"{said} is not in:\n{refused.stderr}"
        tokentrial(*resume, "--probes", "5", "--tolerance", "50%", cwd=folder, exits=(0, 3, 4))
        plan = json.loads((group / "group.json").read_text())["plan_yaml"]
        assert "probes: 5" in plan and "tolerance: 0.5" in plan, plan


def test_old_runs_are_pruned_and_archived():
    with sim("vllm", *FAST) as url, scratch() as folder:
        run = ("run", "--target", f"vllm={url}", "--requests", "3", "--warmup", "0", "--no-progress", "--input-tokens",
               "8", "--output-tokens", "4")
        for name in ("first", "second", "third"):
            tokentrial(*run, "--name", name, cwd=folder, exits=ENDED)
        tokentrial("sweep", "--target", f"vllm={url}", "--concurrency", "1,2", "--requests", "3", *TINY, cwd=folder)
        tokentrial("results", "baseline", "set", "first", cwd=folder)
        prune = ("results", "prune", "--keep", "1")
        tokentrial("results", "prune", cwd=folder, exits=2)
        tokentrial(*prune, cwd=folder, exits=2)  # nobody to ask
        shown = tokentrial(*prune, "--dry-run", cwd=folder).stdout
        assert "Would go: 2 of 4" in shown and "the baseline" in shown, shown
        assert [name for name in json_of(*prune, "--dry-run", cwd=folder)["would_go"]][0].startswith("third-")
        moved = json_of(*prune, "--archive", "old", "--yes", cwd=folder)
        assert len(moved["archived"]) == 2 and moved["bytes"] > 1000, moved
        assert len(json_of("results", "list", "--results", "old", cwd=folder)["runs"]) == 2
        left = json_of("results", "list", cwd=folder)
        assert len(left["runs"]) == 3 and len(left["groups"]) == 1, "the baseline, and a group of two"
        assert "Nothing to prune" in tokentrial(*prune, "--older-than", "1d", cwd=folder).stdout
        tokentrial("results", "baseline", "clear", cwd=folder)
        assert "Removed: 1 of 2" in tokentrial(*prune, "--yes", cwd=folder).stdout


def test_tags_and_notes():
    with sim("vllm", *FAST) as url, scratch() as folder:
        tokentrial("sweep", "--target", f"vllm={url}", "--concurrency", "1,2", "--requests", "3", *TINY, cwd=folder)
        group = group_of(folder).name
        tokentrial("results", "tag", f"{group}@1", "nightly", "a100", cwd=folder)
        tokentrial("results", "note", f"{group}@1", "driver 550", cwd=folder)
        said = json_of("results", "note", f"{group}@1", "after the reboot", cwd=folder)
        assert said["tags"] == ["nightly", "a100"] and [n["text"] for n in said["notes"]] == [
            "driver 550", "after the reboot"], said
        shown = tokentrial("results", "show", f"{group}@1", cwd=folder, exits=ENDED).stdout
        assert "tags    nightly, a100" in shown and "driver 550" in shown, shown
        found = json_of("results", "list", "--tag", "nightly", cwd=folder)["runs"]
        assert [run["id"] for run in found] == [said["run_id"]] and found[0]["tags"] == ["nightly", "a100"], found
        assert "nightly, a100" in tokentrial("results", "list", "--tag", "a100", cwd=folder).stdout
        assert "No run" in tokentrial("results", "list", "--tag", "weekly", cwd=folder).stdout
        tokentrial("results", "tag", f"{group}@1", "a100", "--remove", cwd=folder)
        tokentrial("results", "note", f"{group}@1", "--remove", "1", cwd=folder)
        left = json_of("results", "tag", f"{group}@1", cwd=folder)
        assert left["tags"] == ["nightly"] and [n["text"] for n in left["notes"]] == ["after the reboot"], left
        for words, text in ((("tag", f"{group}@1", "a,b"), "is no tag"), (("note", f"{group}@1", " "), "one line"),
                            (("tag", f"{group}@1", "--remove"), "which tags?"),
                            (("note", f"{group}@1", "--remove", "7"), "there is no note 7"),
                            (("tag", group, "x"), f"{group}@LOAD with")):
            refused = tokentrial("results", *words, cwd=folder, exits=(1, 2))
            assert text in refused.stderr, refused.stderr


def test_a_sweep_goes_on_after_a_point_that_fails():
    with sim("vllm", *FAST, "--faults", "overload=1") as bad, sim("tgi", *FAST) as good, scratch() as folder:
        done = tokentrial("sweep", "--target", f"tgi={good}", "--target", f"vllm={bad}", "--concurrency", "1,2",
                          "--requests", "4", "--blocks", "1", *TINY, cwd=folder)
        kept = json.loads((group_of(folder) / "group.json").read_text())
        assert kept["status"] == "completed" and len(kept["steps"]) == 2, kept
        assert "0%" in done.stdout and "100%" in done.stdout, done.stdout


def test_the_capacity_of_an_engine_is_found():
    # Four places of 40 ms each: 100 requests a second, and a queue beyond.
    with scratch() as folder:
        with sim("vllm") as url:
            value = json_of("capacity", "--target", f"vllm={url}", "--over", "concurrency", "--from", "4",
                            "--at-most", "64", "--requests", "60", "--input-tokens", "400", "--output-tokens", "4",
                            "--slo", "ttft_p90=120ms", "--tolerance", "25%", "--probes", "9", "--cool-down", "0",
                            cwd=folder, exits=ENDED)
        kept = value["group"]
        assert kept["kind"] == "capacity" and 3 <= len(kept["steps"]) <= 9, kept
        found = kept["capacities"][0]
        assert 4 <= found["load"] <= 64 and found["low"] <= found["load"] <= found["high"], found
        supports = sorted((s["load"], s["probe"]["support"]) for s in kept["steps"])
        assert supports[0][1] > 0.5 > supports[-1][1], "the lowest load is met, the highest is not"
        shown = tokentrial("results", "show", "capacity", cwd=folder, env=environment(COLUMNS="80"), exits=ENDED).stdout
        for word in ("95% sure", "decided by", "ttft_p90=", "Throughput", "best", "TTFT p99", "Curves"):
            assert word in shown, f"{word} is not in:\n{shown}"
        assert all(len(line) <= 80 for line in shown.splitlines()), shown
        points = value["curves"][0]["points"]
        assert len(points) >= 3 and any(p["pareto"] for p in points), points
        assert value == json.loads((group_of(folder) / "curve.json").read_text())


def test_an_engine_that_meets_everything_and_one_that_meets_nothing():
    with sim("vllm", *FAST) as url, scratch() as folder:
        common = ("capacity", "--target", f"vllm={url}", "--over", "concurrency", "--at-most", "4", "--requests", "20",
                  *TINY)
        done = tokentrial(*common, "--slo", "ttft_p90=10s", cwd=folder)
        assert "meets its objectives at every concurrency" in done.stdout, done.stdout
        done = tokentrial(*common, "--slo", "ttft_p90=1ms", cwd=folder, exits=3)
        assert "even at the lowest concurrency" in done.stdout, done.stdout


def test_a_run_ends_once_its_figure_is_known():
    with sim("vllm", *FAST) as one, sim("tgi", *FAST) as two, scratch() as folder:
        for name, order, load in (("alone", (), ("--concurrency", "4")),
                                  ("rated", (), ("--rate", "150")),
                                  ("one-by-one", ("--order", "sequential"), ("--concurrency", "4")),
                                  ("at-once", ("--order", "together"), ("--concurrency", "2"))):
            targets = ("--target", f"vllm={one}") + (("--target", f"tgi={two}") if order else ())
            value = json_of("run", *targets, *order, *load, "--until", "p50_ttft:20%", "--name", name,
                            "--input-tokens", "16", "--output-tokens", "8", cwd=folder, exits=ENDED)
            kept = manifest(folder / value["folder"])
            assert kept["status"] == "completed", kept["status"]
            assert kept["duration_ns"] < 40e9, "it would have lasted ten minutes"
            notes = [n for n in kept["notes"] if "until p50_ttft:20%: reached" in n]
            assert len(notes) == (2 if order else 1), kept["notes"]


def test_a_target_that_was_given_up_keeps_nobody_waiting():
    with sim("vllm", *FAST) as good, sim("tgi", *FAST, "--faults", "overload=1") as bad, scratch() as folder:
        for order, load in (("sequential", ("--concurrency", "4")), ("together", ("--concurrency", "2")),
                            ("interleaved", ("--requests", "2000", "--blocks", "20", "--concurrency", "4"))):
            value = json_of("run", "--target", f"vllm={good}", "--target", f"tgi={bad}", "--order", order, *load,
                            "--until", "p50_ttft:20%", "--input-tokens", "16", "--output-tokens", "8", "--name", order,
                            cwd=folder, exits=ENDED)
            kept = manifest(folder / value["folder"])
            assert kept["status"] == "partial" and kept["duration_ns"] < 40e9, (kept["status"], kept["duration_ns"])
            assert any("vllm: until p50_ttft:20%: reached" in n for n in kept["notes"]), kept["notes"]
            assert "tgi: until p50_ttft:20%: not reached, the target was given up" in kept["notes"], kept["notes"]
            assert kept["counts"]["ok"] < 1500, "it ended early"


def test_targets_in_turns_end_with_as_many_turns_each():
    with sim("vllm", *FAST) as one, sim("tgi", *FAST) as two, scratch() as folder:
        value = json_of("run", "--target", f"vllm={one}", "--target", f"tgi={two}", "--concurrency", "4",
                        "--requests", "4000", "--blocks", "20", "--until", "ttft_p50:20%", "--input-tokens", "16",
                        "--output-tokens", "8", cwd=folder, exits=ENDED)
        targets = value["summary"]["targets"]
        counts = [t["requests"]["ok"] for t in targets]
        assert counts[0] == counts[1] and 200 <= counts[0] < 4000 and counts[0] % 200 == 0, counts


def test_at_least_and_at_most():
    with sim("vllm", *FAST) as url, scratch() as folder:
        common = ("run", "--target", f"vllm={url}", "--concurrency", "4", "--input-tokens", "16", "--output-tokens",
                  "8")
        value = json_of(*common, "--until", "ttft_p50:50%", "--at-least", "3s", "--blocks", "1", cwd=folder,
                        exits=ENDED)
        assert manifest(folder / value["folder"])["duration_ns"] > 2.9e9
        value = json_of(*common, "--until", "ttft_p99:0.1%", "--duration", "1s", cwd=folder, exits=ENDED)
        kept = manifest(folder / value["folder"])
        assert any("not reached" in note for note in kept["notes"]), kept["notes"]
        assert kept["status"] == "completed"


def test_the_example_plans_work():
    with sim("vllm", *FAST) as url, scratch() as folder:
        quick = ("--target", f"vllm={url}", "--cool-down", "0", "--requests", "4", "--warmup", "1")
        tokentrial("sweep", PLANS / "sweep.yaml", *quick, "--concurrency", "1,2", "--repeats", "1", cwd=folder)
        steps = tokentrial("sweep", PLANS / "sweep.yaml", "--target", f"vllm={url}", "--dry-run", cwd=folder).stdout
        assert "24 runs over concurrency, each of 60s" in steps, steps
        tokentrial("capacity", PLANS / "capacity.yaml", *quick, "--probes", "3", cwd=folder, exits=(0, 4))
        tokentrial("run", PLANS / "until.yaml", "--target", f"vllm={url}", "--until", "ttft_p50:30%", "--at-least", "0",
                   "--warmup", "1", cwd=folder, exits=ENDED)


def test_a_dry_run_of_a_search_tells_its_bounds():
    with scratch() as folder:
        words = ("capacity", PLANS / "capacity.yaml", "--target", "vllm=http://localhost:1", "--dry-run")
        shown = " ".join(tokentrial(*words, cwd=folder).stdout.split())
        for word in ("nothing was sent", "the highest rate of each target, from 1 to 10000, to 3%",
                     "ttft_p99=2s, tpot_p95=50ms, success_rate=99.9%",
                     "at most 40 a target, of 60s or 2, 4, 8 times that; none begins after 5400s"):
            assert word in shown, f"{word} is not in:\n{shown}"
        refused = tokentrial(*words, "--from", "50", "--at-most", "5", cwd=folder, exits=2)
        assert "capacity.at_most" in refused.stderr, refused.stderr
        assert not (folder / "results").exists()


def test_bad_input_says_what_to_do():
    target = ("--target", "vllm=http://localhost:1")
    for words, said in (
            (("sweep", *target), "write for example --concurrency 1..64x2"),
            (("sweep", *target, "--concurrency", "4..1x2"), "--concurrency: '4..1x2': a range goes"),
            (("sweep", *target, "--concurrency", "1,2", "--rate", "1,2"), "choose one"),
            (("sweep", *target, "--rate", "1,2", "--repeats", "0"), "--repeats"),
            (("sweep", "--resume", "nothing"), "there is no group 'nothing'"),
            (("capacity", *target), "--slo ttft_p99=500ms"),
            (("capacity", *target, "--slo", "ttft_p99=1s", "--tolerance", "x"), "such as 3%"),
            (("capacity", *target, "--slo", "ttft_p99=1s", "--from", "50", "--at-most", "5"), "capacity.at_most"),
            (("run", *target, "--until", "ttft:5%"), "--until: say which quantile"),
            (("run", *target, "--at-least", "5s"), "--at-least: needs --until"),
            (("run", PLANS / "sweep.yaml", *target), "write tokentrial sweep"),
            (("run", PLANS / "capacity.yaml", *target), "write tokentrial capacity")):
        with scratch() as folder:
            refused = tokentrial(*words, cwd=folder, exits=2)
            assert said in refused.stderr, f"{said} is not in:\n{refused.stderr}"
            assert not (folder / "results").exists(), "nothing was begun"
    with scratch() as folder:  # nobody listens there
        refused = tokentrial("sweep", *target, "--concurrency", "1,2", cwd=folder, exits=1)
        assert "localhost:1" in refused.stderr, refused.stderr


main(globals())
