"""pyarrow on the same stream: prints the nanoseconds of writing it to a file, or of reading and validating it."""
import os
import sys
import time

import pyarrow as pa
import pyarrow.ipc as ipc

action, path = sys.argv[1], sys.argv[2]
compression = None if len(sys.argv) < 4 or sys.argv[3] == "none" else sys.argv[3]
# One thread, as ours.
pa.set_cpu_count(1)
pa.set_io_thread_count(1)

if action == "write":
    reader = ipc.open_file(pa.memory_map(path))
    batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
    codec = pa.Codec(compression, compression_level=1) if compression else None
    options = ipc.IpcWriteOptions(compression=codec, use_threads=False)
    start = time.perf_counter_ns()
    with open(path + ".partner", "wb") as sink:
        with ipc.new_file(sink, reader.schema, options=options) as writer:
            for batch in batches:
                writer.write_batch(batch)
        sink.flush()
        os.fsync(sink.fileno())
    print(time.perf_counter_ns() - start)
else:
    start = time.perf_counter_ns()
    data = open(path, "rb").read()
    file = ipc.open_file(pa.py_buffer(data), options=ipc.IpcReadOptions(use_threads=False))
    for i in range(file.num_record_batches):
        file.get_batch(i).validate(full=True)
    print(time.perf_counter_ns() - start)
