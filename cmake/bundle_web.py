"""Bundles the dashboard's front end: bundle_web.py <esbuild> <web> <npm folder of ECharts> <out>

Writes hashed scripts and styles and an index.html that names them, and nothing else: what an earlier
bundle left is removed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ENTRY = "src/app/main.tsx"


def bundle(esbuild, web, npm, out):
    done = subprocess.run(
        [esbuild, ENTRY, "--bundle", "--splitting", "--format=esm", "--target=es2022", "--minify", "--jsx=automatic",
         '--define:process.env.NODE_ENV="production"', "--legal-comments=eof", "--charset=utf8",
         "--entry-names=[name]-[hash]", "--chunk-names=[name]-[hash]", "--asset-names=[name]-[hash]",
         f"--outdir={out}", f"--metafile={out}/../web.meta.json", "--log-level=warning"],
        cwd=web, env=os.environ | {"NODE_PATH": str(npm)}, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return json.loads((out / "../web.meta.json").read_text())["outputs"]


def first_files(web, outputs):
    """The script, the style, and what the script loads at once."""
    script, entry = next((p, o) for p, o in outputs.items() if o.get("entryPoint") == ENTRY)
    wanted, queue = [], [script]
    while queue:
        for used in outputs[queue.pop()]["imports"]:
            if used["kind"] == "import-statement" and used["path"] not in wanted:
                wanted.append(used["path"])
                queue.append(used["path"])

    def url(path):
        return "/" + (web / path).name

    return url(script), url(entry["cssBundle"]), [url(path) for path in wanted]


def main():
    esbuild, web, npm, out = (Path(word).resolve() for word in sys.argv[1:])
    if not (web / "node_modules/react/package.json").is_file():
        sys.exit(f"The packages of {web} are not installed. Run ./dev setup, which does that.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    script, style, preload = first_files(web, bundle(esbuild, web, npm, out))
    page = (web / "index.html").read_text()
    links = "\n".join(f'<link rel="modulepreload" href="{path}">' for path in preload)
    (out / "index.html").write_text(
        page.replace("{{script}}", script).replace("{{style}}", style).replace("{{preload}}", links))


if __name__ == "__main__":
    main()
