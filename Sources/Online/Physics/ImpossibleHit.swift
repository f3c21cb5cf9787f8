import EventModel

/// A hit that no detector of the geometry can have recorded.
public struct ImpossibleHit: Equatable, Sendable, Codable {
  /// The column, with the member if one alone is wrong: `svd`, `klm.time`.
  public let column: String
  /// Position of the hit in the event's list, from 0.
  public let hit: Int
  /// The value, as text.
  public let found: String
  /// What would have been accepted.
  public let expected: String

  /// A hit of its parts.
  public init(column: String, hit: Int, found: String, expected: String) {
    self.column = column
    self.hit = hit
    self.found = found
    self.expected = expected
  }

  /// The detector whose fragment it is, `svd`.
  public var detector: String { String(column.prefix { $0 != "." }) }
}

/// The events of a run that were set aside since a fragment of theirs holds what no detector can have sent.
public struct SetAsideEvents: Equatable, Sendable, Codable {
  /// One such event.
  public struct Example: Equatable, Sendable, Codable, CustomStringConvertible {
    /// The event.
    public let event: EventKey
    /// What is wrong with it first.
    public let hit: ImpossibleHit

    /// One line: event, hit, what was found and what was expected.
    public var description: String {
      "event \(event): hit \(hit.hit) of column '\(hit.column)' is \(hit.found), expected \(hit.expected)"
    }
  }

  /// How many are named one by one.
  public static let namedAtMost = 10

  /// Number of events.
  public private(set) var count = 0
  /// Number of events by the detector whose fragment was found wrong first.
  public private(set) var byDetector: [String: Int] = [:]
  /// The first ones, in the order of the stream.
  public private(set) var first: [Example] = []

  /// None yet.
  public init() {}

  /// Adds what another stage set aside.
  mutating func merge(_ other: SetAsideEvents) {
    count += other.count
    byDetector.merge(other.byDetector, uniquingKeysWith: +)
    first = Array((first + other.first).prefix(Self.namedAtMost))
  }

  /// Adds an event.
  public mutating func add(_ event: EventKey, _ hit: ImpossibleHit) {
    count += 1
    byDetector[hit.detector, default: 0] += 1
    if first.count < Self.namedAtMost { first.append(Example(event: event, hit: hit)) }
  }
}
