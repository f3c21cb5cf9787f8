/// What is known of the background expectation of a signal region.
public enum BackgroundEstimate: Hashable, Sendable {
  /// The expectation, without error.
  case known(Double)
  /// A count elsewhere, where `ratio` times the region's background is expected: sidebands, or simulation of `ratio` times
  /// the luminosity. The count need not be whole.
  case measured(count: Double, ratio: Double)

  /// An expectation with its error, as the count that would have given both: (b/error)^2 candidates. Without error the
  /// expectation is known.
  public init(expectation: Double, error: Double) {
    if error > 0 {
      self = .measured(count: expectation / error * (expectation / error), ratio: expectation / error / error)
    } else {
      self = .known(expectation)
    }
  }

  /// The expectation.
  public var expectation: Double {
    switch self {
    case .known(let expectation): return expectation
    case .measured(let count, let ratio): return count / ratio
    }
  }

  /// Its standard error.
  public var error: Double {
    switch self {
    case .known: return 0
    case .measured(let count, let ratio): return count.squareRoot() / ratio
    }
  }

  /// Whether the numbers make an expectation: finite, not negative, a positive ratio.
  var isValid: Bool {
    switch self {
    case .known(let expectation): return expectation >= 0 && expectation.isFinite
    case .measured(let count, let ratio): return count >= 0 && count.isFinite && ratio > 0 && ratio.isFinite
    }
  }
}
