import ArrowStream
import EventModel

/// What an injected signal must know of the stream it is mixed into: when its events happened, and under which conditions.
public struct InjectionTarget: Sendable {
  /// Data-taking period of the stream's first event.
  public var experiment: UInt16
  /// Run of the stream's first event.
  public var run: UInt32
  /// Times of the first and last event of that run, ns.
  public var times: ClosedRange<Int64>
  /// Level of beam background.
  public var background: Double
  /// Luminosity in 1e34 cm^-2 s^-1; nil if the stream has none.
  public var luminosity: Double?
  /// Live time the stream stands for, s; nil if it does not say.
  public var liveTime: Double?

  /// Reads the ends of streams that are played together; the run is that of the first.
  /// - Throws: `StreamError` or `ColumnError` for a stream that cannot be read, ``GeneratorSettingError`` for one without events or without
  ///   a level of background.
  public init(streams: [String]) throws {
    var found: (experiment: UInt16, run: UInt32)?
    var times: [Int64] = []
    var metadata: Metadata = [:]
    for path in streams {
      let reader = try StreamFileReader(path: path, options: .init(columns: .named(["event"])))
      if found == nil { metadata = reader.schema.metadata }
      for index in Set([0, reader.batchCount - 1]).sorted() where index >= 0 && index < reader.batchCount {
        let keys = try EventKeyColumn(try reader.batch(index))
        for row in 0..<keys.count {
          let run = (experiment: keys.experiment[row], run: keys.run[row])
          if found == nil { found = run }
          if let found, found == run { times.append(keys.time[row]) }
        }
      }
    }
    let path = streams.first ?? ""
    guard let found, let first = times.min(), let last = times.max() else {
      throw GeneratorSettingError(setting: "inject", problem: "\(path): has no event that a signal could be mixed with")
    }
    guard let background = metadata[StreamMetadata.background].flatMap(Double.init), background.isFinite else {
      throw GeneratorSettingError(
        setting: "inject",
        problem:
          "\(path): does not say its level of beam background (\(StreamMetadata.background)), which the signal must have too"
      )
    }
    experiment = found.experiment
    run = found.run
    self.times = first...last
    self.background = background
    luminosity = metadata[StreamMetadata.luminosity].flatMap(Double.init)
    liveTime = metadata[StreamMetadata.liveTime].flatMap(Double.init)
  }
}
