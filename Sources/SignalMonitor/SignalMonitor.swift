import ArrowStream
import EventModel
import Statistics

/// The live searches: candidates of reconstructed events become spectra, spectra become fits.
///
/// Reads the `reco` column only, never the truth. Data are whole counts, so monitors of several workers or of parts
/// of a run merge exactly, in any order; fits are made from the merged data when asked for.
public struct SignalMonitor: Sendable {
  /// The searches.
  public let channels: [SearchChannel]
  /// The data of each search.
  public private(set) var data: [ChannelData]
  /// Events seen.
  public private(set) var events = 0
  /// How the monitor is watched; nil if it is not.
  public let plan: WatchPlan?
  /// What fits need to know beside the counts, unless they are told otherwise.
  public var conditions: FitConditions

  private let selection: CandidateSelection
  private let fits: FitMemory
  private var nextLook: Int?
  private var due: [MonitorSnapshot] = []

  /// A monitor of some channels.
  ///
  /// - Throws: ``GridProblem`` if a channel's range or resolution make no bins.
  public init(
    channels: [SearchChannel], plan: WatchPlan? = nil, conditions: FitConditions = FitConditions()
  ) throws {
    self.channels = channels
    self.plan = plan
    self.conditions = conditions
    data = try channels.map { try ChannelData($0) }
    selection = CandidateSelection(channels)
    fits = FitMemory(channels: channels.count)
    nextLook = plan?.schedule.next(after: 0)
  }

  /// A watch that has seen nothing yet; nil if the monitor is not watched.
  ///
  /// - Throws: as ``MonitorWatch/init(channels:plan:unblinded:)``.
  public func makeWatch() throws -> MonitorWatch? {
    try plan.map { try MonitorWatch(channels: channels, plan: $0, unblinded: conditions.unblinded) }
  }

  /// Gives away the counts that were put by for the watch since the last call: those at the numbers of events of the plan's schedule, wherever batches
  /// end.
  ///
  /// - Parameter isLast: adds the counts of now, after the last event.
  public mutating func takeDue(isLast: Bool) -> [MonitorSnapshot] {
    defer { due.removeAll() }
    guard isLast, plan != nil else { return due }
    return due + [MonitorSnapshot(events: events, data: data)]
  }

  /// Adds the events of a batch.
  ///
  /// - Throws: `ColumnError` if the batch has no `reco` column or one of another type; nothing is added then.
  public mutating func fill(_ batch: RecordBatch) throws {
    let reconstruction = try ReconstructionColumn(batch)
    // Streams of other makers may have no keys: nothing in them is injected.
    let numbers = (try? EventKeyColumn(batch))?.number
    var first = 0
    while first < batch.count {
      let room = nextLook.map { $0 - events } ?? batch.count
      let end = min(batch.count, first + room)
      fill(reconstruction, first..<end, numbers)
      first = end
      if events == nextLook {
        due.append(MonitorSnapshot(events: events, data: data))
        nextLook = plan?.schedule.next(after: events)
      }
    }
  }

  private mutating func fill(_ reconstruction: ReconstructionColumn, _ rows: Range<Int>, _ numbers: ColumnView<UInt64>?)
  {
    events += rows.count
    // Taken out and put back, so that no copy of the counts is made.
    var data: [ChannelData] = []
    swap(&data, &self.data)
    defer { swap(&data, &self.data) }
    // Channel and event of the last candidate that networks judged: the first one of each event stands for it.
    var last = (channel: -1, event: -1)
    selection.visit(channels, reconstruction, events: rows) { channel, count in
      data[channel].addCandidates(count)
    } _: { channel, event, verdict, value, isTrue in
      if let verdict, let network = channels[channel].network {
        // What is hidden shows in no distribution of the networks either.
        if !data[channel].isHidden(by: channels[channel], value: value, isTrue: isTrue) {
          data[channel].add(verdict, isFirst: last != (channel, event), network, value: value)
          last = (channel, event)
        }
        guard verdict.passes else { return }
      }
      data[channel].add(
        channels[channel].method, value: value, isTrue: isTrue,
        injection: numbers.flatMap { EventKey.injection(ofNumber: $0[event]) })
    }
  }

  /// The observables of the candidates of a batch that pass a channel's selection and are not hidden, each with its event in the batch.
  ///
  /// - Throws: `ColumnError` if the batch has no `reco` column or one of another type.
  public func selected(_ channel: Int, in batch: RecordBatch) throws -> [(event: Int, values: [Double])] {
    let reconstruction = try ReconstructionColumn(batch)
    let count = channels[channel].observables.count
    var found: [(event: Int, values: [Double])] = []
    selection.visit(channels, reconstruction, events: 0..<batch.count, begin: { _, _ in }) {
      index, event, verdict, value, isTrue in
      guard index == channel, conditions.unblinded || !isHidden(channel, value, isTrue) else { return }
      if verdict?.passes ?? true { found.append((event, (0..<count).map(value))) }
    }
    return found
  }

  private func isHidden(_ channel: Int, _ value: (Int) -> Double, _ isTrue: (Int) -> Bool) -> Bool {
    data[channel].isHidden(by: channels[channel], value: value, isTrue: isTrue)
  }

  /// What the networks of a channel see of the candidates of a batch that pass its selection and are not hidden, whatever the networks say.
  ///
  /// - Parameter channel: position of a channel with a network, trained or not.
  /// - Throws: `ColumnError` if the batch has no `reco` column or one of another type.
  public func networkInputs(_ channel: Int, in batch: RecordBatch) throws -> [NetworkCandidate] {
    let reconstruction = try ReconstructionColumn(batch)
    guard let network = channels[channel].network else { return [] }
    var found: [NetworkCandidate] = []
    selection.visit(channels, reconstruction, events: 0..<batch.count, begin: { _, _ in }) {
      index, event, verdict, value, isTrue in
      guard index == channel, conditions.unblinded || !isHidden(channel, value, isTrue) else { return }
      found.append(
        NetworkCandidate(
          event: event, observables: channels[channel].observables.indices.map(value),
          variable: value(network.variable),
          inputs: network.inputs.indices.map { value(network.firstInput + $0) }, output: verdict?.output ?? .nan,
          passes: verdict?.passes ?? true))
    }
    return found
  }

  /// Adds what another monitor of the same channels has seen.
  ///
  /// - Throws: `MergeMismatch` if the channels differ; nothing is added then.
  public mutating func merge(_ other: SignalMonitor) throws {
    guard channels == other.channels else { throw MergeMismatch("monitors of different channels cannot be merged") }
    var sum = data
    for index in sum.indices { try sum[index].merge(other.data[index]) }
    data = sum
    events += other.events
  }

  /// The results of every channel that can be fitted.
  ///
  /// - Parameter watch: what watching them gave.
  public func results(_ watch: MonitorWatch? = nil) -> [ChannelResult] {
    channels.indices.map { result(of: $0, watch: watch) }
  }

  /// The result of one channel, by its position.
  ///
  /// - Parameters:
  ///   - conditions: luminosity and what else turns yields into limits on physics; nil takes those of the monitor.
  ///   - watch: what watching the channels gave.
  ///   - fromLast: begins each fit at the last answer that this monitor, or one it was copied from or to, gave, and
  ///     fits only windows whose content changed since: the same numbers to 1e-6 of their errors. Otherwise every fit
  ///     begins anew, and the numbers are the same to the last digit whatever was asked before.
  public func result(
    of index: Int, _ conditions: FitConditions? = nil, watch: MonitorWatch? = nil, fromLast: Bool = false
  ) -> ChannelResult {
    var result = fits.with(index) { memory in
      ChannelResult(
        channels[index], data[index], events: events, conditions ?? self.conditions, fits: &memory, fromLast: fromLast)
    }
    result.watch = watch?.result(of: index)
    result.notWatched = watch?.refusal(of: index)
    return result
  }

  /// Candidates of a channel that may be shown: a number that changes when its results may.
  public func shownCandidates(_ channel: Int) -> Int {
    data[channel].selected - data[channel].hidden(by: conditions.unblinded ? nil : channels[channel].blinding)
  }
}

/// The counts of a monitor at a number of events.
public struct MonitorSnapshot: Sendable {
  /// Events seen.
  public let events: Int
  /// The data of each channel.
  public let data: [ChannelData]
}

/// What fits need to know beside the counts.
public struct FitConditions: Hashable, Sendable {
  /// Integrated luminosity of the events, 1/fb; nil when not known.
  public var luminosity: Double?
  /// Whether hidden signal regions are shown.
  public var unblinded: Bool
  /// The simulated signals that were mixed into the events, in words; nil for none.
  public var injected: String?

  /// Conditions of a fit.
  public init(luminosity: Double? = nil, unblinded: Bool = false, injected: String? = nil) {
    self.injected = injected
    self.luminosity = luminosity
    self.unblinded = unblinded
  }
}

/// A candidate as the networks of its channel see it.
public struct NetworkCandidate: Hashable, Sendable {
  /// Its event in the batch.
  public let event: Int
  /// Its observables.
  public let observables: [Double]
  /// What chooses the network.
  public let variable: Double
  /// The inputs, in the order of the channel file.
  public let inputs: [Double]
  /// What the networks say; not a number without trained ones.
  public let output: Double
  /// Whether it passes.
  public let passes: Bool
}
