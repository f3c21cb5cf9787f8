"""pyarrow on the same batch: prints the nanoseconds of writing or reading it a number of times."""
import io
import sys
import time

import pyarrow as pa
import pyarrow.ipc as ipc

action, path, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
compression = None if len(sys.argv) < 5 or sys.argv[4] == "none" else sys.argv[4]
# One thread, as ours.
pa.set_cpu_count(1)
pa.set_io_thread_count(1)
reader = ipc.open_file(pa.memory_map(path))
batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
options = ipc.IpcWriteOptions(compression=compression, use_threads=False)

if action == "write":
    start = time.perf_counter_ns()
    for _ in range(repeats):
        sink = io.BytesIO()
        with ipc.new_file(sink, reader.schema, options=options) as writer:
            for batch in batches:
                writer.write_batch(batch)
    print(time.perf_counter_ns() - start)
else:
    data = open(path, "rb").read()
    start = time.perf_counter_ns()
    for _ in range(repeats):
        file = ipc.open_file(pa.py_buffer(data), options=ipc.IpcReadOptions(use_threads=False))
        for i in range(file.num_record_batches):
            file.get_batch(i)
    print(time.perf_counter_ns() - start)
