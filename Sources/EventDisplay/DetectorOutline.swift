import Detector
import Foundation
import Kinematics
import Statistics

/// The detector as thin lines behind an event: beam pipe, silicon sensors, drift chamber, crystals, muon detector.
struct DetectorOutline {
  let detector: DetectorModel

  /// Draws what a view shows of the detector.
  func draw(in view: DisplayView, on canvas: inout PlotCanvas) {
    switch view.projection {
    case .transverse: transverse(view, &canvas)
    case .longitudinal: longitudinal(view, &canvas)
    }
  }

  // MARK: Seen along the axis

  private func transverse(_ view: DisplayView, _ canvas: inout PlotCanvas) {
    for radius in [beamPipeRadius, chamberInnerRadius, chamberOuterRadius] {
      circle(radius, view, &canvas, width: 0.8)
    }
    for layer in detector.driftChamber.superLayers.dropFirst() {
      circle(edge(before: layer), view, &canvas, width: 0.3)
    }
    circle(detector.calorimeter.barrelFrontRadius, view, &canvas, width: 0.8)
    circle(detector.calorimeter.barrelFrontRadius + detector.calorimeter.crystalLength, view, &canvas, width: 0.8)
    for layer in detector.silicon.layers {
      // One sensor a ladder that is not slanted stands for it.
      for ladder in 0..<layer.ladderCount {
        let sensors = detector.silicon.sensors[
          (layer.firstSensor + ladder * layer.sensorCount)..<(layer.firstSensor + (ladder + 1) * layer.sensorCount)]
        guard let sensor = sensors.first(where: { $0.slant == 0 }) else { continue }
        let half = sensor.halfWidthBackward
        view.line(
          [sensor.position(u: -half, v: 0), sensor.position(u: half, v: 0)], on: &canvas, colour: .gray, width: 0.6)
      }
    }
    let muon = detector.muonDetector
    for distance in [muon.barrelDistances.first, muon.barrelDistances.last].compactMap({ $0 }) {
      let half = distance * tan(Double.pi / 8)
      let corners = (0..<8).flatMap { sector -> [Vector3] in
        let phi = muon.phi(ofSector: sector, .barrelForward)
        let outward = Vector3(cos(phi), sin(phi), 0)
        let sideways = Vector3(-sin(phi), cos(phi), 0)
        return (-8...8).map { distance * outward + (half * Double($0) / 8) * sideways }
      }
      view.line(corners + [corners[0]], on: &canvas, colour: .gray, width: 0.8)
    }
  }

  private func circle(_ radius: Double, _ view: DisplayView, _ canvas: inout PlotCanvas, width: Double) {
    let points = (0...120).map { step -> Vector3 in
      let phi = 2 * Double.pi * Double(step) / 120
      return Vector3(radius * cos(phi), radius * sin(phi), 0)
    }
    view.line(points, on: &canvas, colour: .gray, width: width)
  }

  // MARK: Seen from the side

  private func longitudinal(_ view: DisplayView, _ canvas: inout PlotCanvas) {
    for isUpper in [true, false] {
      func box(_ z: ClosedRange<Double>, _ radii: ClosedRange<Double>, width: Double) {
        let corners = [
          (z.lowerBound, radii.lowerBound), (z.upperBound, radii.lowerBound), (z.upperBound, radii.upperBound),
          (z.lowerBound, radii.upperBound), (z.lowerBound, radii.lowerBound),
        ].map { view.pixel(z: $0.0, radius: $0.1, isUpper: isUpper) }
        view.line(corners, on: &canvas, colour: .gray, width: width)
      }
      view.line(
        [-60, 100].map { view.pixel(z: $0, radius: beamPipeRadius, isUpper: isUpper) }, on: &canvas, colour: .gray,
        width: 0.8)
      let layers = detector.driftChamber.layers
      for layer in [layers.first, layers.last].compactMap({ $0 })
        + detector.driftChamber.superLayers.dropFirst().map({ layers[$0.layers.lowerBound] })
      {
        let radius = layer.radius(atZ: 0)
        view.line(
          [layer.zBackward, layer.zForward].map { view.pixel(z: $0, radius: radius, isUpper: isUpper) }, on: &canvas,
          colour: .gray, width: layer.index == 0 || layer.index == layers.count - 1 ? 0.8 : 0.3)
      }
      if let first = layers.first, let last = layers.last {
        for z in [(first.zBackward, last.zBackward), (first.zForward, last.zForward)] {
          view.line(
            [
              view.pixel(z: z.0, radius: first.radius(atZ: 0), isUpper: isUpper),
              view.pixel(z: z.1, radius: last.radius(atZ: 0), isUpper: isUpper),
            ], on: &canvas, colour: .gray, width: 0.8)
        }
      }
      let calorimeter = detector.calorimeter
      for region in [CalorimeterRegion.forward, .barrel, .backward] {
        let rings = calorimeter.rings.filter { $0.region == region }
        guard let first = rings.first else { continue }
        outline(thetas: [first.thetaLow] + rings.map(\.thetaHigh), region, view, isUpper, &canvas)
      }
      let muon = detector.muonDetector
      if let inner = muon.barrelDistances.first, let outer = muon.barrelDistances.last {
        box((muon.zOffset - muon.barrelHalfLength)...(muon.zOffset + muon.barrelHalfLength), inner...outer, width: 0.8)
      }
      if let first = muon.forwardZ.first, let last = muon.forwardZ.last {
        box(first...last, muon.endcapInnerRadius...muon.endcapOuterRadius, width: 0.8)
      }
      if let first = muon.backwardZ.first, let last = muon.backwardZ.last {
        box(last...first, muon.endcapInnerRadius...muon.endcapOuterRadius, width: 0.8)
      }
      for sensor in detector.silicon.sensors where (sensor.centre.y >= 0) == isUpper {
        view.line(
          [-1.0, 1.0].map { end -> (x: Double, y: Double) in
            let point = sensor.position(u: 0, v: end * sensor.halfLength)
            return view.pixel(z: point.z, radius: point.transverse, isUpper: isUpper)
          }, on: &canvas, colour: .gray, width: 0.4)
      }
    }
  }

  /// Front and back faces of a part of the calorimeter, as its crystals point to the origin.
  private func outline(
    thetas: [Double], _ region: CalorimeterRegion, _ view: DisplayView, _ isUpper: Bool, _ canvas: inout PlotCanvas
  ) {
    let fronts = thetas.map { theta -> (z: Double, radius: Double) in
      let point = detector.calorimeter.frontFace(theta: theta, phi: 0)
      return (point.z, point.transverse)
    }
    let backs = zip(thetas, fronts).map { theta, front in
      (
        z: front.z + detector.calorimeter.crystalLength * cos(theta),
        radius: front.radius + detector.calorimeter.crystalLength * sin(theta)
      )
    }
    let corners = fronts + backs.reversed() + fronts.prefix(1)
    view.line(
      corners.map { view.pixel(z: $0.z, radius: $0.radius, isUpper: isUpper) }, on: &canvas, colour: .gray, width: 0.8)
  }

  // MARK: Radii

  private var beamPipeRadius: Double { detector.material.surfaces.first?.innerRadius ?? 1 }
  private var chamberInnerRadius: Double { (detector.driftChamber.layers.first?.radius(atZ: 0) ?? 17) - 0.7 }
  private var chamberOuterRadius: Double { (detector.driftChamber.layers.last?.radius(atZ: 0) ?? 111) + 1 }

  /// Half way between a super-layer and the one inside it.
  private func edge(before superLayer: DriftChamberSuperLayer) -> Double {
    let layers = detector.driftChamber.layers
    let first = superLayer.layers.lowerBound
    return 0.5 * (layers[first - 1].radius(atZ: 0) + layers[first].radius(atZ: 0))
  }
}
