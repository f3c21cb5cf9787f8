import Statistics
import Synchronization

/// The watch over one channel: what its counts said at every look so far.
///
/// Hypotheses, models and priors are fixed when the watch is made; what a channel hides or vetoes is not watched.
struct ChannelWatch {
  /// What one look found at a hypothesis.
  struct Sighting {
    let hypothesis: Int
    let logValue: Double
    /// The local significance; nil where it was not asked for.
    let significance: Double?
    /// The hypothesis in words, from its numbers or its place.
    var values: [Double] = []
  }

  /// Why nothing is watched; nil if something is.
  let refusal: String?
  private let channel: SearchChannel
  private let plan: WatchPlan
  private var anytime: AnytimeSignificance?
  private(set) var planned: PlannedWatch?
  private var alarmEvents: Int?
  private var leading: String?
  private var events = 0
  /// The hypotheses of a peak search that are watched, by their place in the scan.
  private var places: [Int] = []
  /// Their fits, with the background's order fixed, kept from look to look.
  private var fits: WatchedFits?
  private var trails: [EvidenceTrail] = []
  /// Candidates in the window of each hypothesis at the last look: an unchanged window says nothing new.
  private var contents: [Int] = []

  init(_ channel: SearchChannel, plan: WatchPlan, unblinded: Bool) throws {
    self.channel = channel
    self.plan = plan
    let hypotheses: Int
    let blinding = unblinded ? nil : channel.blinding
    switch channel.method {
    case .peak(let search):
      var frozen = search
      frozen.scan.orders = search.scan.orders.upperBound...search.scan.orders.upperBound
      let plan = ScanPlan(frozen, grid: try search.grid())
      places = plan.windows.indices.filter { plan.refusal($0, blinding) == nil }
      fits = WatchedFits(plan)
      hypotheses = places.count
    case .plane(let search):
      hypotheses =
        blinding == nil
        ? PlaneScan(search: search, counts: try PlaneCounts(search), confidence: channel.confidence).hypothesisCount : 0
    case .template(let search): hypotheses = blinding == nil && !search.backgrounds.isEmpty ? search.signals.count : 0
    case .counting(let regions): hypotheses = blinding == nil ? regions.count { $0.watchedRatio != nil } : 0
    case .none: hypotheses = 0
    }
    guard hypotheses > 0 else {
      refusal =
        blinding != nil && channel.method.unmeasured == nil && channel.missing.isEmpty
        ? "blinded" : "no hypothesis that counts alone can speak of"
      return
    }
    refusal = nil
    trails = [EvidenceTrail](repeating: EvidenceTrail(), count: hypotheses)
    contents = [Int](repeating: 0, count: hypotheses)
    anytime = try AnytimeSignificance(hypotheses: hypotheses)
    planned = try plan.plannedEvents.map { events throws(FitRefusal) in
      try PlannedWatch(plannedExposure: Double(events), hypotheses: hypotheses)
    }
  }

  /// Logarithm of the mean e-value at the last look; nil if nothing is watched.
  var logValue: Double? { anytime?.logValue }

  /// What watching gave; nil if nothing is watched.
  var result: WatchResult? {
    anytime.map {
      WatchResult(
        $0, planned: planned, plan: plan, events: events, alarmEvents: alarmEvents, leading: leading, of: "hypotheses")
    }
  }

  /// Looks at the counts after a number of events.
  mutating func look(_ data: ChannelData, events: Int) throws(FitRefusal) {
    guard var anytime else { return }
    let sightings = sightings(data)
    try anytime.look(sightings.map { ($0.hypothesis, $0.logValue) })
    leading = sightings.first { $0.hypothesis == anytime.leading }.map(name)
    if planned != nil {
      let largest = sightings.compactMap(\.significance).max() ?? 0
      planned?.look(exposure: Double(events), significance: largest)
    }
    self.events = events
    self.anytime = anytime
    if alarmEvents == nil, anytime.probability <= plan.claim { alarmEvents = events }
  }

  private mutating func sightings(_ data: ChannelData) -> [Sighting] {
    switch channel.method {
    case .peak: return peakSightings(data)
    case .plane(let search):
      guard let counts = data.plane else { return [] }
      return sightings(PlaneScan(search: search, counts: counts, confidence: channel.confidence))
    case .template(let search):
      guard let histogram = data.histogram else { return [] }
      return templateSightings(search, histogram)
    case .counting(let regions):
      return zip(regions, data.regions).filter { $0.0.watchedRatio != nil }.enumerated().map { index, pair in
        Sighting(
          hypothesis: index, on: pair.1.signal, off: pair.1.sidebands, ratio: pair.0.watchedRatio ?? 1,
          isPlanned: planned != nil)
      }
    case .none: return []
    }
  }

  private mutating func peakSightings(_ data: ChannelData) -> [Sighting] {
    guard let fits, let spectrum = data.spectrum else { return [] }
    return fits.memory.withLock { fits in
      fits.refresh(spectrum, slices: data.slices, values: data.values)
      var sightings: [Sighting] = []
      for (index, place) in places.enumerated() {
        let window = fits.plan.windows[place]
        let content = fits.counts(window).reduce(0, +)
        var significance: Double?
        if content != contents[index], let reading = fits.reading(place) {
          contents[index] = content
          trails[index].take(reading)
          significance = reading.significance
        }
        guard content > 0 else { continue }
        sightings.append(
          Sighting(
            hypothesis: index, logValue: trails[index].logValue, significance: significance, values: [window.mass]))
      }
      return sightings
    }
  }

  private mutating func templateSightings(_ search: TemplateSearch, _ histogram: TemplateSpectrum) -> [Sighting] {
    let scan = TemplateScan(search: search, counts: histogram, confidence: channel.confidence, hidden: false)
    let candidates = histogram.inRange
    return search.signals.enumerated().map { index, signal in
      var significance: Double?
      if candidates != contents[index], let found = scan.significance(signal) {
        contents[index] = candidates
        let logValue = SignalPrior.candidates.logValue(significance: found, exposure: Double(candidates))
        trails[index].take(EvidenceReading(source: .likelihood, logValue: logValue, significance: found))
        significance = found
      }
      return Sighting(hypothesis: index, logValue: trails[index].logValue, significance: significance)
    }
  }

  private func sightings(_ scan: PlaneScan) -> [Sighting] {
    let (first, second) = (scan.counts.grids[0].edges, scan.counts.grids[1].edges)
    return scan.places.enumerated().map { index, place in
      Sighting(
        hypothesis: index, on: place.window, off: place.ring, ratio: scan.ratio, isPlanned: planned != nil,
        values: [first[place.i], second[place.j]])
    }
  }

  /// A hypothesis in words.
  private func name(_ sighting: Sighting) -> String {
    switch channel.method {
    case .counting(let regions): return regions.filter { $0.watchedRatio != nil }[sighting.hypothesis].name
    case .template(let search): return search.signals[sighting.hypothesis].name
    case .peak, .plane, .none:
      return zip(sighting.values, channel.observables).map { "\($0.formatted(digits: 5)) \($1.unit)" }
        .joined(separator: ", ")
    }
  }
}

/// The fits of a watched channel. Copies of the watch share them, one at a time.
private final class WatchedFits: Sendable {
  let memory: Mutex<WindowFits>

  init(_ plan: ScanPlan) { memory = Mutex(WindowFits(plan)) }
}

extension ChannelWatch.Sighting {
  /// Counts in a signal region and in sidebands of `ratio` times its background.
  fileprivate init(
    hypothesis: Int, on: Int, off: Int, ratio: Double, isPlanned: Bool, values: [Double] = []
  ) {
    let experiment = CountingExperiment(count: on, sidebandCount: off, sidebandRatio: ratio)
    self.init(
      hypothesis: hypothesis, logValue: CountingEvidence.sidebands(on: on, off: off, ratio: ratio),
      significance: isPlanned ? experiment.significance : nil, values: values)
  }
}

extension RegionDefinition {
  /// The least ratio of sideband to signal region that the transfer allows within two standard errors: evidence that holds with it holds with
  /// the true one. Nil where the background does not follow from counts.
  fileprivate var watchedRatio: Double? {
    guard case .transfer(let value, let error) = background else { return nil }
    return 1 / (value + 2 * error)
  }
}
