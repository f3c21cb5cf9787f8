/// What a search found: counts, the answer of every hypothesis, and the largest excess.
public struct ChannelResult: Codable, Sendable {
  /// Name of the channel.
  public let channel: String
  /// Its title.
  public let title: String
  /// Version of its definition.
  public let version: Int
  /// Hash of its definition.
  public let definition: String
  /// Name of the observable.
  public let observable: String
  /// Unit of masses, resolutions and windows.
  public let unit: String
  /// Confidence level of upper limits.
  public let confidence: Double
  /// Reconstructed events seen.
  public let events: Int
  /// Candidates of the channel's kind.
  public let candidates: Int
  /// Candidates that passed the channel's cuts: in range, below, above, undefined add up to it.
  public let selected: Int
  /// Candidates in the range of the spectrum.
  public let inRange: Int
  /// Candidates below it.
  public let below: Int
  /// Candidates above it.
  public let above: Int
  /// Candidates whose observable is not a number.
  public let undefined: Int
  /// The largest excess.
  public let summary: ScanSummary
  /// Every hypothesis, in order of mass.
  public let hypotheses: [HypothesisResult]

  enum CodingKeys: String, CodingKey {
    case channel, title, version, definition, observable, unit, confidence, events, candidates, selected
    case inRange = "in_range"
    case below, above, undefined, summary, hypotheses
  }

  /// Fits a channel's spectrum.
  init(_ channel: SearchChannel, _ spectrum: Spectrum, events: Int, candidates: Int) {
    self.channel = channel.name
    title = channel.title
    version = channel.version
    definition = channel.definition
    observable = channel.observable.rawValue
    unit = channel.observable.unit
    confidence = channel.scan.confidence
    self.events = events
    self.candidates = candidates
    selected = spectrum.total
    inRange = spectrum.inRange
    below = spectrum.below
    above = spectrum.above
    undefined = spectrum.undefined
    hypotheses = MassScan(spectrum: spectrum, shape: channel.shape, settings: channel.scan).results()
    summary = ScanSummary(hypotheses)
  }
}
