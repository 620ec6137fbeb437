"""Asks a language server what it would rename, or for the references where it says so: FOLDER LANGUAGE rename|references SERVER...; questions on stdin, one JSON object a line.

Each answer is a line: [[path, byte], ...] of all places, or null. How long the answers took goes to stderr."""
import json, pathlib, statistics, subprocess, sys, time, urllib.parse

root, language, method, server = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3], sys.argv[4:]
process = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root)
number = 0
texts = {}
ready = language != "rust"  # rust-analyzer tells when it has read the project; before that it finds nothing.


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    process.stdin.flush()


def receive():
    """The next message; what the server asks is answered, what it tells of itself is kept."""
    global ready
    length = 0
    while (line := process.stdout.readline().strip()):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    message = json.loads(process.stdout.read(length))
    if "method" in message and "id" in message:
        items = message.get("params", {}).get("items", []) if isinstance(message.get("params"), dict) else []
        send({"id": message["id"], "result": [None] * len(items) if message["method"] == "workspace/configuration" else None})
    if message.get("method") == "experimental/serverStatus":
        ready = message["params"]["quiescent"]
    return message


def ask(method, params):
    global number
    number += 1
    send({"id": number, "method": method, "params": params})
    while True:
        message = receive()
        if message.get("id") == number and "method" not in message:
            return message.get("result")


def text(path):
    if path not in texts:
        texts[path] = path.read_bytes().decode().split("\n")
    return texts[path]


def place(path, offset):
    before = path.read_bytes()[:offset].decode()
    line = before.count("\n")
    return {"line": line, "character": len(before.rsplit("\n", 1)[-1].encode("utf-16-le")) // 2}


def offset(path, position):
    lines = text(path)
    before = sum(len(line.encode()) + 1 for line in lines[:position["line"]])
    column = lines[position["line"]].encode("utf-16-le")[:position["character"] * 2].decode("utf-16-le")
    return before + len(column.encode())


capabilities = {"textDocument": {"references": {}, "rename": {}}, "workspace": {"configuration": True, "workspaceFolders": True},
                "experimental": {"serverStatusNotification": True}}
folder = {"uri": root.as_uri(), "name": root.name}
ask("initialize", {"processId": None, "rootUri": root.as_uri(), "workspaceFolders": [folder], "capabilities": capabilities})
send({"method": "initialized", "params": {}})
while not ready:
    receive()
took = []
wanted = {"newName": "LecternZq0"} if method == "rename" else {"context": {"includeDeclaration": True}}


def located(found):
    """What either answer names: a file's address and a range."""
    if method == "references":
        return [(one["uri"], one["range"]) for one in found or []]
    changes = dict((found or {}).get("changes") or {})
    for document in (found or {}).get("documentChanges") or []:
        if "textDocument" in document:
            changes.setdefault(document["textDocument"]["uri"], []).extend(document["edits"])
    return [(uri, edit["range"]) for uri, edits in changes.items() for edit in edits]


for line in sys.stdin:
    question = json.loads(line)
    path = root / question["path"]
    document = {"uri": path.as_uri()}
    send({"method": "textDocument/didOpen", "params": {"textDocument": {**document, "languageId": language, "version": 1, "text": path.read_bytes().decode()}}})
    began = time.monotonic()
    found = ask(f"textDocument/{method}", {"textDocument": document, "position": place(path, question["offset"]), **wanted})
    took.append((time.monotonic() - began) * 1000)
    send({"method": "textDocument/didClose", "params": {"textDocument": document}})
    places = []
    for uri, range in located(found):
        other = pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(uri).path))
        if root in other.parents:
            places.append([str(other.relative_to(root)), offset(other, range["start"])])
    print(json.dumps(places or None), flush=True)
if took:
    last = sorted(took)[len(took) * 95 // 100]
    print(f"      its answers took {statistics.median(took):.0f} ms at p50, {last:.0f} ms at p95, the first {took[0]:.0f} ms", file=sys.stderr)
process.kill()
process.wait()
