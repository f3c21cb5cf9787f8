import Detector
import Foundation
import Kinematics
import Statistics

/// An event as a picture: the detector seen along the axis and from the side, the same around the interaction region, and a list
/// of tracks, clusters and vertices.
///
/// Colours: orange for positive, blue for negative tracks and their hits; red for energy in crystals; violet for hits of the muon
/// detector; black for vertices; gray for hits that belong to no track; purple, dashed, for generator particles.
///
/// The same event gives the same bytes.
public struct EventDisplay {
  private let detector: DetectorModel

  /// A display of events of this detector.
  public init(detector: DetectorModel) { self.detector = detector }

  /// Size of the picture in pixels.
  private static let size = (width: 1500.0, height: 1190.0)

  /// The picture as SVG.
  public func svg(_ event: DisplayedEvent) -> String {
    var canvas = PlotCanvas(width: EventDisplay.size.width, height: EventDisplay.size.height)
    canvas.words(title(event), x: 24, y: 32, size: 20, bold: true)
    canvas.words(subtitle(event), x: 24, y: 54, size: 14, colour: .gray)
    drawKey(of: event, &canvas)
    let views = [
      DisplayView(
        projection: .transverse, left: 24, top: 70, width: 640, height: 640, middle: (0, 0), scale: 1.42,
        isCompressed: true),
      DisplayView(
        projection: .longitudinal, left: 684, top: 70, width: 792, height: 640, middle: (44, 0), scale: 1.42,
        isCompressed: true),
      DisplayView(
        projection: .transverse, left: 24, top: 740, width: 426, height: 426, middle: (0, 0), scale: 426 / 32.0,
        isCompressed: false),
      DisplayView(
        projection: .longitudinal, left: 470, top: 740, width: 480, height: 426, middle: (6, 0),
        scale: 426 / 32.0 * 0.6,
        isCompressed: false),
    ]
    let captions = [
      "x, y; beyond r = 160 cm at a third of the scale", "z, r; beyond the calorimeter at a third of the scale",
      "x, y within 16 cm", "z, r; 62 by 53 cm",
    ]
    for (view, caption) in zip(views, captions) {
      DetectorOutline(detector: detector).draw(in: view, on: &canvas)
      draw(event, in: view, &canvas)
      canvas.line(
        [
          (view.left, view.top), (view.left + view.width, view.top), (view.left + view.width, view.top + view.height),
          (view.left, view.top + view.height), (view.left, view.top),
        ], width: 0.8)
      canvas.words(caption, x: view.left + 8, y: view.top + 18, size: 12, colour: .gray)
    }
    ObjectList(event).draw(x: 970, y: 752, bottom: 1166, on: &canvas)
    return canvas.svg
  }

  private func title(_ event: DisplayedEvent) -> String {
    "experiment \(event.key.experiment), run \(event.key.run), event \(event.key.number)"
  }

  private func subtitle(_ event: DisplayedEvent) -> String {
    var words = ["tracks and clusters \(event.origin.rawValue)"]
    if let accepted = event.acceptedByLevel1 {
      words.append(accepted ? "accepted by level 1" : "not accepted by level 1")
    }
    if let verdict = event.verdict {
      words.append(verdict == 1 ? "accepted by the high-level trigger" : "not accepted by the high-level trigger")
    }
    if let process = event.process { words.append("truth: \(process)") }
    return words.joined(separator: " · ")
  }

  /// What the colours mean, from right to left.
  private func drawKey(of event: DisplayedEvent, _ canvas: inout PlotCanvas) {
    var entries: [(words: String, colour: PlotCanvas.Colour, width: Double)] = [
      ("positive track, its hits", .orange, 150), ("negative track, its hits", .blue, 155),
      ("other hits", .gray, 75), ("crystal", .red, 58), ("muon-detector hit", .violet, 120), ("vertex", .black, 50),
    ]
    if !event.truth.isEmpty { entries.append(("generator particle", .purple, 130)) }
    var x = EventDisplay.size.width - 24
    for entry in entries.reversed() {
      x -= entry.width
      canvas.marker(x: x - 8, y: 50, radius: 3.5, colour: entry.colour)
      canvas.words(entry.words, x: x, y: 54, size: 13, colour: entry.colour)
      x -= 18
    }
  }

  // MARK: The event

  private func draw(_ event: DisplayedEvent, in view: DisplayView, _ canvas: inout PlotCanvas) {
    drawCrystals(event, view, &canvas)
    // From the side, a hit without a track has no z.
    for hit in event.wireHits where hit.track == nil && view.projection == .transverse {
      view.marker(hit.position, on: &canvas, radius: 0.8, colour: .gray)
    }
    for hit in event.siliconHits {
      let colour: PlotCanvas.Colour = hit.track.map { self.colour(of: event.tracks[$0]) } ?? .gray
      view.marker(hit.position, on: &canvas, radius: view.isCompressed ? 0.8 : 2, colour: colour)
    }
    drawMuonHits(event, view, &canvas)
    for path in event.truth {
      view.line(path.points, on: &canvas, colour: .purple, width: 0.8, dash: path.isCharged ? "5 3" : "1 3")
      drawName(path, view, &canvas)
    }
    for track in event.tracks { drawTrack(track, view, &canvas) }
    for hit in event.wireHits {
      guard let track = hit.track else { continue }
      view.marker(hit.position, on: &canvas, radius: 1.7, colour: colour(of: event.tracks[track]))
    }
    for vertex in event.vertices where vertex.position.transverse > DisplayedEvent.drawnRadius {
      view.marker(vertex.position, on: &canvas, radius: 3.2, colour: .black)
    }
  }

  private func colour(of track: DisplayedEvent.Track) -> PlotCanvas.Colour { track.helix.omega > 0 ? .orange : .blue }

  private func drawTrack(_ track: DisplayedEvent.Track, _ view: DisplayView, _ canvas: inout PlotCanvas) {
    let steps = 80
    let (start, end) = (track.arcs.lowerBound, track.arcs.upperBound)
    var points = (0...steps).map { track.helix.position(at: start + (end - start) * Double($0) / Double(steps)) }
    if track.muonLayers > 0, let exit = detector.muonDetector.exitLine(of: track.helix) {
      var crossings: [MuonCrossing] = []
      detector.muonDetector.appendCrossings(of: exit.line, into: &crossings)
      if exit.arcLength > end {
        points += (1...20).map { track.helix.position(at: end + (exit.arcLength - end) * Double($0) / 20) }
      }
      if let last = crossings.prefix(track.muonLayers).last {
        points += (1...20).map { exit.line.point(at: last.path * Double($0) / 20) }
      }
    }
    view.line(points, on: &canvas, colour: colour(of: track), width: 1)
  }

  /// Energies as bars from the front face outwards, their length the logarithm of the energy: 10 MeV is nothing, 7 GeV a crystal.
  private func drawCrystals(_ event: DisplayedEvent, _ view: DisplayView, _ canvas: inout PlotCanvas) {
    guard view.isCompressed else { return }
    let calorimeter = detector.calorimeter
    for crystal in event.crystals where crystal.energy > 0.01 {
      let isBarrel = calorimeter.rings[calorimeter.ring(ofCrystal: crystal.number)].region == .barrel
      // Along the axis the endcaps would hide the chamber: their clusters are in the view from the side.
      if !isBarrel, view.projection == .transverse { continue }
      let length = calorimeter.crystalLength * min(1, log(crystal.energy / 0.01) / log(700))
      let direction = calorimeter.direction(ofCrystal: crystal.number)
      let front = calorimeter.centre(ofCrystal: crystal.number) - (0.5 * calorimeter.crystalLength) * direction
      view.line([front, front + length * direction], on: &canvas, colour: .red, width: 2.6)
    }
  }

  private func drawMuonHits(_ event: DisplayedEvent, _ view: DisplayView, _ canvas: inout PlotCanvas) {
    guard view.isCompressed else { return }
    for hit in event.muonHits {
      switch view.projection {
      case .transverse where hit.section.isBarrel && hit.measuresAzimuth:
        view.marker(hit.position, on: &canvas, radius: 2, colour: .violet)
      case .longitudinal where !hit.measuresAzimuth:
        view.marker(hit.position, on: &canvas, radius: 2, colour: .violet)
      default: break
      }
    }
  }

  private func drawName(_ path: TruthPath, _ view: DisplayView, _ canvas: inout PlotCanvas) {
    guard view.isCompressed, path.momentum > 0.1, path.points.count > 1, let last = path.points.last,
      last.transverse > 60 || abs(last.z) > 90
    else { return }
    let at = view.pixel(last)
    if view.contains(at) { canvas.words(path.name, x: at.x + 4, y: at.y + 4, size: 11, colour: .purple) }
  }
}
