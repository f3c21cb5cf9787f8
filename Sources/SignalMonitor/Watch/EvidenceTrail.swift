/// What the counts of one hypothesis say at one look.
struct EvidenceReading {
  /// Where evidence comes from.
  enum Source {
    /// Counts in the peak region and in sidebands: ``CountingEvidence``.
    case counting
    /// The significance of a likelihood fit: ``SignalPrior``.
    case likelihood
  }

  let source: Source
  /// Logarithm of the e-value.
  let logValue: Double
  /// The local significance.
  let significance: Double

  init(source: Source, logValue: Double, significance: Double) {
    self.source = source
    self.logValue = logValue
    self.significance = significance
  }

  /// Counts in a signal region and in sidebands of `ratio` times its background.
  init(on: Int, off: Int, ratio: Double) {
    self.init(
      source: .counting, logValue: CountingEvidence.sidebands(on: on, off: off, ratio: ratio),
      significance: CountingExperiment(count: on, sidebandCount: off, sidebandRatio: ratio).significance)
  }
}

/// The evidence for a signal at one hypothesis, carried from look to look.
///
/// Counts against sidebands speak first; the likelihood fit takes over when it has enough candidates, for good. From then on the evidence is that of
/// the counts at the change times the growth of the fit's since: a product of conditional likelihood ratios, whose mean without
/// signal stays 1. At looks without an answer it stays what it was.
struct EvidenceTrail {
  /// Logarithm of the evidence now.
  private(set) var logValue = 0.0
  private var source: EvidenceReading.Source?
  /// What the source's own logarithm is shifted by.
  private var shift = 0.0

  /// Takes what the counts say at a look.
  mutating func take(_ reading: EvidenceReading) {
    if let source, source != reading.source {
      guard reading.source == .likelihood else { return }
      shift = logValue - reading.logValue
    }
    source = reading.source
    logValue = reading.logValue + shift
  }
}
