import EventModel

/// A search for a narrow peak: which candidates, which observable, what a signal would look like, where to look.
///
/// Read from a YAML file by ``SearchChannel/init(yaml:file:)``; the files under `Menus/channels` are examples.
public struct SearchChannel: Hashable, Sendable {
  /// Name on the command line and in results.
  public var name: String
  /// A line for titles.
  public var title: String
  /// Version of the definition, counted by its author.
  public var version: Int
  /// Hash of the file the channel was read from (64-bit FNV-1a, 16 hexadecimal digits).
  public var definition: String
  /// Which candidates of the reconstruction.
  public var candidate: CandidateKind
  /// What is histogrammed.
  public var observable: CandidateAttribute
  /// Cuts a candidate must pass, all of them.
  public var cuts: [CandidateCut]
  /// Range of the spectrum, in the observable's unit.
  public var range: ClosedRange<Double>
  /// The peak.
  public var shape: SignalShape
  /// Its width.
  public var resolution: Resolution
  /// The scan.
  public var scan: ScanSettings
}

/// A cut on an attribute of a candidate.
public struct CandidateCut: Hashable, Sendable {
  /// The ways to compare.
  public enum Comparison: String, CaseIterable, Sendable {
    /// Not above.
    case atMost = "<="
    /// Not below.
    case atLeast = ">="
    /// Below.
    case below = "<"
    /// Above.
    case above = ">"
  }

  /// What is compared.
  public var attribute: CandidateAttribute
  /// How.
  public var comparison: Comparison
  /// With what, in the attribute's unit.
  public var threshold: Double

  /// A cut.
  public init(attribute: CandidateAttribute, comparison: Comparison, threshold: Double) {
    self.attribute = attribute
    self.comparison = comparison
    self.threshold = threshold
  }

  /// Whether a value passes; a value that is not a number passes no cut.
  @inlinable
  public func passes(_ value: Double) -> Bool {
    switch comparison {
    case .atMost: return value <= threshold
    case .atLeast: return value >= threshold
    case .below: return value < threshold
    case .above: return value > threshold
    }
  }
}

/// Where a scan looks for peaks and how each hypothesis is fitted.
public struct ScanSettings: Hashable, Sendable {
  /// Masses tried, in the observable's unit.
  public var range: ClosedRange<Double>
  /// Distance of neighbouring hypotheses, in resolutions; whole quarters.
  public var step: Double
  /// Half-width of the fitted window, in resolutions.
  public var window: Int
  /// Orders of the background polynomial among which each window chooses.
  public var orders: ClosedRange<Int>
  /// Confidence level of upper limits.
  public var confidence: Double

  /// Settings of a scan.
  public init(
    range: ClosedRange<Double>, step: Double = 0.5, window: Int = 20, orders: ClosedRange<Int> = 1...4,
    confidence: Double = 0.9
  ) {
    self.range = range
    self.step = step
    self.window = window
    self.orders = orders
    self.confidence = confidence
  }
}
