import CPartners
import Foundation
import ZeroMQ

/// Hands batches from one thread to another over inproc with credits and acknowledgements, beside the same in plain C.
func measureLink(_ runs: Int) throws -> [Measurement] {
  var all: [Measurement] = []
  for size in [3_000, 100_000, 1_000_000] {
    let count = 20_000
    var contest = Contest(runs: runs)
    contest.addTimed("hand over \(size / 1000) kB, zero copy", unit: "batch", units: count) {
      try handOver(count: count, size: size, credits: 8)
    }
    contest.addTimed("  the same in C", unit: "batch", units: count) {
      let nanoseconds = partner_hand_over(count, size, 8)
      return nanoseconds < 0 ? nil : Double(nanoseconds)
    }
    all += try contest.measure()
  }
  return all
}

/// What is handed over: the sender's memory, lent to every message.
private final class Payload {
  let bytes: UnsafeRawBufferPointer
  init(size: Int) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    bytes = UnsafeRawBufferPointer(memory)
  }
  deinit { bytes.deallocate() }
}

private func handOver(count: Int, size: Int, credits: Int) throws -> Double {
  let context = try Context()
  var sender = try Socket(.router, in: context)
  _ = try sender.bind("inproc://benchmark")
  let payload = Payload(size: size)
  let receiver = Thread {
    do {
      var socket = try Socket(.dealer, in: context)
      try socket.connect("inproc://benchmark")
      for _ in 0..<credits { try socket.send(Message("c")) }
      for _ in 0..<count {
        _ = try socket.receive()
        try socket.send(Message("c"))
      }
    } catch { print("receiver: \(error)") }
  }
  receiver.start()
  var sent = 0
  var acknowledged = 0
  var granted = 0
  let start = DispatchTime.now().uptimeNanoseconds
  while acknowledged < count {
    let identity = try sender.receive()
    _ = try sender.receive()
    granted += 1
    if granted > credits { acknowledged += 1 }
    if sent < count {
      try sender.send(identity, more: true)
      try sender.send(Message(lending: payload.bytes, of: payload))
      sent += 1
    }
  }
  return Double(DispatchTime.now().uptimeNanoseconds - start)
}
