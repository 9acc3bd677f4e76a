#!/usr/bin/env python3
"""report --format pdf: read again with poppler's programs."""

import re
import subprocess

from harness import FAST, SLOW, main, scratch, sim, tokentrial


def read(program, path, *words, to=()):
    done = subprocess.run([program, *words, path, *to], capture_output=True, encoding="utf-8", errors="replace", timeout=60)
    assert done.returncode == 0 and not done.stderr, f"{program}: {done.stderr}"
    return done.stdout


def words_of(path):
    """(page's width, page's height, [word's xMin, yMin, xMax, yMax]) of each page."""
    text = read("pdftotext", path, "-bbox", to=("-",))
    for page in re.findall(r"<page .*?</page>", text, re.S):
        width, height = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)"', page).groups())
        boxes = re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', page)
        yield width, height, [tuple(map(float, box)) for box in boxes]


def write(folder, *words):
    path = folder / tokentrial("report", "night", "--format", "pdf", *words, cwd=folder).stdout.strip()
    assert path.read_bytes().startswith(b"%PDF-1.")
    return path


def play(folder, fast, slow, *words, names=("vllm", "tgi")):
    tokentrial("run", "--target", f"{names[0]}={fast}", "--target", f"{names[1]}={slow}", "--concurrency", "4",
               "--requests", "60", "--input-tokens", "32", "--output-tokens", "16", "--name", "night", "--quiet",
               *words, cwd=folder, exits=(0, 3, 4))


def check_contents(path, pages):
    """Every section is in the contents, the outline and the text, on the page that the contents say."""
    links = re.findall(r'<a href="[^"#]*#(\d+)">', read("pdftohtml", path, "-xml", "-stdout", "-i"))
    names = re.findall(r'\[ XYZ .*?\] "([\w-]+)"', read("pdfinfo", path, "-dests"))
    front = read("pdftotext", path, "-layout", "-l", "1", to=("-",))
    contents = front.split("Contents\n")[1].split("\n\n")[0]
    entries = dict((title, int(page)) for title, page in re.findall(r"(\S.*?\S)\s{4,}(\d+)(?=\s{4,}|\n|$)", contents))
    assert entries["The answer"] == 1 and entries["Can it be trusted?"] <= pages, entries
    for title, page in entries.items():
        text = read("pdftotext", path, "-f", str(page), "-l", str(page), to=("-",))
        assert f"\n{title}\n" in f"\n{text}", (title, page)
    assert {"answer", "targets", "trust"} <= set(names), names
    assert len(links) >= len(entries), (links, entries)
    return entries


def test_a_run_becomes_pages():
    with sim("vllm", *FAST) as fast, sim("tgi", "--fixed", "ttft=200ms,itl=4ms") as slow, \
            scratch() as folder:
        play(folder, fast, slow, "--slo", "ttft_p95=100ms")
        sections = {"executive": 7, "product": 9, "operations": 8, "engineer": 11}
        for audience, least in sections.items():
            path = write(folder, "--audience", audience)
            assert path.name.endswith(f"-{audience}.pdf")
            info = read("pdfinfo", path)
            pages = int(re.search(r"Pages: +(\d+)", info)[1])
            assert "(A4)" in info and "Tagged:          yes" in info and "night: vllm and tgi" in info, info
            assert pages <= 8 if audience == "executive" else pages >= 3, (audience, pages)
            entries = check_contents(path, pages)
            assert len(entries) >= least, (audience, entries)
            text = read("pdftotext", path, "-layout", to=("-",))
            for page in range(1, pages + 1):
                assert f"{page} of {pages}\n" in text, page
            for words in ("The answer", "ttft_p95=100ms", "✗ missed"):
                assert words in text, (audience, words, text)

        fonts = read("pdffonts", path).splitlines()[2:]
        assert {re.sub(r"^[A-Z]+\+", "", line.split()[0]) for line in fonts} == {
            "Inter-Regular", "Inter-SemiBold", "JetBrainsMono-Regular"}, fonts
        assert all(re.search(r" yes yes (yes|no) ", line) for line in fonts), fonts  # embedded, in part

        once = path.read_bytes()
        assert write(folder, "--force").read_bytes() == once, "the same run has the same bytes"


def test_letter_is_another_paper():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        play(folder, fast, slow)
        path = write(folder, "--paper", "letter")
        assert "612 x 792 pts (letter)" in read("pdfinfo", path)
        for width, height, words in words_of(path):
            assert (width, height) == (612, 792)
            outside = [w for w in words if w[0] < 50 or w[1] < 20 or w[2] > 562 or w[3] > 772]
            assert not outside, outside
        assert "a4" in tokentrial("report", "night", "--paper", "a5", cwd=folder, exits=2).stderr


def test_no_name_leaves_its_page():
    long, strange = "n" * 40, "שלום 你好 🚀 <b>&cmd()\u202e"
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        play(folder, fast, slow, names=(long, strange))
        for audience in ("executive", "engineer"):
            path = write(folder, "--audience", audience)
            for width, height, words in words_of(path):
                assert words
                outside = [w for w in words if w[0] < 5 or w[2] > width - 5 or w[1] < 5 or w[3] > height - 5]
                assert not outside, outside
            assert "<b>&cmd()" in read("pdftotext", path, to=("-",))


main(globals())
