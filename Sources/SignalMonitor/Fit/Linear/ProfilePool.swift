import Synchronization

/// Memory of fits that ended, for those that begin: toys are many and small.
enum ProfilePool {
  /// Memory in the pool, which nobody holds: whoever takes it is alone with it until it is given back.
  private struct Free: @unchecked Sendable {
    let profile: LinearProfile
  }

  private static let free = Mutex<[Free]>([])

  /// Memory that nobody else uses.
  static func take() -> LinearProfile {
    let found = free.withLock { $0.popLast() }
    return found?.profile ?? LinearProfile()
  }

  /// Gives memory back; beyond a few it is freed.
  static func give(_ profile: LinearProfile) {
    let given = Free(profile: profile)
    free.withLock { if $0.count < 16 { $0.append(given) } }
  }
}
