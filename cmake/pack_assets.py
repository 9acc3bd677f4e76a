"""Packs folders of web files for embedding: pack_assets.py <out.cc> <out.S> <work folder> <folder>...

Each file gets the hash of its bytes in its name, so that browsers may keep it for ever, but for pages
(*.html) and for names that have a hash already. Pages are changed to name the others by their new names.
Everything is stored as it is and gzipped."""

import gzip
import hashlib
import re
import sys
from pathlib import Path

TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
         ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
         ".webmanifest": "application/manifest+json"}
HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}$")


def digest(data):
    return hashlib.sha256(data).hexdigest()[:12]


def main():
    out_cc, out_asm, work, *folders = map(Path, sys.argv[1:])
    work.mkdir(parents=True, exist_ok=True)
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for folder in folders
             for p in sorted(folder.rglob("*")) if p.is_file()}
    names = {}
    for name, data in files.items():
        path = Path(name)
        if path.suffix not in TYPES:
            sys.exit(f"{name}: what its type is must be said in cmake/pack_assets.py")
        if path.suffix == ".html" or HASHED.search(path.stem):
            names[name] = name
        else:
            names[name] = path.with_name(f"{path.stem}-{digest(data)}{path.suffix}").as_posix()
    rows, asm = [], ['        .section .rodata']
    for i, (name, data) in enumerate(files.items()):
        if name.endswith(".html"):
            for old, new in names.items():
                data = data.replace(f'"/{old}"'.encode(), f'"/{new}"'.encode())
        for kind, body in (("Raw", data), ("Zip", gzip.compress(data, 9, mtime=0))):
            file = work / f"{i}.{kind}"
            file.write_bytes(body)
            asm += [f"        .global kAsset{i}{kind}Begin", f"        .global kAsset{i}{kind}End",
                    f"kAsset{i}{kind}Begin:", f'        .incbin "{file}"', f"kAsset{i}{kind}End:", "        .byte 0"]
        path = "/" if name == "index.html" else "/" + names[name]
        kept = "false" if name.endswith(".html") else "true"
        rows.append((i, f'{{"{name}", "{path}", "{TYPES[Path(name).suffix]}", "\\"{digest(data)}\\"", {kept}, '
                        f"{{kAsset{i}RawBegin, kAsset{i}RawEnd}}, {{kAsset{i}ZipBegin, kAsset{i}ZipEnd}}}},"))
    declared = "".join(f"extern const char kAsset{i}{k}{e}[];\n" for i, _ in rows for k in ("Raw", "Zip")
                       for e in ("Begin", "End"))
    table = "".join(f"      {row}\n" for _, row in rows)
    out_cc.write_text(f'#include "serve/assets.h"\n\nextern "C" {{\n{declared}}}\n\nnamespace tt::serve {{\n\n'
                      f"std::span<const Asset> assets() {{\n  static const Asset kAll[] = {{\n{table}  }};\n"
                      f"  return kAll;\n}}\n\n}}  // namespace tt::serve\n")
    out_asm.write_text("\n".join(asm) + '\n        .section .note.GNU-stack,"",%progbits\n')


if __name__ == "__main__":
    main()
