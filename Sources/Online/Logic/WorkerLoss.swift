/// How a worker of the farm was lost.
public enum WorkerLoss: String, Sendable, Codable {
  /// It crashed by itself: an illegal access, a failed check.
  case crashed
  /// It was killed from outside: most likely not its batch's fault.
  case killed
  /// It was at one batch for longer than the time limit; it may come back.
  case hung
  /// Its connection broke; it may come back.
  case unreachable
  /// Nothing was heard of it for longer than the limit; it may come back.
  case silent

  /// How much the loss speaks against the batch the worker was at; a batch is set aside when its losses add up to 1: two
  /// crashes, or five that nobody can explain.
  var suspicion: Double {
    switch self {
    case .crashed, .hung: 0.5
    case .killed, .unreachable, .silent: 0.2
    }
  }

  /// Whether a worker that was lost in this way never comes back.
  var isForGood: Bool { self == .crashed || self == .killed }
}
