/// Why a trigger was lost between the decision of level 1 and the read-out. A trigger that more than one cause would
/// have stopped is booked under the first in this order.
public enum DeadtimeCause: UInt8, CaseIterable, Sendable, Codable {
  /// It came in the veto after an injection. Only where triggers have no lines that ask for the veto themselves.
  case injection = 1
  /// It came too soon after another one.
  case spacing = 2
  /// The silicon read-out chips had no room for its samples.
  case siliconBuffer = 3
  /// Too many events waited for the farm.
  case backPressure = 4

  /// The name in results: `injection`, `spacing`, `silicon_buffer`, `back_pressure`.
  public var name: String {
    switch self {
    case .injection: "injection"
    case .spacing: "spacing"
    case .siliconBuffer: "silicon_buffer"
    case .backPressure: "back_pressure"
    }
  }

  /// The name in tables.
  public var title: String {
    switch self {
    case .injection: "injection veto"
    case .spacing: "minimum spacing"
    case .siliconBuffer: "silicon buffer"
    case .backPressure: "back-pressure"
    }
  }

  /// The place of the cause in vectors.
  var index: Int { Int(rawValue) - 1 }
}

/// How many samples of the silicon pulse are read for a trigger.
public enum SampleMode: String, CaseIterable, Sendable, Codable {
  /// Six for every trigger: no knowledge of the event time is needed.
  case six = "6"
  /// Three for every trigger.
  case three = "3"
  /// Three if level 1 knows the event time finely, else six.
  case mixed

  /// Samples for an event of a timing quality.
  public func samples(_ quality: TimingQuality) -> SampleCount {
    switch self {
    case .six: .six
    case .three: .three
    case .mixed: quality.rawValue >= TimingQuality.fine.rawValue ? .three : .six
    }
  }
}

/// Samples of one trigger.
public enum SampleCount: Int, CaseIterable, Sendable {
  /// Three samples.
  case three = 3
  /// Six samples.
  case six = 6

  /// The place of the number in vectors.
  var index: Int { self == .three ? 0 : 1 }
}
