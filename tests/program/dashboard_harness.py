"""A dashboard to test, and what speaks to it: HTTP by the standard library, raw sockets for what no library sends."""

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
from pathlib import Path

from harness import FAST, PATIENCE, SLOW, only_run, sim, started, tokentrial

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schema/openapi.json").read_text())


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Dashboard:
    def __init__(self, child, port):
        self.child, self.port = child, port
        self.token = None

    def call(self, method, path, body=None, headers=None, timeout=PATIENCE):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.call("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def good(self, path):
        answer = self.get(path)
        assert answer.status == 200, (path, answer.status, answer.body[:500])
        return answer.json()

    def change(self, method, path, body=None, expect=200):
        """With the page's token."""
        self.token = self.token or self.good("/api/v1/session")["token"]
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
        answer = self.call(method, path, data, {"X-Tokentrial-Token": self.token})
        assert answer.status == expect, (method, path, answer.status, answer.body[:500])
        return answer.json() if answer.body else None

    def raw(self, data, timeout=PATIENCE, shut=False):
        """All that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as s:
            with contextlib.suppress(ConnectionError):  # it may refuse before all is sent
                s.sendall(data)
                if shut:
                    s.shutdown(socket.SHUT_WR)
            return read_all(s)

    def interrupt(self):
        self.child.send_signal(signal.SIGINT)
        return self.child.wait(PATIENCE)


def read_all(s):
    data = b""
    with contextlib.suppress(ConnectionError):
        while piece := s.recv(65536):
            data += piece
    return data


@contextlib.contextmanager
def dashboard(results, *words, cwd=None):
    with started("dashboard", "--port", "0", "--no-browser", "--results", str(results), *words, cwd=cwd) as child:
        line = child.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if not found:
            child.kill()
            raise AssertionError((line, child.communicate()))
        yield Dashboard(child, int(found[1]))


def faults(value, schema, place="answer"):
    """What of a value does not hold to a JSON schema; the part of the language that the document uses."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return faults(value, SCHEMA["components"]["schemas"][name], f"{place}:{name}")
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    names = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "number": (int, float),
             "integer": int}
    unknown = set(schema) - {"type", "description", "properties", "required", "additionalProperties", "items", "enum",
                             "minimum", "maximum"}
    assert not unknown, f"{place}: this check does not know {unknown}"
    fits = [t for t in types if isinstance(value, names[t]) and not (isinstance(value, bool) and t in ("number", "integer"))]
    if types and not fits:
        return [f"{place}: {value!r:.60} is no {' or '.join(types)}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{place}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, member in value.items():
            if name in properties:
                found += faults(member, properties[name], f"{place}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{place}: {name} is not in the document")
    if isinstance(value, list) and "items" in schema:
        for i, member in enumerate(value):
            found += faults(member, schema["items"], f"{place}[{i}]")
    return found


def held_to_document(method, pattern, answer):
    """A real answer against what schema/openapi.json says of its path."""
    responses = SCHEMA["paths"][pattern][method.lower()]["responses"]
    said = responses.get(str(answer.status), responses["default"])
    types = {t: c for t, c in said["content"].items()}
    got = answer.headers["Content-Type"].split(";")[0]
    assert got in types, (pattern, got, list(types))
    if "schema" in types[got]:
        found = faults(answer.json(), types[got]["schema"])
        assert not found, f"{method} {pattern}: {found[:5]}"


__all__ = ["SCHEMA", "Answer", "Dashboard", "dashboard", "faults", "held_to_document", "read_all", "subprocess"]


def one_night(folder, slow_name="tgi"):
    """A run of 120 requests of a fast and a slow engine below the folder; its id."""
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow:
        tokentrial("run", "--target", f"vllm={fast}", "--target", f"{slow_name}={slow}", "--concurrency", "4", "--requests",
                   "120", "--input-tokens", "32", "--output-tokens", "16", "--name", "night", "--quiet", cwd=folder,
                   exits=(0, 3, 4))
    return only_run(folder / "results").name
