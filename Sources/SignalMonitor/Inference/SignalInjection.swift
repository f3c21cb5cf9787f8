import Foundation
import Statistics

/// A signal that is mixed into a stream on request: which, and how much of it.
public struct SignalInjection: Codable, Hashable, Sendable {
  /// How much.
  public enum Amount: Codable, Hashable, Sendable {
    /// Candidates that the channel's fit is expected to find: events are made for them by the channel's efficiency.
    case yield(Double)
    /// Signal events that are made, wherever they go.
    case produced(Int)
  }

  /// Name of the channel.
  public let channel: String
  /// Mass of the new particle [GeV]; nil for signals without one.
  public let mass: Double?
  /// Its c tau [cm]; nil for the process's own.
  public let lifetime: Double?
  /// How much.
  public let amount: Amount
  /// As it was asked for.
  public let text: String

  /// Reads `CHANNEL:mass=1.5,yield=40,ctau=10`: mass in GeV, ctau in cm, `yield` candidates or `produced` events, in any order.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` that names the part that cannot be read, and what was expected.
  public init(_ text: String) throws(FitRefusal) {
    let form =
      "expected CHANNEL:mass=…,yield=… (GeV, candidates), or produced=… (events) for yield, and ctau=… (cm) if wanted"
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[0].isEmpty else { throw .invalidInput("'\(text)' names no channel, \(form)") }
    var numbers: [String: Double] = [:]
    for part in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard sides.count == 2, ["mass", "yield", "produced", "ctau"].contains(sides[0]) else {
        throw .invalidInput("'\(part)' in '\(text)', \(form)")
      }
      guard numbers[sides[0]] == nil else { throw .invalidInput("'\(sides[0])' twice in '\(text)'") }
      guard let value = Double(sides[1]), value.isFinite, value >= 0 else {
        throw .invalidInput("\(sides[0]) '\(sides[1])' in '\(text)', expected a number that is not negative")
      }
      numbers[sides[0]] = value
    }
    switch (numbers["yield"], numbers["produced"]) {
    case (let yield?, nil):
      guard yield > 0, yield <= 1e6 else {
        throw .invalidInput("a yield of \(yield) in '\(text)', expected above 0 and at most 1e6 candidates")
      }
      amount = .yield(yield)
    case (nil, let produced?):
      guard produced == produced.rounded(), (1...1e6).contains(produced) else {
        throw .invalidInput("'produced=\(produced)' in '\(text)', expected a whole number of events, 1 to 1000000")
      }
      amount = .produced(Int(produced))
    default: throw .invalidInput("'\(text)' needs either 'yield' or 'produced', \(form)")
    }
    self.text = text
    channel = String(halves[0])
    mass = numbers["mass"]
    lifetime = numbers["ctau"]
  }

  /// The signal events to make for a channel.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` where the channel's efficiency is needed and not known.
  public func produced(for channel: SearchChannel) throws(FitRefusal) -> Int {
    switch amount {
    case .produced(let events): return events
    case .yield(let candidates):
      guard let efficiency = efficiency(of: channel) else {
        let at = mass.map { " at \($0) GeV" } ?? ""
        throw .invalidInput(
          "the efficiency of '\(channel.name)'\(at) is not measured: say produced=… events instead of yield=… candidates"
        )
      }
      let events = (candidates / efficiency).rounded()
      guard events <= 1e6 else {
        throw .invalidInput("\(events) events for \(candidates) candidates, expected at most a million")
      }
      return max(Int(events), 1)
    }
  }

  /// Candidates that the fit is expected to find among produced events; nil without an efficiency.
  public func expected(produced: Int, in channel: SearchChannel) -> Double? {
    efficiency(of: channel).map { Double(produced) * $0 }
  }

  private func efficiency(of channel: SearchChannel) -> Double? {
    let curve = channel.normalisation?.efficiency
    return curve?.value(atMass: mass ?? 0, lifetime: lifetime).map(\.value).flatMap { $0 > 0 ? $0 : nil }
  }
}

/// An injected signal and what the fit made of it.
public struct InjectionResult: Codable, Hashable, Sendable {
  /// The injection as it was asked for.
  public let injection: String
  /// Name of the channel.
  public let channel: String
  /// What was simulated.
  public let process: String
  /// Signal events made and mixed in.
  public let produced: Int
  /// Candidates of them that the fit was expected to find; nil without an efficiency.
  public let expected: Double?
  /// Candidates of them that passed the channel's selection, wherever they lie.
  public let selected: Int
  /// The value of the observable of the hypothesis nearest to the injected mass; nil for searches without hypotheses.
  public let hypothesis: Double?
  /// The yield fitted there; nil where there is none, or it is hidden.
  public let yield: EstimatedNumber?
  /// How far that lies from what was expected, in its errors.
  public let pull: Double?
  /// The local significance there.
  public let localSignificance: Double?

  enum CodingKeys: String, CodingKey {
    case injection, channel, process, produced, expected, selected, hypothesis, yield, pull
    case localSignificance = "local_significance"
  }

  /// Compares an injection with a result of its channel.
  public init(
    _ injection: SignalInjection, process: String, produced: Int, selected: Int, in channel: SearchChannel,
    result: ChannelResult
  ) {
    self.injection = injection.text
    self.channel = channel.name
    self.process = process
    self.produced = produced
    self.selected = selected
    expected = injection.expected(produced: produced, in: channel)
    let found: (value: Double?, yield: EstimatedNumber?, significance: Double?)
    if let region = result.regions.first {
      found = (nil, region.yield, region.localSignificance)
    } else {
      let wanted = injection.mass.flatMap {
        if case .template = channel.method { return $0 }
        return channel.massRelation.value(ofMass: $0)
      }
      let nearest = wanted.flatMap { wanted in
        result.hypotheses.min { abs($0.mass - wanted) < abs($1.mass - wanted) }
      }
      // In a plane the mass alone names no hypothesis.
      let isLine = result.secondObservable == nil
      found = isLine ? (nearest?.mass, nearest?.yield, nearest?.localSignificance) : (nil, nil, nil)
    }
    hypothesis = found.value
    yield = found.yield
    localSignificance = found.significance
    pull = found.yield.flatMap { [expected] yield in
      guard let expected else { return nil }
      let difference = yield.value - expected
      let error = difference > 0 ? yield.errorLow : yield.errorHigh
      return error > 0 ? difference / error : nil
    }
  }
}
