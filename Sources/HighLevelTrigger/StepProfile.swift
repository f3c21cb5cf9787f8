/// What steps and lines cost: times measured with a clock that somebody else provides.
///
/// The time of a step on an event is shared in equal parts by the lines that asked for it there and then. What only one line
/// asked for would be saved without the line.
public struct StepProfile: Sendable {
  /// One step of the reconstruction, or the work on variables and lines.
  public struct Step: Sendable {
    /// Its name.
    public let name: String
    /// How often it ran.
    public var runs = 0
    /// Time in nanoseconds.
    public var time: UInt64 = 0
  }

  /// One line.
  public struct Line: Sendable {
    /// Its name.
    public let name: String
    /// Events for which it asked for a step.
    public var events = 0
    /// Steps run for it, alone or with others.
    public var runs = 0
    /// Its share of their time, ns.
    public var sharedTime = 0.0
    /// Time of the steps that no other line asked for, ns.
    public var ownTime: UInt64 = 0
  }

  /// Now, in nanoseconds of any start.
  public let clock: @Sendable () -> UInt64
  /// The steps in the order of the vocabulary; the first is everything that is no step: variables, lines, prescales, columns.
  public internal(set) var steps: [Step] = []
  /// The lines in the order of results.
  public internal(set) var lines: [Line] = []
  /// Events that were decided.
  public internal(set) var events = 0
  /// Time that measuring itself took, ns: not part of any step.
  var measuring: UInt64 = 0
  /// For each line the steps it asked for on each row, as bits.
  var asked: [[UInt32]] = []

  /// An empty profile.
  public init(clock: @escaping @Sendable () -> UInt64) { self.clock = clock }

  /// Time in steps and in measuring.
  var accounted: UInt64 { steps.reduce(measuring) { $0 + $1.time } }

  /// Notes what each line asks for on each row before a pass of steps.
  mutating func beginPass(_ asked: [[UInt32]]) {
    self.asked = asked
    for line in asked.indices {
      lines[line].events += asked[line].count { $0 != 0 }
    }
  }

  /// Notes a run of a step.
  mutating func add(step: Int, row: Int, time: UInt64) {
    steps[step].runs += 1
    steps[step].time += time
    var askers = 0
    var last = 0
    for line in asked.indices where asked[line][row] >> UInt32(step) & 1 == 1 {
      askers += 1
      last = line
    }
    guard askers > 0 else { return }
    for line in asked.indices where asked[line][row] >> UInt32(step) & 1 == 1 {
      lines[line].runs += 1
      lines[line].sharedTime += Double(time) / Double(askers)
    }
    if askers == 1 { lines[last].ownTime += time }
  }
}
