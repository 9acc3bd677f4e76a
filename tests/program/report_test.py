#!/usr/bin/env python3
"""report: a run as a document."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from harness import FAST, SLOW, main, scratch, sim, tokentrial


def test_a_run_becomes_a_document():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", "--concurrency", "4", "--requests", "60",
                   "--input-tokens", "32", "--output-tokens", "16", "--slo", "ttft_p95=20ms", "--name", "night",
                   "--quiet", cwd=folder, exits=(0, 3, 4))
        path = folder / tokentrial("report", "night", "--format", "md", cwd=folder).stdout.strip()
        text = path.read_text()
        assert path.name.startswith("night-") and path.name.endswith("-engineer.md")
        for heading in ("# night: vllm and tgi", "## The answer", "## What users feel", "## Objectives", "## Latency",
                        "## Can it be trusted?", "## What was measured", "## Source"):
            assert f"{heading}\n" in text, heading
        assert "ttft\\_p95=20ms" in text and "✗ **missed**" in text

        again = tokentrial("report", "night", "--format", "md", cwd=folder, exits=1)
        assert "--force" in again.stderr
        tokentrial("report", "night", "--format", "md", "--force", cwd=folder)

        short = tokentrial("report", "night", "--audience", "executive", "--format", "md", "--output", "-",
                           cwd=folder).stdout
        assert "## Latency" not in short and len(short) < len(text) / 2
        tokentrial("report", "night", "--output", "mine.md", cwd=folder)
        assert (folder / "mine.md").read_text() == text

        (folder / "out").mkdir()
        tokentrial("report", "night", "--format", "md,html,csv", "--output", "out", cwd=folder)
        assert (folder / "out" / path.name).read_text() == text
        assert (folder / "out" / path.with_suffix(".html").name).exists()
        assert [file.name for file in (folder / "out").glob("*-files/report.md")] == ["report.md"]
        tokentrial("report", "night", "--format", "md,html", "--output", "new/deep", cwd=folder)
        assert (folder / "new/deep" / path.name).read_text() == text
        tokentrial("report", "night", "--format", "md", "--output", "alone/", cwd=folder)
        assert (folder / "alone" / path.name).read_text() == text
        several = tokentrial("report", "night", "--format", "md,html", "--output", "one.md", cwd=folder, exits=2)
        assert "name a folder for several" in several.stderr


class Page(HTMLParser):
    """What a page holds: ids, links within it, texts, pictures; complains of tags that are not closed."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.images, self.open = set(), [], [], []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert tag not in ("iframe", "object", "link"), tag
        assert tag != "script" or "src" not in attributes
        assert not any(name.startswith("on") for name in attributes), attributes
        if "id" in attributes:
            assert attributes["id"] not in self.ids, attributes
            self.ids.add(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        if tag not in ("meta", "img", "source"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def test_a_page_is_whole_and_needs_nothing_else():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        tokentrial("run", "--target", f"vllm={fast}", "--target", f"<b>&={slow}", "--concurrency", "4", "--requests",
                   "60", "--input-tokens", "32", "--output-tokens", "16", "--name", "night", "--quiet", cwd=folder,
                   exits=(0, 3, 4))
        for audience, least in (("executive", 2), ("product", 4), ("operations", 3), ("engineer", 15)):
            path = folder / tokentrial("report", "night", "--audience", audience, cwd=folder).stdout.strip()
            text = path.read_text()
            page = Page(text)
            words = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
            assert "http" not in re.sub(r"http-equiv|https?://127[^<]*|http://www.w3.org[^\"]*", "", words), audience
            # The one script is the one that the page's policy names.
            script = re.search(r"<script>(.*)</script>", text, flags=re.DOTALL).group(1)
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"script-src 'sha256-{digest}'" in text
            assert len(page.images) >= least, (audience, len(page.images))
            for image in page.images:
                assert image["alt"], image
                svg = base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,"))
                ElementTree.fromstring(svg)
            assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
            assert "<b>" not in words and "&lt;b&gt;&amp;" in text


def test_bad_words_are_errors():
    with scratch() as folder:
        assert "no run" in tokentrial("report", "none", cwd=folder, exits=1).stderr
        assert "html" in tokentrial("report", "none", "--format", "odt", cwd=folder, exits=2).stderr
        assert "audience" in tokentrial("report", "none", "--audience", "king", cwd=folder, exits=2).stderr


main(globals())
