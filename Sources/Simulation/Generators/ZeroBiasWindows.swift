import Statistics

/// Windows without a collision: beam background alone, as a trigger at random times would record it.
///
/// What fires the trigger in such windows are mostly tracks from showers off the interaction point, and few windows hold one. So they are
/// sampled by importance: windows without, with one, and with more showers are drawn in fixed shares and weighted by the
/// probability of each class over its share. The mean weight is 1.
struct ZeroBiasWindows {
  /// Shares of windows with no, one, and more showers.
  private static let shares = [0.4, 0.4, 0.2]

  /// False for windows as they come, each with weight 1.
  let isEnriched: Bool
  private let mean: Double

  /// Windows at a background level.
  /// - Parameters:
  ///   - background: level of beam background.
  ///   - isEnriched: false for windows as they come.
  init(background: Double, isEnriched: Bool) {
    mean = DetectorResponse.meanBackgroundShowers(level: background)
    self.isEnriched = isEnriched && mean > 0
  }

  /// Makes one window: no particles, the number of showers, and the weight that goes with it.
  func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    event.removeAllParticles()
    guard isEnriched else { return }
    let none = PortableMath.exp(-mean)
    let one = mean * none
    let more = max(0, 1 - none - one)
    let choice = random.uniform()
    if choice < Self.shares[0] {
      event.backgroundShowers = 0
      event.weight = none / Self.shares[0]
    } else if choice < Self.shares[0] + Self.shares[1] {
      event.backgroundShowers = 1
      event.weight = one / Self.shares[1]
    } else {
      event.backgroundShowers = severalShowers(&random)
      event.weight = more / Self.shares[2]
    }
  }

  /// A number of showers above one, distributed as in windows that have so many.
  private func severalShowers(_ random: inout CounterRandom) -> Int {
    // Inversion of the Poisson distribution from 2 on; terms are relative to that of 2.
    var terms = [1.0]
    while terms.count < 100, let last = terms.last, last > 1e-12 {
      terms.append(last * mean / Double(terms.count + 2))
    }
    var target = random.uniform() * terms.reduce(0, +)
    for (index, term) in terms.enumerated() {
      if target < term { return index + 2 }
      target -= term
    }
    return 2
  }
}
