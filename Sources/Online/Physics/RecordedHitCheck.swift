import ArrowStream
import Detector
import EventModel

/// Refuses hits that only the high-level trigger and the reconstruction read and that no detector of this geometry can
/// have recorded.
///
/// Level 1 checks what it reads itself. These hits are looked at when a stream is played for the first time, so that
/// the run ends at the event that is wrong and not, depending on the menu, at the first one accepted.
struct RecordedHitCheck: Sendable {
  private let silicon: SiliconTracker

  /// Measured points may stand off a sensor's edge by some resolutions, not by this many cm.
  private static let margin: Float = 1

  init(_ detector: DetectorModel) { silicon = detector.silicon }

  /// Checks the events of a batch; columns that the stream lacks are passed over.
  /// - Throws: ``ReplayError/impossibleInput(reason:event:paths:)`` for the first impossible value, `ColumnError` when a
  ///   column is of another type.
  func check(_ batch: RecordBatch, _ keys: EventKeyColumn) throws {
    if batch.schema.index(of: "svd") != nil { try check(SiliconHits(batch), keys) }
    if batch.schema.index(of: "klm") != nil { try check(MuonHits(batch), keys) }
    if batch.schema.index(of: "pid") != nil { try check(IdentificationHits(batch), keys) }
  }

  private func check(_ hits: SiliconHits, _ keys: EventKeyColumn) throws {
    for row in 0..<hits.rows.count {
      let range = hits.rows[row]
      for index in range {
        let place = (Int(hits.layer[index]), Int(hits.ladder[index]), Int(hits.sensor[index]))
        guard let number = silicon.index(layer: place.0, ladder: place.1, sensor: place.2) else {
          throw refusal(
            "svd", index - range.lowerBound, "layer \(place.0), ladder \(place.1), sensor \(place.2)",
            "a sensor of the six layers", keys.key(row))
        }
        let sensor = silicon.sensors[number]
        // Written so that a value that is no number fails.
        guard abs(hits.u[index]) <= Float(sensor.halfWidthBackward) + Self.margin,
          abs(hits.v[index]) <= Float(sensor.halfLength) + Self.margin
        else {
          throw refusal(
            "svd", index - range.lowerBound, "at u = \(hits.u[index]) cm, v = \(hits.v[index]) cm",
            "a point on its sensor, |u| up to \(sensor.halfWidthBackward) cm and |v| up to \(sensor.halfLength) cm",
            keys.key(row))
        }
        guard hits.charge[index].isFinite else {
          throw refusal(
            "svd.charge", index - range.lowerBound, "\(hits.charge[index])", "a finite charge", keys.key(row))
        }
      }
    }
  }

  private func check(_ hits: MuonHits, _ keys: EventKeyColumn) throws {
    for row in 0..<hits.rows.count {
      let range = hits.rows[row]
      for index in range {
        for (name, value) in [("position", hits.position[index]), ("time", hits.time[index])]
        where !value.isFinite {
          throw refusal("klm.\(name)", index - range.lowerBound, "\(value)", "a finite number", keys.key(row))
        }
      }
    }
  }

  private func check(_ hits: IdentificationHits, _ keys: EventKeyColumn) throws {
    for row in 0..<hits.rows.count {
      let range = hits.rows[row]
      for index in range {
        guard hits.theta[index] >= 0, hits.theta[index] <= Float.pi else {
          throw refusal(
            "pid.theta", index - range.lowerBound, "\(hits.theta[index])", "an angle from 0 to pi", keys.key(row))
        }
        guard abs(hits.phi[index]) <= 2 * Float.pi else {
          throw refusal(
            "pid.phi", index - range.lowerBound, "\(hits.phi[index])", "an angle from -2 pi to 2 pi", keys.key(row))
        }
        // A hypothesis may be excluded (minus infinity), not undefined.
        for hypothesis in 0..<5 where hits.logLikelihood[5 * index + hypothesis].isNaN {
          throw refusal(
            "pid.log_likelihood", index - range.lowerBound, "not a number", "a logarithm for each of five particles",
            keys.key(row))
        }
      }
    }
  }

  private func refusal(_ column: String, _ hit: Int, _ found: String, _ expected: String, _ event: EventKey)
    -> ReplayError
  {
    .impossibleInput(
      reason: "hit \(hit) of column '\(column)' is \(found), expected \(expected)", event: event, paths: [])
  }
}
