import Statistics

/// What the lines under study do on the events of one process, alone and beside all other lines of the menu.
public struct DisplacedSample: Sendable {
  /// Process label.
  public let process: String
  /// Lines under study.
  public let lines: [String]
  /// All events.
  public private(set) var events = Rate()
  /// Events that other lines keep.
  public private(set) var others = Rate()
  /// Events that each line keeps; the last entry is any of them.
  public private(set) var kept: [Rate]
  /// Those of them that no other line keeps.
  public private(set) var won: [Rate]
  /// Decays of long-lived particles seen in the truth.
  public private(set) var decays = 0
  /// The same for events with a decay in acceptance.
  public private(set) var accepted: EfficiencySet
  /// The same for all events.
  public private(set) var generated: EfficiencySet
  /// Efficiencies of events against properties of a decay with two visible tracks, the outermost one.
  public private(set) var curves: [EfficiencyCurve]

  /// No events yet.
  public init(process: String, lines: [String]) {
    self.process = process
    self.lines = lines
    kept = Array(repeating: Rate(), count: lines.count + 1)
    won = kept
    accepted = EfficiencySet(lines: lines.count)
    generated = accepted
    curves = EfficiencyCurve.Quantity.allCases.map { EfficiencyCurve($0, lines: lines.count) }
  }

  /// Whether the process has long-lived particles.
  public var isSignal: Bool { decays > 0 }

  /// Adds an event.
  /// - Parameters:
  ///   - fired: the lines under study that keep it, in order.
  ///   - byOthers: whether another line keeps it.
  ///   - weight: how many real events it stands for.
  ///   - decays: decays of long-lived particles in it.
  public mutating func add(fired: [Bool], byOthers: Bool, weight: Double, decays: [LongLivedDecay]) {
    precondition(fired.count == lines.count, "a result for every line")
    let all = fired + [fired.contains(true)]
    events.fill(weight: weight)
    if byOthers { others.fill(weight: weight) }
    for (index, passed) in all.enumerated() where passed {
      kept[index].fill(weight: weight)
      if !byOthers { won[index].fill(weight: weight) }
    }
    self.decays += decays.count
    generated.fill(all, byOthers, weight)
    if decays.contains(where: \.isInAcceptance) { accepted.fill(all, byOthers, weight) }
    guard let decay = decays.filter({ $0.visibleTracks >= 2 }).max(by: { $0.rho < $1.rho }) else { return }
    for index in curves.indices { curves[index].fill(decay, all, byOthers, weight) }
  }
}

/// Efficiencies of the lines under study, of any of them, of the other lines, and what the former win over the latter.
public struct EfficiencySet: Sendable {
  /// Each line; the last entry is any of them.
  public private(set) var lines: [Efficiency]
  /// Each line where no other line keeps the event; the last entry is any of them.
  public private(set) var won: [Efficiency]
  /// All other lines together.
  public private(set) var others = Efficiency()

  init(lines: Int) {
    self.lines = Array(repeating: Efficiency(), count: lines + 1)
    won = self.lines
  }

  mutating func fill(_ fired: [Bool], _ byOthers: Bool, _ weight: Double) {
    for (index, passed) in fired.enumerated() {
      lines[index].fill(passed: passed, weight: weight)
      won[index].fill(passed: passed && !byOthers, weight: weight)
    }
    others.fill(passed: byOthers, weight: weight)
  }
}

/// Efficiencies in bins of a property of the decay.
public struct EfficiencyCurve: Sendable {
  /// What the efficiency is plotted against.
  public enum Quantity: String, CaseIterable, Codable, Sendable {
    /// Distance of the vertex from the beam line.
    case rho = "rho_cm"
    /// The smaller impact parameter of the two tracks.
    case impactParameter = "smaller_d0_cm"
    /// The smaller transverse momentum of the two tracks.
    case momentum = "smaller_pT_GeV"

    /// Borders of the bins.
    public var edges: [Double] {
      switch self {
      case .rho: [0, 1, 2, 4, 7, 10, 15, 20, 25, 30, 35, 40, 50, 60, 80]
      case .impactParameter: [0, 0.5, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28]
      case .momentum: [0.25, 0.35, 0.5, 0.7, 1, 1.5, 2, 3, 5]
      }
    }

    func value(_ decay: LongLivedDecay) -> Double {
      switch self {
      case .rho: decay.rho
      case .impactParameter: decay.smallerImpactParameter
      case .momentum: decay.smallerMomentum
      }
    }
  }

  /// What it is plotted against.
  public let quantity: Quantity
  /// A set for each bin.
  public private(set) var bins: [EfficiencySet]

  init(_ quantity: Quantity, lines: Int) {
    self.quantity = quantity
    bins = Array(repeating: EfficiencySet(lines: lines), count: quantity.edges.count - 1)
  }

  mutating func fill(_ decay: LongLivedDecay, _ fired: [Bool], _ byOthers: Bool, _ weight: Double) {
    // Against impact parameter and momentum vertices in acceptance only: where nothing can be seen they say nothing.
    guard quantity == .rho || decay.isInAcceptance else { return }
    let value = quantity.value(decay)
    let edges = quantity.edges
    guard let bin = (0..<bins.count).first(where: { value >= edges[$0] && value < edges[$0 + 1] }) else { return }
    bins[bin].fill(fired, byOthers, weight)
  }
}
