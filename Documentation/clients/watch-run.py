#!/usr/bin/env python3
"""Watches a run: the counters of its stages, and a histogram of the tracks in accepted events.

    sluice replay Replay/*.arrow --express tcp://127.0.0.1:5561 --repeat 20
    python3 Documentation/clients/watch-run.py tcp://127.0.0.1:5561

Needs pyzmq and pyarrow. The topics and frames are described in Documentation/live.md.
"""
import json
import sys

import pyarrow as arrow
import zmq

endpoints = sys.argv[1:] or ["tcp://127.0.0.1:5561"]
socket = zmq.Context().socket(zmq.SUB)
for endpoint in endpoints:
    socket.connect(endpoint)
for topic in (b"events", b"counters"):
    socket.subscribe(topic)

events, tracks = 0, {}
while True:
    topic, content = socket.recv_multipart()
    if topic == b"events":
        table = arrow.ipc.open_stream(content).read_all()
        events += table.num_rows
        for found in table["reco"].combine_chunks().field("tracks"):
            tracks[len(found)] = tracks.get(len(found), 0) + 1
    else:
        run = json.loads(content)
        stages = {stage["stage"]: stage for stage in run["ledger"]}
        level1, storage = stages["level1"], stages["storage"]
        print(f"{run.get('condition', run['state']):9} {run['elapsed_s']:7.1f} s   level 1 {level1['entered']} in, {level1['passed']} kept, "
              f"{level1['vetoed']} vetoed   stored {storage['passed']}   seen here {events}", flush=True)
        if run["ended"]:
            break

print("tracks  events")
for number in sorted(tracks):
    print(f"{number:6}  {tracks[number]}")
