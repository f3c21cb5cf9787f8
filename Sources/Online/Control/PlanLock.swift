import Foundation
import Glibc

/// Keeps a plan whose sockets are files from being run twice at once: libzmq would take the sockets of a running plan away
/// without a word.
final class PlanLock {
  private let descriptor: Int32

  /// Locks the folder in which the sockets of run control lie, for as long as this object or its process lives.
  /// - Throws: ``ReplayError/stageRefused(reason:)`` when another process holds it.
  init(folder: String, plan: String) throws {
    let path = "\(folder)/lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw ReplayError.unwritableOutput(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      var text = [UInt8](repeating: 0, count: 16)
      let count = max(0, pread(descriptor, &text, text.count, 0))
      close(descriptor)
      let holder = String(decoding: text.prefix(count), as: UTF8.self)
      throw ReplayError.stageRefused(reason: "plan '\(plan)' runs already: process \(holder) holds \(path)")
    }
    let holder = Array("\(getpid())".utf8)
    ftruncate(descriptor, 0)
    _ = pwrite(descriptor, holder, holder.count, 0)
  }

  /// Whether a process holds the lock of a folder.
  static func isHeld(in folder: String) -> Bool {
    let descriptor = open("\(folder)/lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  deinit { close(descriptor) }
}
