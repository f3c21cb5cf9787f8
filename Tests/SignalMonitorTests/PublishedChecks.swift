import Foundation
import SignalMonitor
import Statistics
import TestSupport

/// One row of `Tables/published-checks.csv` and this project's numbers for it.
struct PublishedCheck: Sendable, CustomStringConvertible {
  let test: String
  let inputs: String
  let quantity: String
  let recomputed: String
  let tolerance: String

  var description: String { "\(test): \(inputs), \(quantity)" }

  static func all() throws -> [PublishedCheck] {
    try ReferenceTable("published-checks").rows.map { row in
      guard let test = row["test"], let inputs = row["inputs"], let quantity = row["quantity"],
        let recomputed = row["recomputed"], let tolerance = row["abs_tolerance"]
      else { throw ReferenceTable.Malformed("\(row)") }
      return PublishedCheck(
        test: test, inputs: inputs, quantity: quantity, recomputed: recomputed, tolerance: tolerance)
    }
  }

  /// Every number of a text.
  static func numbers(_ text: String) -> [Double] {
    text.matches(of: /-?\d+(\.\d+)?([eE][-+]?\d+)?/).compactMap { Double(text[$0.range]) }
  }

  /// `key=value` of the inputs; the first number of the value.
  func input(_ key: String) throws -> Double {
    for part in inputs.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if sides.count == 2, sides[0] == key, let value = Self.numbers(sides[1]).first { return value }
    }
    throw ReferenceTable.Malformed("no \(key) in \(inputs)")
  }

  func count(_ key: String) throws -> Int { Int(try input(key)) }

  /// This project's numbers, in the order of the table; nil for a check this does not know.
  func ours() throws -> [Double]? {
    switch test {
    case "FC90", "FC95": return try unified(FeldmanCousins(confidence: test == "FC95" ? 0.95 : 0.9))
    case "Poisson UL":
      let n = try count("n")
      return [0.9, 0.95].map { PoissonInterval.upperLimit(count: n, confidence: $0) }
    case "Garwood 1sigma", "Garwood 3sigma":
      let deviations: Double = test == "Garwood 1sigma" ? 1 : 3
      let level = 1 - 2 * NormalDistribution.tail(deviations)
      let interval = PoissonInterval.central(count: try count("n"), confidence: level)
      return [interval.low, interval.high]
    case "Kraft-Burrows-Nousek":
      let interval = SignalInterval.shortestCredible(
        count: try count("n"), background: try input("b"), confidence: try input("CL"))
      return [interval.low, interval.high]
    case "CLs Poisson":
      let (n, b) = (try count("n"), try input("b"))
      return [0.9, 0.95].map { SignalInterval.upperLimit(count: n, background: b, confidence: $0) }
    case "pyhf 2-bin", "pyhf 1-bin", "closed form": return try severalRegions()
    case "CLs expected (on/off)":
      let given = Self.numbers(inputs).map(abs)
      let region = try CountingRegion(
        count: given[0], background: BackgroundEstimate(expectation: given[0], error: given[1]))
      let limits = try AsymptoticLimit(CountingLikelihood(regions: [region]))
      return [try limits.expectedLimit(confidence: 0.95, deviations: 0)]
    case "Cowan median Z": return [CountSignificance.median(signal: try input("s"), background: try input("b"))]
    case "Cowan median Z with sigma_b":
      return [
        CountSignificance.median(
          signal: try input("s"), background: try input("b"), backgroundError: try input("sigma_b"))
      ]
    case "Li-Ma eq17":
      return [
        CountSignificance.likelihoodRatio(
          on: try input("n_on"), off: try input("n_off"), ratio: 1 / (try input("alpha")))
      ]
    case "Cash (known b)":
      return [CountSignificance.knownBackground(count: try input("n"), background: try input("b"))]
    case "Cousins-Linnemann-Tucker":
      let (on, off, ratio) = (try input("n_on"), try input("n_off"), try input("tau"))
      return [
        CountSignificance.binomial(on: on, off: off, ratio: ratio),
        CountSignificance.likelihoodRatio(on: on, off: off, ratio: ratio),
      ]
    case "RooStats BinomialObs":
      let b = try input("b")
      let ratio = 1 / (b * (try input("rel")) * (try input("rel")))
      return [CountSignificance.binomial(on: try input("obs"), off: ratio * b, ratio: ratio)]
    case "Z->p": return [NormalDistribution.tail(try input("Z"))]
    case "Clopper-Pearson 95%":
      let interval = EfficiencyInterval.clopperPearson.interval(
        passed: try count("k"), total: try count("n"), confidence: 0.95)
      return [interval.low, interval.high]
    case "Crystal Ball": return try crystalBall()
    case "Gross-Vitells", "Vitells-Gross 2D": return try lookElsewhere()
    case "tau->3mu counting": return try tauToThreeMuons()
    default: return nil
    }
  }

  private func unified(_ unified: FeldmanCousins) throws -> [Double] {
    if quantity.hasPrefix("mean UL") { return [unified.sensitivity(background: try input("b"))] }
    let interval = unified.interval(count: try count("n"), background: try input("b"))
    if quantity == "[lo,up]" { return [interval.low, interval.high] }
    return quantity == "up" ? [interval.high] : [interval.high, interval.low]
  }

  private func severalRegions() throws -> [Double] {
    let single = test != "pyhf 2-bin"
    let counts = single ? [55.0] : [51, 48]
    let backgrounds = single ? [(50.0, 7.0)] : [(50, 3), (52, 7)]
    let signals = single ? [5.0] : [12, 11]
    var regions: [CountingRegion] = []
    for index in counts.indices {
      let background = BackgroundEstimate(expectation: backgrounds[index].0, error: backgrounds[index].1)
      regions.append(try CountingRegion(count: counts[index], background: background, signal: signals[index]))
    }
    let limits = try AsymptoticLimit(CountingLikelihood(regions: regions))
    let deviations = [-2.0, -1, 0, 1, 2]
    if quantity.hasPrefix("CLs_exp") {
      return deviations.compactMap { limits.expectedConfidence(ofSignal: 1, deviations: $0) }
    }
    if quantity.hasPrefix("UL95") {
      return [try limits.upperLimit(confidence: 0.95)]
        + (try deviations.map { try limits.expectedLimit(confidence: 0.95, deviations: $0) })
    }
    return [limits.confidence(ofSignal: 1) ?? .nan]
  }

  private func crystalBall() throws -> [Double] {
    let (alpha, power) = (try input("alpha"), try input("n"))
    let shape = SignalShape.crystalBall(tail: PowerTail(start: alpha, power: power))
    let (below, half) = (shape.cumulative(-alpha), shape.cumulative(0))
    // The core from -alpha to 0, whose integral in units of its height is known, gives the norm.
    let core = (Double.pi / 2).squareRoot() * erf(alpha / 2.0.squareRoot())
    return [core / (half - below), below, half]
  }

  private func lookElsewhere() throws -> [Double] {
    if test == "Vitells-Gross 2D" {
      let crossings = try UpCrossings2D(characteristics: (33.5, 94.6), levels: (0, 1))
      if quantity.hasPrefix("N1") { return [crossings.first, crossings.second] }
      return [25.0, 30, 35].map { crossings.globalProbability(ofRatio: $0) }
    }
    if inputs.hasPrefix("Belle II") {
      let expected = UpCrossings.implied(local: 3.4, global: 1.6)
      return [
        UpCrossings(expected: expected).expected(at: 3.4), expected,
        NormalDistribution.tail(1.6) / NormalDistribution.tail(3.4),
      ]
    }
    let crossings = UpCrossings(expected: 4.34, level: 0.5.squareRoot())
    let global = crossings.globalProbability(ofLocal: 5).value
    return [global, NormalDistribution.significance(ofTail: global)]
  }

  /// Candidates and branching fraction of tau to three muons, one candidate over 0.5.
  private func tauToThreeMuons() throws -> [Double] {
    let normalization = try SignalNormalization(exposure: ParentParticles.taus(luminosity: 424), efficiency: 0.2042)
    let background: NuisanceDistribution
    switch inputs {
    case _ where inputs.contains("known"): background = .fixed(0.5)
    case _ where inputs.contains("db=0.5"): background = .gamma(mean: 0.5, relativeDeviation: 1)
    case _ where inputs.contains("db=1.4"): background = .gamma(mean: 0.5, relativeDeviation: 2.8)
    case _ where inputs.contains("truncated"): background = .normal(mean: 0.5, deviation: 1.4)
    case _ where inputs.contains("bifurcated"): background = .bifurcated(mode: 0.5, low: 0.5, high: 1.4)
    default:
      let classical = PoissonInterval.upperLimit(count: 1, confidence: 0.9)
      let unified = FeldmanCousins(confidence: 0.9).interval(count: 1, background: 0.5).high
      return [classical, classical, unified, unified].enumerated().map {
        $0.offset % 2 == 0 ? $0.element : $0.element / normalization.candidatesPerUnit
      }
    }
    let limit = try AveragedCount(count: 1, background: background).upperLimit(confidence: 0.9)
    return [limit.value, normalization.converted(limit).value]
  }
}
