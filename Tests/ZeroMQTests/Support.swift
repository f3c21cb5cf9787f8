import Foundation
import Synchronization
import ZeroMQ

/// Memory lent to messages that counts how often it is given back.
final class LentBuffer: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer
  private let releases: ReleaseCount

  init(count: Int, filledWith value: UInt8, countingIn releases: ReleaseCount) {
    bytes = .allocate(byteCount: count, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: value)
    self.releases = releases
  }

  deinit {
    bytes.deallocate()
    releases.value.add(1, ordering: .relaxed)
  }
}

/// How many buffers were given back, on whatever thread.
final class ReleaseCount: Sendable {
  let value = Atomic<Int>(0)
  var count: Int { value.load(ordering: .acquiring) }
}

/// Runs a body on a thread of its own and waits for its result.
final class Worker<Result: Sendable>: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)

  init(_ body: @escaping @Sendable () throws -> Result) {
    let thread = Thread { [self] in
      let result = Swift.Result { try body() }
      outcome.withLock { $0 = result }
      done.signal()
    }
    thread.start()
  }

  func wait() throws -> Result {
    done.wait()
    return try outcome.withLock { try $0!.get() }
  }
}
