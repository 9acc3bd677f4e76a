#!/usr/bin/env python3
"""report as Word, PowerPoint and Excel files, opened by LibreOffice."""

import csv
import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

from harness import FAST, PATIENCE, SLOW, json_of, main, scratch, sim, tokentrial

HOSTILE = "@SUM(1)<b>&\"x"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# LibreOffice calculates what it opens anew, rather than to show what the file says.
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
# Every sheet, comma, quote, UTF-8, numbers in full.
EACH_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def convert(file, kind, folder):
    """What LibreOffice makes of it, in a folder of its own."""
    assert shutil.which("soffice"), "LibreOffice is not installed; ./dev test does it"
    profile = folder / "profile"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user/registrymodifications.xcu").write_text(RECALCULATE)
    out = folder / f"{file.stem}-{file.suffix[1:]}-as-{kind.split(':')[0]}"
    done = subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind,
                           "--outdir", out, file], capture_output=True, text=True, timeout=2 * PATIENCE)
    assert done.returncode == 0 and out.exists(), done.stdout + done.stderr
    return out


def pages_of(file, folder):
    """The text of each page of what LibreOffice shows."""
    pdf = convert(file, "pdf", folder) / f"{file.stem}.pdf"
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


def sheets_of(file, folder):
    """Name of each sheet -> its rows."""
    sheets = {}
    for one in convert(file, EACH_SHEET, folder).glob("*.csv"):
        with open(one, newline="") as lines:
            sheets[one.stem.removeprefix(f"{file.stem}-")] = list(csv.reader(lines))
    return sheets


def one_line(text):
    return re.sub(r"\s+", " ", text)


def record(folder, fast, slow, name="vllm"):
    tokentrial("run", "--target", f"{name}={fast}", "--target", f"tgi={slow}", "--concurrency", "4", "--requests",
               "120", "--input-tokens", "32", "--output-tokens", "16", "--slo", "ttft_p95=1s", "--name", "night",
               "--quiet", cwd=folder, exits=(0, 3, 4))


def written(folder, kind, audience="product"):
    tokentrial("report", "night", "--audience", audience, "--format", kind, "--output", f"night.{kind}", "--force",
               cwd=folder)
    return folder / f"night.{kind}"


def headline(folder):
    return json_of("results", "show", "night", cwd=folder)["summary"]["answer"]["headline"]


def test_slides():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        record(folder, fast, slow)
        for audience in ("executive", "product", "engineer", "operations"):
            pages = pages_of(written(folder, "pptx", audience), folder)
            assert 6 <= len(pages) <= 10, len(pages)
            assert headline(folder) in one_line(pages[1]), pages[1]
            assert "How to read it" in pages[2], pages[2]
            assert any("Next steps" in page for page in pages)
            for number, page in enumerate(pages[1:], 2):
                assert "Source: night-" in page and page.split()[-1] == str(number), page
        with zipfile.ZipFile(folder / "night.pptx") as file:
            assert file.testzip() is None
            notes = [name for name in file.namelist() if name.startswith("ppt/notesSlides/notes")]
            assert len(notes) == len(pages), notes


def test_prose():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        record(folder, fast, slow)
        pages = pages_of(written(folder, "docx"), folder)
        assert 4 <= len(pages) <= 12, len(pages)
        text = one_line(" ".join(pages))
        for words in ("Contents", "The answer", headline(folder), "Figure 1.", "Figure 2.", "Latency",
                      f"Page 1 of {len(pages)}", f"Page {len(pages)} of {len(pages)}"):
            assert words in text, (words, text)
        markdown = tokentrial("report", "night", "--audience", "product", "--format", "md", "--output", "-",
                              cwd=folder).stdout
        for title in re.findall(r"^## (.*)$", markdown, re.MULTILINE):
            assert text.count(title.replace("\\", "")) >= 1, title


def near(a, b):
    return abs(float(a) - b) <= 1e-9 * max(1, abs(b))


def test_the_workbook_says_what_the_analysis_does():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        record(folder, fast, slow)
        sheets = sheets_of(written(folder, "xlsx"), folder)
        assert {"Summary", "Comparison", "Percentiles", "Distribution", "Cost", "Insights", "Configuration",
                "Requests"} <= set(sheets), sheets.keys()
        analysed = json_of("analyze", "night", cwd=folder)
        head, *rows = sheets["Percentiles"]
        at = {title: column for column, title in enumerate(head)}
        compared = 0
        for target in analysed["targets"]:
            for metric in target["latency"]["metrics"]:
                title = {"ttft_ms": "TTFT", "tpot_ms": "TPOT", "itl_ms": "ITL", "e2e_ms": "E2E"}[metric["metric"]]
                row = next(row for row in rows if row[:2] == [title, target["name"]])
                assert int(float(row[at["requests"]])) == metric["n"]
                for one in metric["percentiles"]:
                    name = f"p{one['quantile'] * 100:g}"
                    if name in at:
                        assert near(row[at[name]], one["value"]), (row, one)
                        compared += 1
        assert compared >= 24, compared
        requests = sheets["Requests"]
        assert len(requests) == 1 + json_of("results", "show", "night", cwd=folder)["summary"]["targets"][0]["requests"][
            "planned"] * 2 + sum(row[3] == "warm-up" for row in requests)


def change_cells(file, to, values):
    """The workbook with other numbers in some cells of its sheet of costs."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        book = ElementTree.fromstring(old.read("xl/workbook.xml"))
        names = [sheet.get("name") for sheet in book.iter(f"{SHEET}sheet")]
        path = f"xl/worksheets/sheet{names.index('Cost') + 1}.xml"
        for name in old.namelist():
            content = old.read(name)
            if name == path:
                sheet = ElementTree.fromstring(content)
                for cell in sheet.iter(f"{SHEET}c"):
                    if cell.get("r") in values:
                        for child in list(cell):
                            cell.remove(child)
                        cell.attrib.pop("t", None)
                        ElementTree.SubElement(cell, f"{SHEET}v").text = str(values[cell.get("r")])
                content = ElementTree.tostring(sheet)
            new.writestr(name, content)


def test_costs_follow_their_assumptions():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        record(folder, fast, slow)
        plain = written(folder, "xlsx")
        changed = folder / "changed.xlsx"
        # Traffic, utilization, price of each GPU-hour; the second has two GPUs.
        change_cells(plain, changed, {"B5": 900, "B6": 0.5, "B13": 2, "C13": 3, "C12": 2})
        rows = {row[0]: row[1:] for row in sheets_of(changed, folder)["Cost"] if row and row[0]}
        cost = json_of("cost", "night", "--price", "vllm=2", "--price", "tgi=3", "--gpus", "tgi=2", "--utilization", "50%",
                       "--qps", "900", cwd=folder)
        for column, target in enumerate(cost["targets"]):
            costs = target["loads"][0]["costs"]
            budget = target["budgets"][0]
            for title, value in (("a replica an hour", [2, 6][column]),
                                 ("1M tokens, as mixed", costs["per_1m_tokens"]["value"]),
                                 ("1M input tokens", costs["per_1m_input_tokens"]["value"]),
                                 ("1M output tokens", costs["per_1m_output_tokens"]["value"]),
                                 ("1M output tokens, input free", costs["per_1m_output_tokens_alone"]["value"]),
                                 ("1,000 requests", costs["per_1k_requests"]["value"]),
                                 ("replicas for the traffic", budget["replicas"]),
                                 ("GPUs for the traffic", budget["gpus"]),
                                 ("a month", budget["monthly"]["value"]),
                                 ("over all months", budget["total"]),
                                 ("1M tokens, with the idle part of the last replica", budget["per_1m_tokens"])):
                assert near(rows[title][column], value), (title, rows[title], value)
        months = [float(value) for value in rows["a month"][:2]]
        assert near(rows["a month more than the cheapest"][1], months[1] - min(months))


def test_hostile_names_harm_nothing():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        record(folder, fast, slow, HOSTILE)
        for kind in ("pptx", "docx"):
            assert HOSTILE in one_line(" ".join(pages_of(written(folder, kind), folder))), kind
        sheets = sheets_of(written(folder, "xlsx"), folder)
        assert any(HOSTILE in row for row in sheets["Percentiles"])
        assert any(HOSTILE in row for row in sheets["Requests"])


main(globals())
