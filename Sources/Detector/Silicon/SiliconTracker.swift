import Foundation
import Kinematics

/// A silicon sensor: a flat rectangle, or a trapezoid for the slanted forward ones.
public struct SiliconSensor: Equatable, Sendable {
  /// Layer, 1 to 6 from inside; 1 and 2 are pixels.
  public let layer: Int
  /// Ladder in the layer, from 1.
  public let ladder: Int
  /// Sensor on the ladder, from 1 at the forward end.
  public let sensor: Int
  /// Centre of the active area, cm.
  public let centre: Vector3
  /// Direction of the u coordinate: along the circumference, to larger azimuth. Length one.
  public let directionU: Vector3
  /// Direction of the v coordinate: forward, along z on sensors that are not slanted. Length one.
  public let directionV: Vector3
  /// Normal u x v, pointing outwards. Length one.
  public let normal: Vector3
  /// Half width in u at the backward (wide) end, cm.
  public let halfWidthBackward: Double
  /// Half width in u at the forward (narrow) end, cm.
  public let halfWidthForward: Double
  /// Half length in v, cm.
  public let halfLength: Double
  /// Thickness, cm.
  public let thickness: Double
  /// Angle between v and z, rad.
  public let slant: Double

  /// Half width in u at a position along v, cm.
  public func halfWidth(atV v: Double) -> Double {
    let fraction = 0.5 * (1 + v / halfLength)
    return halfWidthBackward + fraction * (halfWidthForward - halfWidthBackward)
  }

  /// True if a point of the sensor plane lies on the active area.
  /// - Parameters:
  ///   - u: local coordinate, cm.
  ///   - v: local coordinate, cm.
  public func contains(u: Double, v: Double) -> Bool { abs(v) <= halfLength && abs(u) <= halfWidth(atV: v) }

  /// Point in the laboratory of local coordinates, cm.
  public func position(u: Double, v: Double) -> Vector3 { centre + u * directionU + v * directionV }

  /// Local coordinates of a point of the sensor plane, cm.
  public func local(_ point: Vector3) -> (u: Double, v: Double) {
    let offset = point - centre
    return (offset.dot(directionU), offset.dot(directionV))
  }
}

/// Where a path goes through a sensor.
public struct SiliconCrossing: Equatable, Sendable {
  /// Index of the sensor in `SiliconTracker.sensors`.
  public let sensor: Int
  /// Local coordinate, cm.
  public let u: Double
  /// Local coordinate, cm.
  public let v: Double
  /// Transverse arc length of the path, cm.
  public let arcLength: Double
  /// Point in the laboratory, cm.
  public let position: Vector3
}

/// A layer of silicon sensors.
public struct SiliconLayer: Equatable, Sendable {
  /// Number, 1 to 6 from inside.
  public let layer: Int
  /// Number of ladders.
  public let ladderCount: Int
  /// Sensors per ladder.
  public let sensorCount: Int
  /// Index of the first sensor in `SiliconTracker.sensors`.
  public let firstSensor: Int
  /// Distance of the planes from the z axis, cm (that of the sensors that are not slanted).
  public let radius: Double
  /// Azimuth of the normal of ladder 1, rad.
  public let firstPhi: Double
  /// Shift of the sensors along u, cm.
  public let shift: Double
  /// Point resolution along u, cm.
  public let resolutionU: Double
  /// Point resolution along v, cm.
  public let resolutionV: Double
  /// Probability of a hit: per sensor for pixels, per side for strips.
  public let efficiency: Double
  /// Time resolution, ns; nil for pixels, which have no time.
  public let timeResolution: Double?
}

/// The silicon tracker: two layers of pixels and four layers of strips, ladders in windmill order.
public struct SiliconTracker: Sendable {
  /// Layers from inside.
  public let layers: [SiliconLayer]
  /// All sensors: layer by layer, ladder by ladder, sensor by sensor.
  public let sensors: [SiliconSensor]

  init(_ table: DetectorTable, constants: DetectorConstants) throws(DetectorTableError) {
    var layers: [SiliconLayer] = []
    var sensors: [SiliconSensor] = []
    var row = 0
    while row < table.rows.count {
      let layer = try table.integer(row, "layer", in: 1...6)
      guard layer == layers.count + 1 else { throw table.error(row, "layer", "layer \(layers.count + 1) comes next") }
      var end = row
      while end < table.rows.count, try table.integer(end, "layer", in: 1...6) == layer { end += 1 }
      let ladders = try table.integer(row, "n_ladders", in: 1...64)
      let firstPhi = try constants("silicon.first_ladder_phi_\(layer)") * Units.degree
      let shift = try table.number(row, "ladder_shift_rphi_cm", in: -10...10)
      let firstSensor = sensors.count
      for ladder in 1...ladders {
        let phi = firstPhi + 2 * Double.pi * Double(ladder - 1) / Double(ladders)
        let outward = Vector3(cos(phi), sin(phi), 0)
        let along = Vector3(-sin(phi), cos(phi), 0)
        for line in row..<end {
          let number = try table.integer(line, "sensor", in: 1...16)
          guard number == line - row + 1 else {
            throw table.error(line, "sensor", "sensor \(line - row + 1) comes next")
          }
          guard try table.integer(line, "n_ladders", in: 1...64) == ladders else {
            throw table.error(line, "n_ladders", "differs within the layer")
          }
          let slant = try table.number(line, "slant_deg", in: 0...60) * Units.degree
          let radius = try table.number(line, "r_cm(sensor centre)", in: 0.1...100)
          let directionV = Vector3(0, 0, cos(slant)) - sin(slant) * outward
          sensors.append(
            SiliconSensor(
              layer: layer, ladder: ladder, sensor: number,
              centre: radius * outward + shift * along
                + Vector3(0, 0, try table.number(line, "z_centre_active_cm", in: -200...200)),
              directionU: along, directionV: directionV, normal: along.cross(directionV),
              halfWidthBackward: 0.5 * (try table.number(line, "width_u_cm(wide)", in: 0.01...100)),
              halfWidthForward: 0.5 * (try table.number(line, "width_u_cm(narrow)", in: 0.01...100)),
              halfLength: 0.5 * (try table.number(line, "length_v_cm", in: 0.01...100)),
              thickness: try table.number(line, "thickness_cm", in: 1e-4...1), slant: slant))
        }
      }
      let isPixel = try table.text(row, "detector") == "PXD"
      layers.append(
        SiliconLayer(
          layer: layer, ladderCount: ladders, sensorCount: end - row, firstSensor: firstSensor,
          radius: try table.number(end - 1, "r_cm(sensor centre)"), firstPhi: firstPhi, shift: shift,
          resolutionU: try constants.positive("silicon.resolution_u_\(layer)"),
          resolutionV: try constants.positive("silicon.resolution_v_\(layer)"),
          efficiency: try constants.positive(isPixel ? "silicon.pixel_efficiency" : "silicon.strip_efficiency"),
          timeResolution: isPixel ? nil : try constants.positive("silicon.strip_time_resolution")))
      row = end
    }
    self.layers = layers
    self.sensors = sensors
  }

  /// Index of a sensor in `sensors`; nil if there is no such sensor.
  /// - Parameters:
  ///   - layer: 1 to 6.
  ///   - ladder: from 1.
  ///   - sensor: from 1.
  public func index(layer: Int, ladder: Int, sensor: Int) -> Int? {
    guard (1...layers.count).contains(layer) else { return nil }
    let row = layers[layer - 1]
    guard (1...row.ladderCount).contains(ladder), (1...row.sensorCount).contains(sensor) else { return nil }
    return row.firstSensor + (ladder - 1) * row.sensorCount + sensor - 1
  }

  /// Appends the crossings of a path with the sensors, in order of arc length.
  /// - Parameters:
  ///   - helix: the path.
  ///   - start: arc length at which the particle starts, cm.
  ///   - end: arc length at which it stops, cm.
  ///   - crossings: receives the crossings; what it held stays.
  public func appendCrossings(
    of helix: Helix, from start: Double, to end: Double, into crossings: inout [SiliconCrossing]
  ) {
    let first = crossings.count
    for layer in layers {
      appendCrossings(of: helix, layer: layer, from: start, to: end, into: &crossings)
    }
    crossings[first...].sort { $0.arcLength < $1.arcLength }
  }

  /// Appends the crossings of a path with one layer, in no particular order.
  /// - Parameters:
  ///   - helix: the path.
  ///   - layer: a layer of this tracker.
  ///   - start: arc length at which the particle starts, cm.
  ///   - end: arc length at which it stops, cm.
  ///   - crossings: receives the crossings; what it held stays.
  public func appendCrossings(
    of helix: Helix, layer: SiliconLayer, from start: Double, to end: Double, into crossings: inout [SiliconCrossing]
  ) {
    let step = 2 * Double.pi / Double(layer.ladderCount)
    let before = crossings.count
    // Planes reach from their own distance to the corner of the sensor, slanted ones further inside: two guesses of the radius.
    let corner = (layer.radius * layer.radius + 9).squareRoot()
    guard let near = helix.arcLength(toRadius: layer.radius) ?? helix.arcLength(toRadius: corner) else { return }
    let margin = 8.0
    let turn = helix.turn
    for branch in 0..<3 {
      let guess = branch == 0 ? near : (branch == 1 ? -near : turn - near)
      guard guess > start - margin, guess < end + margin else { continue }
      let phi = helix.position(at: guess).phi
      let nearest = Int(((phi - layer.firstPhi) / step).rounded())
      for offset in -1...1 {
        let wrapped = (nearest + offset) % layer.ladderCount
        let ladder = wrapped < 0 ? wrapped + layer.ladderCount : wrapped
        let base = layer.firstSensor + ladder * layer.sensorCount
        appendCrossings(
          of: helix, ladderSensors: base..<(base + layer.sensorCount), guess: guess, from: start, to: end,
          before: before, into: &crossings)
      }
    }
  }

  private func appendCrossings(
    of helix: Helix, ladderSensors: Range<Int>, guess: Double, from start: Double, to end: Double, before: Int,
    into crossings: inout [SiliconCrossing]
  ) {
    // All sensors of a ladder that are not slanted share one plane: one intersection serves them.
    var flatArc: Double??
    for index in ladderSensors {
      let sensor = sensors[index]
      let arc: Double?
      if sensor.slant == 0, let known = flatArc {
        arc = known
      } else {
        // The path's z near the layer excludes most slanted sensors without an intersection.
        if sensor.slant != 0 {
          let z = helix.z0 + guess * helix.tanLambda
          let reach = sensor.halfLength + 3 + 3 * abs(helix.tanLambda)
          if abs(z - sensor.centre.z) > reach + 0.5 * sensor.halfLength { continue }
        }
        arc = helix.arcLength(toPlaneThrough: sensor.centre, normal: sensor.normal, from: guess)
        if sensor.slant == 0 { flatArc = .some(arc) }
      }
      guard let arc, arc >= start, arc <= end else { continue }
      let point = helix.position(at: arc)
      let (u, v) = sensor.local(point)
      guard sensor.contains(u: u, v: v) else { continue }
      // Two branches can lead to the same crossing.
      if crossings[before...].contains(where: { $0.sensor == index && abs($0.arcLength - arc) < 1e-4 }) { continue }
      crossings.append(SiliconCrossing(sensor: index, u: u, v: v, arcLength: arc, position: point))
    }
  }
}
