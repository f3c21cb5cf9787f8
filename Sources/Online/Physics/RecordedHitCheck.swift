import ArrowStream
import Detector
import EventModel
import Level1

/// Finds events with a hit that no detector of this geometry can have recorded.
///
/// Hits are looked at when a stream is played for the first time, those of every detector whatever the menu: an event is
/// set aside before level 1 or, depending on the menu, a later stage stumbles over it.
struct RecordedHitCheck: Sendable {
  private let silicon: SiliconTracker
  private let level1: Level1HitCheck

  /// Measured points may stand off a sensor's edge by some resolutions, not by this many cm.
  private static let margin: Float = 1

  init(_ detector: DetectorModel) {
    silicon = detector.silicon
    level1 = Level1HitCheck(detector)
  }

  /// The rows of events with an impossible hit, with the first such hit of each; columns that the stream lacks are
  /// passed over.
  /// - Throws: `ColumnError` when a column is of another type.
  func impossibleHits(in batch: RecordBatch) throws -> [Int: ImpossibleHit] {
    var found: [Int: ImpossibleHit] = [:]
    func has(_ columns: String...) -> Bool { columns.allSatisfy { batch.schema.index(of: $0) != nil } }
    if has("cdc", "ecl", "klm") {
      for (row, error) in try level1.impossibleEvents(in: batch) {
        found[row] = ImpossibleHit(
          column: error.column, hit: error.hit, found: error.found, expected: error.expected)
      }
    }
    if has("klm") {
      let hits = try MuonHits(batch)
      find(hits.rows, into: &found) { impossible($0, hits) }
    }
    if has("svd") {
      let hits = try SiliconHits(batch)
      find(hits.rows, into: &found) { impossible($0, hits) }
    }
    if has("pid") {
      let hits = try IdentificationHits(batch)
      find(hits.rows, into: &found) { impossible($0, hits) }
    }
    return found
  }

  /// What is wrong with a hit: column, what was found, what was expected.
  private typealias Fault = (column: String, found: String, expected: String)

  /// Notes the first impossible hit of every event that has none yet.
  private func find(_ rows: ListOffsets, into found: inout [Int: ImpossibleHit], _ fault: (Int) -> Fault?) {
    for row in 0..<rows.count where found[row] == nil {
      let range = rows[row]
      for index in range {
        guard let fault = fault(index) else { continue }
        found[row] = ImpossibleHit(
          column: fault.column, hit: index - range.lowerBound, found: fault.found, expected: fault.expected)
        break
      }
    }
  }

  private func impossible(_ index: Int, _ hits: SiliconHits) -> Fault? {
    let place = (Int(hits.layer[index]), Int(hits.ladder[index]), Int(hits.sensor[index]))
    guard let number = silicon.index(layer: place.0, ladder: place.1, sensor: place.2) else {
      return ("svd", "layer \(place.0), ladder \(place.1), sensor \(place.2)", "a sensor of the six layers")
    }
    let sensor = silicon.sensors[number]
    // Written so that a value that is no number fails.
    guard abs(hits.u[index]) <= Float(sensor.halfWidthBackward) + Self.margin,
      abs(hits.v[index]) <= Float(sensor.halfLength) + Self.margin
    else {
      return (
        "svd", "at u = \(hits.u[index]) cm, v = \(hits.v[index]) cm",
        "a point on its sensor, |u| up to \(sensor.halfWidthBackward) cm and |v| up to \(sensor.halfLength) cm"
      )
    }
    return hits.charge[index].isFinite ? nil : ("svd.charge", "\(hits.charge[index])", "a finite charge")
  }

  private func impossible(_ index: Int, _ hits: MuonHits) -> Fault? {
    if !hits.position[index].isFinite { return ("klm.position", "\(hits.position[index])", "a finite number") }
    return hits.time[index].isFinite ? nil : ("klm.time", "\(hits.time[index])", "a finite number")
  }

  private func impossible(_ index: Int, _ hits: IdentificationHits) -> Fault? {
    guard hits.theta[index] >= 0, hits.theta[index] <= Float.pi else {
      return ("pid.theta", "\(hits.theta[index])", "an angle from 0 to pi")
    }
    guard abs(hits.phi[index]) <= 2 * Float.pi else {
      return ("pid.phi", "\(hits.phi[index])", "an angle from -2 pi to 2 pi")
    }
    // A hypothesis may be excluded (minus infinity), not undefined.
    for hypothesis in 0..<5 where hits.logLikelihood[5 * index + hypothesis].isNaN {
      return ("pid.log_likelihood", "not a number", "a logarithm for each of five particles")
    }
    return nil
  }
}
