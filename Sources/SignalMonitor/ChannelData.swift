import Statistics

/// What a channel has counted: everything its fits need.
///
/// Counts are whole numbers and lists are kept in order, so the data of workers or of parts of a run merge exactly, in any order.
public struct ChannelData: Hashable, Sendable {
  /// Candidates of the channel's kind.
  public private(set) var candidates = 0
  /// Candidates that passed the selection.
  public private(set) var selected = 0
  /// Those among them of injected signals, by the number of the signal.
  public private(set) var injected: [Int: Int] = [:]
  /// The spectrum of a peak search.
  public private(set) var spectrum: Spectrum?
  /// The same in slices of a second observable.
  public private(set) var slices: [Spectrum] = []
  /// Edges of the slices.
  private let sliceEdges: [Double]
  /// The same candidates one by one, where the channel is fitted so; those in the bins of the spectrum only.
  public private(set) var values: SortedValues?
  /// The counts of a plane search.
  public private(set) var plane: PlaneCounts?
  /// Candidates in the signal region and the sidebands of each region.
  public private(set) var regions: [RegionCounts] = []
  /// Candidates in at least one of the signal regions.
  public private(set) var inRegions = 0
  /// The spectrum of a template fit.
  public private(set) var histogram: TemplateSpectrum?
  /// What the channel's networks said; nil without trained networks.
  public private(set) var network: NetworkCounts?

  /// No candidates yet.
  ///
  /// - Throws: ``GridProblem`` if a channel's range or resolution make no bins.
  public init(_ channel: SearchChannel) throws(GridProblem) {
    var edges: [Double] = []
    switch channel.method {
    case .peak(let search):
      let grid = try search.grid()
      spectrum = Spectrum(grid: grid)
      if search.isUnbinned { values = SortedValues() }
      if let found = search.slices {
        edges = found.edges
        slices = [Spectrum](repeating: Spectrum(grid: grid), count: edges.count - 1)
      }
    case .plane(let search): plane = try PlaneCounts(search)
    case .counting(let definitions):
      regions = definitions.map { RegionCounts(name: $0.name, signal: 0, sidebands: 0) }
    case .template(let search): histogram = TemplateSpectrum(edges: search.edges)
    case .none: break
    }
    sliceEdges = edges
    network = channel.network?.networks.map { NetworkCounts($0) }
  }

  /// Candidates that passed the selection but have no observable, or one outside of everything looked at.
  public var below: Int { spectrum?.below ?? histogram?.below ?? 0 }

  /// Candidates at or above the end of what is looked at.
  public var above: Int { spectrum?.above ?? histogram?.above ?? plane?.outside ?? 0 }

  /// Candidates whose observable is not a number.
  public var undefined: Int { spectrum?.undefined ?? histogram?.undefined ?? plane?.undefined ?? 0 }

  /// Candidates in the range of the observables; of counting experiments all that are selected.
  public var inRange: Int { selected - below - above - undefined }

  /// Counts candidates of the kind, before the selection.
  mutating func addCandidates(_ count: Int) { candidates += count }

  /// Counts what the networks said of a candidate that passed the selection.
  ///
  /// - Parameters:
  ///   - isFirst: whether it is the first such candidate of its event, whose inputs are compared with the training's.
  ///   - value: a number of the channel, by its position.
  mutating func add(_ verdict: ChannelNetwork.Verdict, isFirst: Bool, _ channel: ChannelNetwork, value: (Int) -> Double)
  {
    network?.add(verdict)
    guard isFirst, let networks = channel.networks else { return }
    network?.addInputs(networks, region: verdict.region) { value(channel.firstInput + channel.order[$0]) }
  }

  /// Counts a candidate that passed the selection and the networks.
  ///
  /// - Parameters:
  ///   - value: a number of the channel, by its position.
  ///   - isTrue: a condition of the channel, by its position.
  ///   - injection: the injected signal that the event belongs to.
  mutating func add(
    _ method: SearchMethod, value: (Int) -> Double, isTrue: (Int) -> Bool, injection: Int? = nil
  ) {
    selected += 1
    if let injection { injected[injection, default: 0] += 1 }
    switch method {
    case .peak:
      let first = value(0)
      let isInRange = spectrum?.fill(first) ?? false
      if isInRange { values?.insert(first) }
      guard !slices.isEmpty else { return }
      let second = value(1)
      if let slice = sliceEdges.indices.dropLast().first(where: {
        second >= sliceEdges[$0] && second < sliceEdges[$0 + 1]
      }) {
        slices[slice].fill(first)
      }
    case .plane: plane?.fill(value(0), value(1))
    case .counting(let definitions):
      var isInside = false
      for (index, region) in definitions.enumerated() {
        if isTrue(region.signal) {
          regions[index].signal += 1
          isInside = true
        }
        if let sidebands = region.sidebands, isTrue(sidebands) { regions[index].sidebands += 1 }
      }
      if isInside { inRegions += 1 }
    case .template: histogram?.fill(value(0))
    case .none: break
    }
  }

  /// Adds the counts of another part.
  ///
  /// - Throws: `MergeMismatch` if the bins differ; nothing is added then.
  public mutating func merge(_ other: ChannelData) throws {
    var sum = self
    guard (spectrum == nil) == (other.spectrum == nil), slices.count == other.slices.count,
      (values == nil) == (other.values == nil), regions.map(\.name) == other.regions.map(\.name),
      (plane == nil) == (other.plane == nil),
      (histogram == nil) == (other.histogram == nil)
    else { throw MergeMismatch("data of different searches cannot be merged") }
    sum.candidates += other.candidates
    sum.selected += other.selected
    sum.inRegions += other.inRegions
    sum.injected.merge(other.injected, uniquingKeysWith: +)
    if let found = other.spectrum { try sum.spectrum?.merge(found) }
    if let found = other.values { sum.values?.merge(found) }
    for (index, slice) in other.slices.enumerated() { try sum.slices[index].merge(slice) }
    if let found = other.plane { try sum.plane?.merge(found) }
    for (index, region) in other.regions.enumerated() {
      sum.regions[index].signal += region.signal
      sum.regions[index].sidebands += region.sidebands
    }
    if let found = other.histogram { try sum.histogram?.merge(found) }
    guard (network == nil) == (other.network == nil) else {
      throw MergeMismatch("data with and without networks cannot be merged")
    }
    if let found = other.network { try sum.network?.merge(found) }
    self = sum
  }
}

/// Candidates in a signal region and its sidebands.
public struct RegionCounts: Hashable, Sendable {
  /// Name of the region.
  public let name: String
  /// Candidates in the signal region.
  public var signal: Int
  /// Candidates in the sidebands.
  public var sidebands: Int
}
