import Foundation
import Kinematics
import Statistics

/// The tracks, clusters and vertices of an event as tables beside its picture.
struct ObjectList {
  /// A row of a table: cells right-aligned at fixed places, then words.
  private struct Row {
    var cells: [String]
    var words = ""
    var colour = PlotCanvas.Colour.black
    var isHeading = false
  }

  private var rows: [Row] = []

  init(_ event: DisplayedEvent) {
    rows.append(Row(cells: ["track", "pT GeV", "theta", "phi deg", "d0 cm", "z0 cm", "hits"], isHeading: true))
    for (number, track) in event.tracks.enumerated() {
      let helix = track.helix
      var words = ""
      if track.muon > 0.5 { words += "muon" }
      if track.electron > 0.5 { words += words.isEmpty ? "electron" : ", electron" }
      rows.append(
        Row(
          cells: [
            "\(number)", Self.text(helix.pT(), 3), Self.degrees(atan2(1, helix.tanLambda)), Self.degrees(helix.phi0),
            Self.text(helix.d0, 3), Self.text(helix.z0, 3), "\(track.chamberHits)+\(track.siliconHits)",
          ], words: words, colour: helix.omega > 0 ? .orange : .blue))
    }
    rows.append(Row(cells: ["cluster", "E GeV", "theta", "phi deg", "t ns"], isHeading: true))
    for (number, cluster) in event.clusters.enumerated() where cluster.energy > 0.1 {
      rows.append(
        Row(
          cells: [
            "\(number)", Self.text(cluster.energy, 3), Self.degrees(cluster.position.theta),
            Self.degrees(cluster.position.phi), Self.text(cluster.time, 1),
          ], words: cluster.track >= 0 ? "track \(cluster.track)" : "", colour: .red))
    }
    let displaced = event.vertices.enumerated().filter { $0.element.position.transverse > DisplayedEvent.drawnRadius }
    if !displaced.isEmpty {
      rows.append(Row(cells: ["vertex", "M GeV", "r cm", "z cm", "prob."], isHeading: true))
    }
    for (number, vertex) in displaced {
      rows.append(
        Row(
          cells: [
            "\(number)", Self.text(vertex.mass, 4), Self.text(vertex.position.transverse, 2),
            Self.text(vertex.position.z, 2), Self.text(vertex.probability, 3),
          ], words: "tracks " + vertex.tracks.map(String.init).joined(separator: ", ")))
    }
  }

  /// Writes the tables in rows of 17 pixels; what does not fit is counted.
  func draw(x: Double, y: Double, bottom: Double, on canvas: inout PlotCanvas) {
    let room = max(1, Int((bottom - y) / 17))
    let shown = rows.count > room ? Array(rows.prefix(room - 1)) : rows
    for (line, row) in shown.enumerated() {
      let y = y + 17 * Double(line)
      for (column, cell) in row.cells.enumerated() {
        canvas.words(
          cell, x: x + 46 + 62 * Double(column), y: y, size: 13, anchor: .end, bold: row.isHeading, colour: row.colour)
      }
      canvas.words(row.words, x: x + 62 + 62 * Double(row.cells.count - 1), y: y, size: 13, colour: row.colour)
    }
    if shown.count < rows.count {
      canvas.words(
        "and \(rows.count - shown.count) rows more", x: x, y: y + 17 * Double(shown.count), size: 13, colour: .gray)
    }
  }

  private static func degrees(_ angle: Double) -> String { text(angle / Units.degree, 1) }

  /// A number with a fixed count of decimals, without the locale.
  private static func text(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "-" }
    let units = Int((abs(value) * pow(10, Double(decimals))).rounded())
    let digits = String(units)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return (value < 0 && units > 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
