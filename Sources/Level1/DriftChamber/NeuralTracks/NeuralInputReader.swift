import ArrowStream
import Detector
import EventModel
import Statistics

/// Level 1's tracks with the inputs of their neural networks, without a menu: what networks are trained on and judged by.
///
/// ```swift
/// let reader = NeuralInputReader(detector: try .belle2())
/// let inputs = try reader.read(row, of: batch)              // one for each of reader.primitives.tracks
/// ```
public final class NeuralInputReader {
  /// What level 1 made of the event read last.
  public private(set) var primitives = Level1Primitives()

  private let finder: PrimitiveFinder
  private let check: Level1HitCheck

  /// - Parameters:
  ///   - detector: the geometry the stream was made with.
  ///   - networks: weights; the detector's if left out.
  public init(detector: DetectorModel, networks: TrackNetworks? = nil) {
    finder = PrimitiveFinder(detector: detector, networks: networks ?? detector.trackNetworks, findsDisplaced: false)
    check = Level1HitCheck(detector)
  }

  /// The inputs of each two-dimensional track of an event, nil for tracks with too few segments for any network.
  ///
  /// - Throws: `ColumnError` for a missing or unfit column, ``Level1InputError`` for a hit that cannot be.
  public func read(_ row: Int, of batch: RecordBatch) throws -> [NeuralInputs?] {
    let input = try Level1Input(batch)
    let key = input.event.key(row)
    let hits = input.hits(row)
    try check.check(hits, of: key)
    // The calorimeter's noise has no part in tracks.
    var random = CounterRandom(
      seed: 0, experiment: key.experiment, run: key.run, event: key.number,
      purpose: RandomPurpose(named: "level-1 trigger cells"))
    var observer = NoBlockObserver()
    finder.find(hits, next: hits, random: &random, into: &primitives, &observer)
    return finder.neuralInputs(primitives)
  }
}
