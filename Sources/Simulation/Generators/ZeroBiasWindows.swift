import Detector
import Statistics

/// Windows without a collision: beam background alone, cut so that a sum over windows is a rate.
///
/// A trigger looks at windows that slide, and one track or cluster would fire in all that hold it. So every shower of tracks
/// opens a window of its own, at its own time, and time without a shower is cut into windows of the calorimeter's 250 ns:
/// together one window for each 250 ns. What comes later in the readout window is added, what came before has
/// had its own window. A line's rate is then the sum of weights of the windows on which it fires, over the live time.
///
/// Few windows hold anything that fires. Stratified windows are drawn from classes: by the showers (none, one track, more
/// tracks, more showers) and by the clusters in the decision window. Some follow the shares of the shower classes and
/// the clusters as they come, others the shares of the cluster classes and the showers as they come, the rest both as
/// they come; each weighs the probability of its class over the share of windows drawn from it. The mean weight is 1.
struct ZeroBiasWindows {
  /// False for windows as they come, each with weight 1.
  let isStratified: Bool
  private let showers: BeamBackground.Showers
  private let opening: Double
  private let laterMean: Double
  private let clusterMeans: [Double]
  private var cells: [Cell] = []

  /// A class of showers with a class of clusters.
  private struct Cell {
    let showers: ShowerClass
    let clusters: ClusterStratum
    /// Sum of the shares of windows up to this class.
    let upTo: Double
    /// Probability over share.
    let weight: Double
  }

  private enum ShowerClass: CaseIterable {
    case none, oneTrack, tracks, showers
  }

  /// Windows whose numbers of clusters lie in ranges.
  private struct ClusterStratum {
    let medium: ClosedRange<Int>
    let hard: ClosedRange<Int>
    let energetic: ClosedRange<Int>
    /// Share of the windows that follow the cluster classes.
    let share: Double

    static let many = 60
    static let all = [
      ClusterStratum(medium: 0...1, hard: 0...0, energetic: 0...0, share: 0.1),
      ClusterStratum(medium: 2...2, hard: 0...0, energetic: 0...0, share: 0.2),
      ClusterStratum(medium: 3...many, hard: 0...0, energetic: 0...0, share: 0.25),
      ClusterStratum(medium: 0...0, hard: 1...1, energetic: 0...0, share: 0.1),
      ClusterStratum(medium: 1...many, hard: 1...1, energetic: 0...0, share: 0.1),
      ClusterStratum(medium: 0...many, hard: 2...many, energetic: 0...0, share: 0.1),
      ClusterStratum(medium: 0...many, hard: 0...many, energetic: 1...many, share: 0.15),
    ]

    var ranges: [ClosedRange<Int>] { [medium, hard, energetic] }
  }

  /// Shares of windows that follow the classes of showers, of clusters, and neither.
  private static let followsShowers = 0.4
  private static let followsClusters = 0.35
  private static let followsNeither = 0.25

  private static func share(_ showers: ShowerClass) -> Double {
    switch showers {
    case .none: 0.05
    case .oneTrack: 0.5
    case .tracks: 0.3
    case .showers: 0.15
    }
  }

  /// Windows at a background level.
  /// - Parameters:
  ///   - level: level of beam background.
  ///   - window: one over the rate of windows, ns; the mean number of showers in it must be below 1.
  ///   - isStratified: false for windows as they come.
  init(level: Double, window: Double, isStratified: Bool, _ background: BeamBackground) {
    showers = background.showers
    opening = min(1, level * background.showers.rate * window)
    laterMean = level * background.showers.rate * DriftChamberResponse.window.upperBound
    let spectrum = ClusterSpectrum(background)
    let decision = BackgroundContents.decisionWindow
    let inDecision = (decision.upperBound - decision.lowerBound) / (2 * BackgroundRates.clusterWindow)
    clusterMeans = ClusterClass.allCases.map { level * inDecision * spectrum.clusters(in: $0.energies) }
    self.isStratified = isStratified && level > 0
    guard self.isStratified else { return }
    var sum = 0.0
    for showers in ShowerClass.allCases {
      for clusters in ClusterStratum.all {
        let showerProbability = probability(showers)
        let clusterProbability = probability(clusters)
        let shares: Double =
          Self.followsShowers * Self.share(showers) * clusterProbability
          + Self.followsClusters * showerProbability * clusters.share
          + Self.followsNeither * showerProbability * clusterProbability
        let possible = showerProbability * clusterProbability
        guard possible > 0 else { continue }
        sum += shares
        cells.append(Cell(showers: showers, clusters: clusters, upTo: sum, weight: possible / shares))
      }
    }
    // Where a class cannot occur its share goes to the others.
    cells = cells.map { Cell(showers: $0.showers, clusters: $0.clusters, upTo: $0.upTo / sum, weight: $0.weight * sum) }
  }

  private func probability(_ showers: ShowerClass) -> Double {
    let alone = PortableMath.exp(-laterMean)
    switch showers {
    case .none: return 1 - opening
    case .oneTrack: return opening * alone * self.showers.oneTrack
    case .tracks: return opening * alone * (1 - self.showers.oneTrack)
    case .showers: return opening * (1 - alone)
    }
  }

  private func probability(_ stratum: ClusterStratum) -> Double {
    zip(stratum.ranges, clusterMeans).reduce(1) { $0 * PoissonTerms(mean: $1.1, in: $1.0).probability }
  }

  /// Makes one window: no particles, what its background holds, and the weight that goes with it.
  /// - Parameter count: windows before this one: the classes are met in their shares at any length of the stream.
  func generate(into event: inout GeneratedEvent, count: Int, _ random: inout CounterRandom) {
    event.removeAllParticles()
    guard isStratified else {
      event.background = contents(random.uniform() < opening ? anyShower(&random) : .none, nil, &random)
      return
    }
    // The fractional parts of multiples of the golden ratio fill an interval evenly.
    let position = Double((UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15) >> 11) * 0x1p-53
    let cell = cells.first { position < $0.upTo } ?? cells[cells.count - 1]
    let numbers = zip(cell.clusters.ranges, clusterMeans).map { PoissonTerms(mean: $1, in: $0).draw(&random) }
    event.weight = cell.weight
    event.background = contents(
      cell.showers, BackgroundContents.Clusters(medium: numbers[0], hard: numbers[1], energetic: numbers[2]), &random)
  }

  private func anyShower(_ random: inout CounterRandom) -> ShowerClass {
    if random.uniform() >= PortableMath.exp(-laterMean) { return .showers }
    return random.uniform() < showers.oneTrack ? .oneTrack : .tracks
  }

  private func contents(
    _ shower: ShowerClass, _ clusters: BackgroundContents.Clusters?, _ random: inout CounterRandom
  ) -> BackgroundContents {
    switch shower {
    case .none: return BackgroundContents(openingTracks: 0, laterShowers: 0, clusters: clusters)
    case .oneTrack: return BackgroundContents(openingTracks: 1, laterShowers: 0, clusters: clusters)
    case .tracks:
      let isThree = random.uniform() * (1 - showers.oneTrack) >= showers.twoTracks
      return BackgroundContents(openingTracks: isThree ? 3 : 2, laterShowers: 0, clusters: clusters)
    case .showers:
      let later = PoissonTerms(mean: laterMean, in: 1...ClusterStratum.many).draw(&random)
      return BackgroundContents(
        openingTracks: BackgroundTracks.multiplicity(showers, &random), laterShowers: later, clusters: clusters)
    }
  }
}

/// The part of a Poisson distribution whose numbers lie in a range.
struct PoissonTerms {
  private let range: ClosedRange<Int>
  private let terms: [Double]
  /// Probability of a number in the range.
  var probability: Double { min(1, terms.reduce(0, +)) }

  /// - Parameters:
  ///   - mean: of the whole distribution, not negative.
  ///   - range: numbers, not negative.
  init(mean: Double, in range: ClosedRange<Int>) {
    self.range = range
    var term = PortableMath.exp(-mean)
    var terms: [Double] = []
    for number in 0...range.upperBound {
      if number > 0 { term *= mean / Double(number) }
      if number >= range.lowerBound { terms.append(term) }
      // Beyond the mean the terms fall quickly.
      if Double(number) > mean, number >= range.lowerBound, term < 1e-17 { break }
    }
    self.terms = terms
  }

  /// A number of the range, distributed as in the whole.
  func draw(_ random: inout CounterRandom) -> Int {
    var target = random.uniform() * terms.reduce(0, +)
    for (index, term) in terms.enumerated() {
      if target < term { return range.lowerBound + index }
      target -= term
    }
    return range.lowerBound
  }
}
