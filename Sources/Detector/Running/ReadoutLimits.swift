/// What limits how fast level 1 may trigger: the read-out behind it. Times in buckets of the accelerator's clock.
public struct ReadoutLimits: Equatable, Sendable {
  /// Shortest distance of two triggers.
  public var minimumSpacing: Int64
  /// Time in which the silicon strips send one sample of a trigger.
  public var sampleTime: Int64
  /// Samples that can wait to be sent; a trigger takes three or six of them until all of its samples are sent.
  public var pointers: Int
  /// Longest latency of level 1: older signals have left the silicon pipeline.
  public var longestLatency: Int64
  /// Events between level 1 and the farm's decision before the back-pressure stops triggers.
  public var eventsInFlight: Int

  init(_ constants: DetectorConstants, clock: BunchClock) throws(DetectorTableError) {
    let spacing = try constants.positive("readout.minimum_spacing")
    guard spacing <= 1e6 else { throw constants.error("readout.minimum_spacing", "\(spacing) ns is more than 1 ms") }
    // A clock that has begun is waited for.
    minimumSpacing = Int64((spacing / clock.bucketLength).rounded(.up))
    let clocks = try constants.whole("readout.clocks_per_sample", in: 1...1_000_000)
    sampleTime = clocks * clock.bucketsPerDataClock
    pointers = Int(try constants.whole("readout.pointers", in: 6...10_000))
    longestLatency = try constants.whole("readout.pipeline_cells", in: 1...1_000_000) * clock.bucketsPerDataClock
    eventsInFlight = Int(try constants.whole("readout.events_in_flight", in: 1...10_000_000))
  }
}
