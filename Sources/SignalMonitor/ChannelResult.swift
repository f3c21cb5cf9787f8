/// What a search found: counts, the answer of every hypothesis or region, and the largest excess.
public struct ChannelResult: Codable, Sendable {
  /// Name of the channel.
  public let channel: String
  /// Its title.
  public let title: String
  /// Version of its definition.
  public let version: Int
  /// Hash of its definition.
  public let definition: String
  /// How candidates become numbers.
  public let method: String
  /// Whether fits can be made, or what is missing.
  public let state: String
  /// Name of the observable; empty if there is none.
  public let observable: String
  /// Unit of masses, resolutions and windows.
  public let unit: String
  /// Name of the second observable of searches in a plane.
  public let secondObservable: String?
  /// Confidence level of upper limits.
  public let confidence: Double
  /// Integrated luminosity in 1/fb that limits on physics were made with.
  public let luminosity: Double?
  /// Whether the channel hides something that this result does not show: no number of it holds hidden candidates.
  public let blinded: Bool
  /// What is hidden, in words; nil if nothing is.
  public let blinding: String?
  /// The simulated signals that were mixed into the events, in words; nil for none. A result with it says nothing of nature.
  public let injected: String?
  /// Reconstructed events seen.
  public let events: Int
  /// Candidates of the channel's kind.
  public let candidates: Int
  /// Candidates that passed the selection, and the networks where there are any: in range, below, above, undefined add up to it.
  public let selected: Int
  /// Candidates in the range of the observable.
  public let inRange: Int
  /// Candidates below it.
  public let below: Int
  /// Candidates above it, or outside of a plane.
  public let above: Int
  /// Candidates whose observable is not a number.
  public let undefined: Int
  /// The largest excess.
  public let summary: ScanSummary
  /// Every hypothesis, in order of mass; of searches in a plane those with a candidate in window or ring.
  public private(set) var hypotheses: [HypothesisResult]
  /// Hypotheses without any candidate in their window that are left out: always of planes, else of compact results.
  public private(set) var emptyHypotheses: Int?
  /// The answer that those share.
  public private(set) var emptyHypothesis: HypothesisResult?
  /// Signal regions of a counting experiment.
  public let regions: [RegionResult]
  /// What the networks did, and whether their inputs drift; nil without trained networks.
  public let network: NetworkResult?
  /// What watching the channel gave, valid however often anyone looked; nil where nobody watched.
  public var watch: WatchResult?
  /// Why the channel was not watched though others were.
  public var notWatched: String?

  enum CodingKeys: String, CodingKey {
    case channel, title, version, definition, method, state, observable, unit
    case secondObservable = "second_observable"
    case confidence, luminosity, blinded, blinding, injected, events, candidates, selected
    case inRange = "in_range"
    case below, above, undefined, summary, hypotheses
    case emptyHypotheses = "empty_hypotheses"
    case emptyHypothesis = "empty_hypothesis"
    case regions, network, watch
    case notWatched = "not_watched"
  }

  /// Fits a channel's data.
  ///
  /// - Parameters:
  ///   - fits: of an earlier result of the same channel, kept for the next.
  ///   - fromLast: begins fits at their last answers and keeps those whose data did not change.
  init(
    _ channel: SearchChannel, _ data: ChannelData, events: Int, _ conditions: FitConditions, fits: inout WindowFits?,
    fromLast: Bool
  ) {
    self.channel = channel.name
    title = channel.title
    version = channel.version
    definition = channel.definition
    method = channel.method.name
    state = channel.state
    observable = channel.observables.first?.name ?? ""
    unit = channel.observables.first?.unit ?? ""
    confidence = channel.confidence
    luminosity = conditions.luminosity
    let hiding = conditions.unblinded ? nil : channel.blinding
    blinded = hiding != nil
    blinding = hiding?.notice(unit: channel.observables.first?.unit ?? "")
    injected = conditions.injected
    self.events = events
    let hidden = data.hidden(by: hiding)
    candidates = data.candidates - hidden
    selected = data.selected - hidden
    inRange = data.inRange - hidden
    below = data.below
    above = data.above
    undefined = data.undefined
    var regions: [RegionResult] = []
    var hypotheses: [HypothesisResult] = []
    var empty: (HypothesisResult?, Int)?
    switch channel.method {
    case .peak:
      let scan = MassScan(channel, data, unblinded: conditions.unblinded, fits: &fits, fromLast: fromLast)
      hypotheses = scan?.results() ?? []
    case .plane(let search):
      if let plane = data.plane, !blinded {
        let scan = PlaneScan(search: search, counts: plane, confidence: channel.confidence).results()
        hypotheses = scan.populated
        empty = (scan.empty, scan.emptyCount)
      }
    case .template(let search):
      if let histogram = data.histogram {
        hypotheses = TemplateScan(search: search, counts: histogram, confidence: channel.confidence, hidden: blinded)
          .results()
      }
    case .counting(let definitions):
      let isHidden = blinded
      regions = zip(definitions, data.regions).map {
        RegionResult($0, $1, confidence: channel.confidence, conditions, hidden: isHidden)
      }
    case .none: break
    }
    let conversion = LimitConversion(channel, conditions)
    for index in hypotheses.indices { conversion.apply(to: &hypotheses[index]) }
    for index in regions.indices { conversion.apply(to: &regions[index]) }
    secondObservable = empty == nil ? nil : channel.observables[1].name
    emptyHypotheses = empty?.1
    emptyHypothesis = empty?.0
    self.regions = regions
    network = NetworkResult(channel.network, data.network)
    self.hypotheses = hypotheses
    if case .plane(let search) = channel.method, let plane = data.plane, !blinded {
      summary = ScanSummary(
        hypotheses, plane: PlaneScan(search: search, counts: plane, confidence: channel.confidence))
    } else {
      summary = ScanSummary(hypotheses)
    }
  }

  /// The result without the hypotheses that have no candidate in their window: they all have the same answer.
  public var compact: ChannelResult {
    guard secondObservable == nil else { return self }
    var result = self
    result.hypotheses = hypotheses.filter { $0.candidates > 0 || $0.method != .counting }
    let left = hypotheses.count - result.hypotheses.count
    if left > 0 {
      result.emptyHypotheses = left
      result.emptyHypothesis = hypotheses.first { $0.candidates == 0 && $0.method == .counting }
    }
    // What is refused for no other reason than a place beyond the data says nothing either.
    result.hypotheses.removeAll { $0.candidates == 0 && $0.method == .refused }
    return result
  }
}
