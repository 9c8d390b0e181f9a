# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Allocates in threads and in children of fork, and checks what it keeps."""
import hashlib
import json
import os
import threading
import zlib

kept = {}


def work(name):
    blocks = [bytearray([i % 251]) * (i * 37 % 5000) for i in range(4000)]
    for i in range(0, 4000, 3):
        blocks[i] += b"grown" * (i % 700)
    text = json.dumps([{"n": i, "s": str(i) * 5} for i in range(2000)])
    packed = zlib.compress(text.encode() + b"".join(blocks))
    kept[name] = hashlib.sha256(zlib.decompress(packed)).hexdigest()


threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for thread in threads:
    thread.start()
children = []
for i in range(3):
    child = os.fork()
    if child == 0:
        work("child")
        os._exit(0 if len(kept["child"]) == 64 else 1)
    children.append(os.waitpid(child, 0)[1])
for thread in threads:
    thread.join()
print("threads %d, children %d, blocks %s" % (
    len(kept), sum(status == 0 for status in children),
    "kept" if len(set(kept.values())) == 1 else "lost"))
