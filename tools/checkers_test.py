#!/usr/bin/env python3
"""Each checker of this folder accepts a good tree and fails on a bad one. (check_tidy proves itself
whenever it runs.)"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

TOOLS = Path(__file__).resolve().parent

CMAKE = """
tt_library(base LINK fmt::fmt)
tt_library(net  USES base)
tt_library(load USES net)
tt_program(tokentrial app USES load)
"""
OVERVIEW = """# Overview

| folder | job | may use |
|---|---|---|
| `src/base` | text | std |
| `src/net` | sockets | base |
| `src/load` | play | net |
| `src/app` | the program | load |
"""
DEV = """#!/bin/sh
echo '  test [preset]   run'
"""


class Tree(unittest.TestCase):
    """A small good tree; tests spoil one thing in it."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name).resolve() / "with blank"
        self.write("src/CMakeLists.txt", CMAKE)
        self.write("docs/overview.md", OVERVIEW)
        self.write("src/base/text.h", "#pragma once\n#include <string>\nstd::string word();\n")
        self.write("src/net/url.h", '#pragma once\n#include "base/text.h"\n')
        self.write("src/load/load.cc", '#include "base/text.h"\n#include "net/url.h"\n')
        self.write("src/app/flags.h", "#pragma once\n")
        self.write("dev", DEV).chmod(0o755)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run_tool(self, tool, *arguments):
        done = subprocess.run([sys.executable, TOOLS / tool, *map(str, arguments)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def accepts(self, *call):
        status, output = self.run_tool(*call)
        self.assertEqual((status, output), (0, ""))

    def refuses(self, words, *call):
        status, output = self.run_tool(*call)
        self.assertEqual(status, 1, output)
        self.assertIn(words, output)


class Layers(Tree):
    def refuses_layers(self, words):
        self.refuses(words, "check_layers", self.root)

    def test_good(self):
        self.accepts("check_layers", self.root)

    def test_upward_include(self):
        self.write("src/base/text.cc", '#include "net/url.h"\n')
        self.refuses_layers("src/base/text.cc: includes \"net/url.h\", but base may use only std")

    def test_include_without_folder(self):
        self.write("src/net/url.cc", '#include "url.h"\n')
        self.refuses_layers('write own headers as "folder/name.h"')

    def test_missing_header(self):
        self.write("src/net/url.cc", '#include "net/gone.h"\n')
        self.refuses_layers("does not exist")

    def test_gtest_outside_tests(self):
        self.write("src/net/url.cc", "#include <gtest/gtest.h>\n")
        self.refuses_layers("belongs in tests and benchmarks alone")

    def test_helpers_of_tests(self):
        self.write("src/net/test_io.h", "#include <gtest/gtest.h>\n")
        self.write("src/net/url_test.cc", '#include "net/test_io.h"\n')
        self.accepts("check_layers", self.root)
        self.write("src/net/url.cc", '#include "net/test_io.h"\n')
        self.refuses_layers('includes "net/test_io.h", which belongs in tests and benchmarks alone')

    def test_undeclared_folder(self):
        self.write("src/util/misc.h", "#pragma once\n")
        self.refuses_layers("src/util is not declared")

    def test_circle(self):
        self.write("src/CMakeLists.txt", CMAKE.replace("(base ", "(base USES load "))
        self.refuses_layers("a circle")

    def test_table_differs(self):
        self.write("docs/overview.md", OVERVIEW.replace("| play | net |", "| play | base |"))
        self.refuses_layers("docs/overview.md: src/load may use 'net'")

    def test_table_lacks_a_folder(self):
        self.write("docs/overview.md", OVERVIEW.replace("| `src/net` | sockets | base |\n", ""))
        self.refuses_layers("no row for src/net")


class Web(Tree):
    def setUp(self):
        super().setUp()
        self.write("src/chart/js/live.js", "export function live() {}\n")
        self.write("web/src/base/format.ts", "export const number = 1;\n")
        self.write("web/src/data/api.ts", "import { number } from '../base/format.ts';\n")
        self.write("web/src/views/home.tsx", "import type { A } from '../data/api.ts';\nimport { useMemo } from 'react';\n"
                   "const chart = import('../../../src/chart/js/live.js');\n")

    def spoil(self, name, text):
        self.write(name, text)
        code, output = self.run_tool("check_web", self.root)
        self.assertEqual(code, 1, output)
        return output

    def test_a_good_tree_is_accepted(self):
        self.assertEqual(self.run_tool("check_web", self.root), (0, ""))

    def test_imports_go_one_way(self):
        self.assertIn("base may import only itself", self.spoil("web/src/base/format.ts", "import '../data/api.ts';\n"))
        self.assertIn("data may import only base", self.spoil("web/src/data/api.ts", "import { x } from '../views/home.tsx';\n"))

    def test_what_is_imported_exists_and_is_ours(self):
        self.assertIn("does not exist", self.spoil("web/src/data/api.ts", "import { x } from '../base/format';\n"))
        self.assertIn("not in web/src", self.spoil("web/src/data/api.ts", "import { x } from '../../../dev';\n"))
        self.assertIn("only views may", self.spoil("web/src/data/api.ts", "import('../../../src/chart/js/live.js');\n"))

    def test_packages_stay_in_their_folders(self):
        self.assertIn("imports react", self.spoil("web/src/base/format.ts", "import { useMemo } from 'react';\n"))
        self.assertIn("imports zustand", self.spoil("web/src/views/home.tsx", "import { create } from 'zustand';\n"))

    def test_a_new_folder_must_be_declared(self):
        self.assertIn("not in the table", self.spoil("web/src/misc/a.ts", "export {};\n"))


class Headers(Tree):
    def setUp(self):
        super().setUp()
        source = self.root / "src/base/text.cc"
        self.write("src/base/text.cc", '#include "base/text.h"\n')
        command = f'ccache g++ "-I{self.root}/src" -std=c++20 -o a.o -c "{source}"'
        self.write("build/compile_commands.json", json.dumps(
            [{"directory": str(self.root), "file": str(source), "command": command}]))

    def call(self):
        return "check_headers", self.root / "build", 2, self.root

    def test_good(self):
        self.accepts(*self.call())
        self.accepts(*self.call())  # from the cache

    def test_header_that_needs_another(self):
        self.write("src/net/url.h", "#pragma once\nstd::string host();\n")
        self.refuses("src/net/url.h does not compile alone", *self.call())

    def test_change_below_is_noticed(self):
        self.accepts(*self.call())
        self.write("src/base/text.h", "#pragma once\nstd::string word();\n")
        self.refuses("src/net/url.h does not compile alone", *self.call())

    def test_header_for_tests_is_compiled_as_tests_are(self):
        test = self.write("src/base/text_test.cc", "")
        commands = self.root / "build/compile_commands.json"
        entries = json.loads(commands.read_text())
        entries.append(entries[0] | {"file": str(test), "command":
                       entries[0]["command"].replace('text.cc"', 'text_test.cc" -DIN_TESTS')})
        commands.write_text(json.dumps(entries))
        guarded = "#pragma once\n#ifndef IN_TESTS\n#error not in tests\n#endif\n"
        self.write("src/base/test_text.h", guarded)
        self.accepts(*self.call())
        self.write("src/net/url.h", guarded)
        self.refuses("src/net/url.h does not compile alone", *self.call())

    def test_header_without_guard(self):
        self.write("src/net/url.h", "struct Twice {};\n")
        self.refuses("src/net/url.h does not compile alone", *self.call())
        self.write("src/base/text.h", "struct Twice {};\n")
        self.refuses("src/base/text.h has no #pragma once", *self.call())


class Docs(Tree):
    def refuses_text(self, words, text):
        self.write("README.md", text)
        self.refuses(words, "check_docs", self.root)

    def test_good(self):
        self.write("README.md", "# Top part\n[o](docs/overview.md) [t](#top-part) [w](https://example.com/x)\n"
                                "`src/base/text.{h}` `src/*/url.h` `./dev test` `a/b`\n```sh\n./dev test\n```\n")
        self.accepts("check_docs", self.root)

    def test_path(self):
        self.refuses_text("no such path: src/base/gone.h", "See `src/base/gone.h`.")
        self.refuses_text("no such path: src/base/gone.h", "See `src/base/{text,gone}.h`.")

    def test_link(self):
        self.refuses_text("broken link: docs/gone.md", "[x](docs/gone.md)")
        self.refuses_text("no such heading: docs/overview.md#gone", "[x](docs/overview.md#gone)")

    def test_command(self):
        self.refuses_text("./dev has no command tset", "Run `./dev tset`.")
        self.refuses_text("./dev has no command tset", "```sh\nTT_JOBS=1 ./dev tset  # all\n```")

    def test_line_number(self):
        self.refuses_text("names a line number", "See src/base/text.h:12.")


class DocsOfProgram(Tree):
    PROGRAM = """#!/bin/sh
case "$1 $2" in
  "--help "*) printf 'Subcommands:\\n  run   play\\n  results  list\\n' ;;
  "run --help") echo '  --target TEXT' ;;
  "results --help") printf '  list\\n  rm\\n' ;;
  "results list") echo '  --json' ;;
  *) exit 2 ;;
esac
"""

    def setUp(self):
        super().setUp()
        self.write("src/app/main.cc", "")
        self.write("build/release/bin/tokentrial", self.PROGRAM).chmod(0o755)

    def test_good(self):
        self.write("README.md", "`tokentrial run --target a=b` `tokentrial results list --json | less --x`\n")
        self.accepts("check_docs", self.root)

    def test_bad(self):
        for words, text in (("no subcommand rum", "`tokentrial rum`"),
                            ("run has no flag --targe", "`tokentrial run --targe a=b`"),
                            ("results list has no flag --jsn", "```sh\ntokentrial results \\\n list --jsn\n```")):
            self.write("README.md", text)
            self.refuses(words, "check_docs", self.root)

    def test_not_built(self):
        (self.root / "build/release/bin/tokentrial").unlink()
        self.refuses("./dev build", "check_docs", self.root)


class Coverage(Tree):
    def call(self, *files):
        """With a gcovr that has measured so (file, lines covered, lines)."""
        found = [{"filename": name, "line_covered": covered, "line_total": total} for name, covered, total in files]
        self.write("summary.json", json.dumps({"files": found}))
        self.write("bin/gcovr", f"#!/bin/sh\ncat '{self.root}/summary.json'\n").chmod(0o755)
        path = {"PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        with unittest.mock.patch.dict(os.environ, path):
            return self.run_tool("coverage", self.root)

    def test_good(self):
        status, output = self.call(("src/net/url.cc", 95, 100), ("src/net/tls.cc", 85, 100), ("src/base/x.h", 0, 0),
                                   ("src/load/load.cc", 300, 300))
        self.assertEqual(status, 0, output)
        for words in ("net              200      180   90.0", "load             300      300  100.0",
                      "all              500      480   96.0", "85.0  src/net/tls.cc (15 lines not run)"):
            self.assertIn(words, output)
        self.assertNotIn("base", output)

    def test_a_low_folder_fails_whatever_the_others_reach(self):
        status, output = self.call(("src/net/url.cc", 89, 100), ("src/load/load.cc", 900, 900))
        self.assertEqual(status, 1, output)
        self.assertIn("Under 90%: net.", output)

    def test_nothing_measured(self):
        status, output = self.call()
        self.assertEqual(status, 1, output)
        self.assertIn("No coverage was recorded", output)


if __name__ == "__main__":
    unittest.main()
