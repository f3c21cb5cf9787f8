import Statistics

/// The watch over all channels of a monitor, each by itself and all together.
///
/// Looks come at numbers of events fixed in advance (``WatchSchedule``) and see whole counts, so that the same stream gives the same evidence
/// whatever batches, workers and the clock do. The evidence of all channels is the mean of theirs: hypotheses and channels looked at
/// are accounted for by it, looks by its largest value.
public struct MonitorWatch: Sendable {
  /// What was fixed in advance.
  public let plan: WatchPlan
  private var channels: [ChannelWatch]
  private let names: [String]
  /// Positions of the channels that are watched.
  private let watched: [Int]
  private var anytime: AnytimeSignificance?
  private var alarmEvents: Int?
  private var events = 0

  /// A watch over channels.
  ///
  /// - Throws: ``GridProblem`` if a channel's range or resolution make no bins, ``FitRefusal/invalidInput(_:)`` for a plan that cannot be.
  public init(channels: [SearchChannel], plan: WatchPlan = WatchPlan(), unblinded: Bool = false) throws {
    guard plan.claim > 0, plan.claim < 1 else {
      throw FitRefusal.invalidInput("an alarm that claims a probability of \(plan.claim), expected 0 to 1")
    }
    self.plan = plan
    names = channels.map(\.name)
    self.channels = try channels.map { try ChannelWatch($0, plan: plan, unblinded: unblinded) }
    watched = self.channels.indices.filter { [watches = self.channels] in watches[$0].refusal == nil }
    anytime = watched.isEmpty ? nil : try AnytimeSignificance(hypotheses: watched.count)
  }

  /// Looks at the counts of all channels. Counts of fewer events than before, or as many, are passed over.
  public mutating func look(_ snapshot: MonitorSnapshot) throws(FitRefusal) {
    guard snapshot.events > events, snapshot.data.count == channels.count else { return }
    events = snapshot.events
    for index in watched { try channels[index].look(snapshot.data[index], events: events) }
    try anytime?.look(watched.enumerated().map { ($0.offset, channels[$0.element].logValue ?? 0) })
    if alarmEvents == nil, let anytime, anytime.probability <= plan.claim { alarmEvents = events }
  }

  /// What watching a channel gave; nil if it is not watched.
  public func result(of channel: Int) -> WatchResult? { channels[channel].result }

  /// Why a channel is not watched; nil if it is.
  public func refusal(of channel: Int) -> String? { channels[channel].refusal }

  /// What watching all channels together gave; nil if none is watched.
  public var result: WatchResult? {
    anytime.map {
      WatchResult(
        $0, planned: planned, plan: plan, events: events, alarmEvents: alarmEvents,
        leading: $0.leading.map { names[watched[$0]] }, of: "channels")
    }
  }

  /// The planned watches of all channels as one.
  private var planned: PlannedWatch? { PlannedWatch(joining: watched.compactMap { channels[$0].planned }) }
}
