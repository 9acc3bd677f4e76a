#!/usr/bin/env python3
"""report: a run as a document."""

from harness import main, scratch, sim, tokentrial


def test_a_run_becomes_a_document():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as fast, sim("tgi", "--fixed", "ttft=40ms,itl=4ms") as slow, \
            scratch() as folder:
        tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", "--concurrency", "4", "--requests", "60",
                   "--input-tokens", "32", "--output-tokens", "16", "--slo", "ttft_p95=20ms", "--name", "night",
                   "--quiet", cwd=folder, exits=(0, 3, 4))
        path = folder / tokentrial("report", "night", cwd=folder).stdout.strip()
        text = path.read_text()
        assert path.name.startswith("night-") and path.name.endswith("-engineer.md")
        for heading in ("# night: vllm and tgi", "## The answer", "## What users feel", "## Objectives", "## Latency",
                        "## Can it be trusted?", "## What was measured", "## Source"):
            assert f"{heading}\n" in text, heading
        assert "ttft\\_p95=20ms" in text and "✗ **missed**" in text

        again = tokentrial("report", "night", cwd=folder, exits=2)
        assert "--force" in again.stderr
        tokentrial("report", "night", "--force", cwd=folder)

        short = tokentrial("report", "night", "--audience", "executive", "--output", "-", cwd=folder).stdout
        assert "## Latency" not in short and len(short) < len(text) / 2
        tokentrial("report", "night", "--output", "mine.md", cwd=folder)
        assert (folder / "mine.md").read_text() == text


def test_bad_words_are_errors():
    with scratch() as folder:
        assert "no run" in tokentrial("report", "none", cwd=folder, exits=1).stderr
        assert "audience" in tokentrial("report", "none", "--audience", "king", cwd=folder, exits=2).stderr


main(globals())
