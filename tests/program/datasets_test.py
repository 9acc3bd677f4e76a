"""Datasets, exact lengths, scenarios, presets and other tools' plans, as a user meets them."""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from harness import json_of, main, manifest, only_run, scratch, sim, tokentrial

ROOT = Path(__file__).resolve().parents[2]
TOKENIZERS = ROOT / "tests/tokenizers"


def test_tokens_are_counted():
    told = json_of("tokens", TOKENIZERS / "gpt2.json", "--text", "the dog", "--text", "", "--ids")
    assert told["model"] == "BPE" and told["texts"] == 2, told
    assert told["counts"][1] == 0 and len(told["ids"][0]) == told["counts"][0], told
    shown = tokentrial("tokens", TOKENIZERS / "t5.json", "--prompts", ROOT / "examples/prompts/questions.txt").stdout
    assert "Unigram" in shown and re.search(r"tokens +[\d,]+; mean", shown), shown
    refused = tokentrial("tokens", ROOT / "examples/slo.yaml", "--text", "x", exits=2).stderr
    assert "is not JSON" in refused, refused


def test_a_tokenizer_gives_a_files_lengths_to_the_dry_run():
    with scratch() as folder:
        (folder / "q.jsonl").write_text('{"prompt": "the dog and the dog", "max_tokens": 7}\n{"prompt": "a fox"}\n')
        words = ["run", "--target", "vllm=http://localhost:1", "--prompts", folder / "q.jsonl", "--requests", "2",
                 "--output-tokens", "20", "--dry-run", "--json"]
        told = json.loads(tokentrial(*words).stdout)
        assert told["input_tokens"] == 0 and told["output_tokens"] == 27, told
        counts = json_of("tokens", TOKENIZERS / "gpt2.json", "--prompts", folder / "q.jsonl")
        told = json.loads(tokentrial(*words, "--tokenizer", TOKENIZERS / "gpt2.json").stdout)
        assert told["input_tokens"] == counts["tokens"] > 0, (told, counts)
        gone = tokentrial(*words, "--tokenizer", "gone.json", exits=2).stderr
        assert "gone.json: cannot be opened" in gone, gone


def test_a_run_with_a_tokenizer_that_is_not_the_servers_says_so():
    with scratch() as folder, sim("vllm") as url:
        tokentrial("run", "--target", f"vllm={url}", "--tokenizer", TOKENIZERS / "gpt2.json", "--requests", "4",
                   "--input-tokens", "50", "--output-tokens", "5", "--results", folder, "--quiet", exits=(0, 4))
        notes = manifest(only_run(folder))["notes"]
        assert any("by the tokenizer alone" in n and "not the model's own" in n for n in notes), notes


def test_csv_prompts_are_sent():
    with scratch() as folder, sim("vllm") as url:
        (folder / "q.csv").write_text('frage,laenge\n"Was ist das?",5\n"Und ""das""?",6\n')
        plan = folder / "plan.yaml"
        plan.write_text(f"targets: [vllm={url}]\nworkload:\n  prompts: {{file: {folder}/q.csv, column: frage, "
                        "output_column: laenge}\nstop: {requests: 4}\n")
        told = json_of("run", plan, "--dry-run")
        assert told["output_tokens"] == 22, told
        done = json_of("run", plan, "--results", folder / "results", exits=(0, 4))
        assert done, done
        plan.write_text(plan.read_text().replace("column: frage", "column: question"))
        refused = tokentrial("run", plan, "--dry-run", exits=2).stderr
        assert "q.csv:1: has no column 'question'; there are frage, laenge" in refused, refused


def test_scenarios_are_listed_shown_and_run():
    names = [s["name"] for s in json_of("scenarios")["scenarios"]]
    assert len(names) == 9 and "short-to-long" in names, names
    for name in names:
        shown = tokentrial("scenarios", name).stdout
        assert shown == (ROOT / f"examples/scenarios/{name}.yaml").read_text(), name
        told = json_of("run", "--scenario", name, "--target", "vllm=http://localhost:1", "--dry-run")
        assert told["requests"] > 0, told
    refused = tokentrial("scenarios", "nothing", exits=2).stderr
    assert "there is no scenario 'nothing'" in refused, refused
    with scratch() as folder, sim("vllm") as url:
        mine = folder / "mine.yaml"
        mine.write_text(tokentrial("scenarios", "short-to-short").stdout.replace("num_requests: 200", "num_requests: 6"))
        for words in (["run", mine], ["run", "--scenario", mine]):
            tokentrial(*words, "--target", f"vllm={url}", "--results", folder / "r", "--output-tokens", "4", "--quiet",
                       exits=(0, 4))
        assert len(list((folder / "r").glob("short-to-short-*"))) == 2
        mine.write_text(mine.read_text().replace("{question}", "{frage}"))
        refused = " ".join(tokentrial("run", mine, "--target", f"vllm={url}", exits=2).stderr.split())
        assert "mine.yaml:" in refused and "gives no value for the placeholder {frage}" in refused, refused


def test_a_conversation_scenario_is_played_in_turns():
    with scratch() as folder, sim("vllm") as url:
        talk = folder / "talk.yaml"
        text = tokentrial("scenarios", "code-review").stdout
        talk.write_text(text.replace("think: 2s", "think: 0s").replace("max_tokens: 300", "max_tokens: 6"))
        tokentrial("run", talk, "--target", f"vllm={url}", "--concurrency", "3", "--results", folder / "r", "--quiet",
                   exits=(0, 4))
        run = only_run(folder / "r")
        assert manifest(run)["status"] == "completed"
        turns = json_of("sql", run.name, "select turn, count(*) as n from requests group by turn order by turn", "--results",
                        folder / "r")["rows"]
        assert len(turns) > 1 and len({row["n"] for row in turns}) == 1, f"each session has every turn: {turns}"


def test_presets_are_listed_shown_and_planned():
    presets = json_of("presets")["presets"]
    names = [p["name"] for p in presets]
    for name in ("1a-chat-simulation", "1b-rag-simulation", "1c-code-generation", "2a-constant-rate", "2b-poisson-rate",
                 "cost-estimation", "million-tokens", "quick", "standard", "stress", "variable-load-cost-wave"):
        assert name in names, name
        assert f"name: {name}" in tokentrial("presets", name).stdout
        told = json_of("run", "--preset", name, "--target", "vllm=http://localhost:1", "--dry-run")
        assert told["name"] == name, told
    refused = tokentrial("run", "--preset", "1a-chat", "--target", "vllm=http://localhost:1", exits=2).stderr
    assert "there is no preset '1a-chat'" in refused, refused
    sweep = tokentrial("run", "--preset", "million-tokens-stress", "--target", "vllm=http://localhost:1", exits=2)
    assert "tokentrial sweep" in sweep.stderr, sweep.stderr


def test_every_example_plan_of_a_dataset_is_planned():
    for name, requests, tokens in (("csv-dataset", 60, 0), ("tokenizer", 40, 40 * 512)):
        told = json_of("run", f"examples/plans/{name}.yaml", "--target", "vllm=http://localhost:1", "--dry-run", cwd=ROOT)
        assert told["requests"] == requests and told["input_tokens"] == tokens, told
    page = (ROOT / "docs/datasets.md").read_text()
    shown = re.search(r"\$ tokentrial (run examples/plans/csv-dataset[^\n]*)\n(.*?)```", page, re.DOTALL)
    printed = " ".join(tokentrial(*shown[1].split(), cwd=ROOT).stdout.split())
    assert " ".join(shown[2].split()) in printed, printed


def test_a_race_is_run_as_it_is():
    with scratch() as folder, sim("vllm") as fast, sim("ollama") as slow:
        race = folder / "race.yaml"
        race.write_text(f"""race:
  name: "Spring race"
  duration: 1
  users: 4
  spawn_rate: 2
  target_input_tokens: 32
  target_output_tokens: 8
  engines:
    - {{name: vllm-fast, url: "{fast}", emoji: "x", color: "#112233"}}
    - {{name: ollama, url: "{slow}"}}
""")
        done = tokentrial("run", race, "--results", folder / "r", "--quiet", exits=(0, 3, 4))
        assert "race.engines[0].emoji: is not shown" in " ".join(done.stderr.split()), done.stderr
        assert "spawn_rate" not in done.stderr, done.stderr
        told = manifest(only_run(folder / "r"))
        assert [t["name"] for t in told["targets"]] == ["vllm-fast", "ollama"], told["targets"]
        assert any("race.engines[0].emoji" in note for note in told["notes"]), told["notes"]


main(globals())
