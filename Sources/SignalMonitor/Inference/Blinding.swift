/// What a search does not show before its authors decided to look: the counts and fits of its signal region.
///
/// Read from the channel file. Nothing that is made of a channel may depend on what it hides: results, messages, plots and tables of candidates
/// leave hidden candidates out of every number, and say so.
public enum Blinding: Hashable, Sendable {
  /// Signal regions of a counting experiment, or every hypothesis of a scan.
  case everything
  /// Ranges of the observable, in its unit.
  case ranges([ClosedRange<Double>])

  /// Whether a value of the observable is hidden.
  public func hides(_ value: Double) -> Bool {
    switch self {
    case .everything: true
    case .ranges(let ranges): ranges.contains { $0.contains(value) }
    }
  }

  /// Whether a window touches what is hidden: its candidates would tell of it.
  public func hides(_ window: ClosedRange<Double>) -> Bool { refusal(of: window) != nil }

  /// Why nothing is shown of a window; nil if nothing in it is hidden.
  func refusal(of window: ClosedRange<Double>) -> FitRefusal? {
    switch self {
    case .everything: return .hidden
    case .ranges(let ranges):
      return ranges.first { $0.overlaps(window) }.map { .blinded(low: $0.lowerBound, high: $0.upperBound) }
    }
  }

  /// What stands on plots and in results.
  public func notice(unit: String) -> String {
    switch self {
    case .everything: return "blinded: everything"
    case .ranges(let ranges):
      let texts = ranges.map {
        "\($0.lowerBound.formatted(digits: 5)) to \($0.upperBound.formatted(digits: 5)) \(unit)"
      }
      return "blinded: \(texts.joined(separator: ", "))"
    }
  }
}

extension ChannelData {
  /// Candidates in the search's range that a blinding hides; none without one.
  ///
  /// A bin that touches a hidden range is hidden whole.
  func hidden(by blinding: Blinding?) -> Int {
    guard let blinding else { return 0 }
    if let spectrum {
      let edges = spectrum.grid.edges
      return spectrum.counts.indices.reduce(0) { sum, bin in
        sum + (blinding.hides(edges[bin]...edges[bin + 1]) ? spectrum.counts[bin] : 0)
      }
    }
    return plane?.inRange ?? histogram?.inRange ?? inRegions
  }

  /// Whether a channel hides a candidate, from its observables and conditions by position.
  func isHidden(by channel: SearchChannel, value: (Int) -> Double, isTrue: (Int) -> Bool) -> Bool {
    guard let blinding = channel.blinding else { return false }
    switch channel.method {
    case .peak:
      // By bins, as the counts are; what lies outside of the spectrum is counted in the open.
      guard let grid = spectrum?.grid, let bin = grid.bin(of: value(0)) else { return false }
      return blinding.hides(grid.edges[bin]...grid.edges[bin + 1])
    case .counting(let regions): return regions.contains { isTrue($0.signal) }
    case .plane, .template, .none: return true
    }
  }
}
