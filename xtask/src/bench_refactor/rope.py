"""Asks rope for the occurrences of names: FOLDER ROPE; questions on stdin, one JSON object a line.

Each answer is a line: [[path, byte], ...] of all places, or null. How long the answers took goes to stderr."""
import json, pathlib, statistics, sys, time

root = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, sys.argv[2])
from rope.base.exceptions import RopeError
from rope.base.project import Project
from rope.contrib.findit import find_occurrences

project = Project(str(root), ropefolder=None, ignored_resources=["*.pyc", "__pycache__"])
took = []
for line in sys.stdin:
    question = json.loads(line)
    source = project.get_resource(question["path"])
    characters = len((root / question["path"]).read_bytes()[: question["offset"]].decode())
    began = time.monotonic()
    try:
        found = find_occurrences(project, source, characters, in_hierarchy=True)
    except RopeError:
        found = []
    except Exception as error:  # It fails on some names with errors of its own making.
        print(f"      rope failed on {question['name']} in {question['path']}: {type(error).__name__}", file=sys.stderr)
        found = []
    took.append((time.monotonic() - began) * 1000)
    places = []
    for one in found:
        text = one.resource.read()
        places.append([one.resource.path, len(text[: one.offset].encode())])
    print(json.dumps(places or None), flush=True)
if took:
    last = sorted(took)[len(took) * 95 // 100]
    print(f"      its answers took {statistics.median(took):.0f} ms at p50, {last:.0f} ms at p95, the first {took[0]:.0f} ms", file=sys.stderr)
