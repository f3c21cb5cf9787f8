import Foundation
import Statistics

/// The picture of a projection: expected limits with bands against mass, at one or more luminosities, beside the published ones.
public struct SensitivityPlot {
  private let projections: [SensitivityProjection]
  private let published: PublishedResult?
  private let conditions: String

  /// A picture; nil without two masses at which a limit is expected.
  ///
  /// - Parameters:
  ///   - projections: those of one channel; the first is drawn with bands.
  ///   - conditions: a line under the title.
  public init?(_ projections: [SensitivityProjection], published: PublishedResult?, conditions: String) {
    guard let first = projections.first, first.quantity != nil, Set(first.limits.compactMap(\.mass)).count > 1 else {
      return nil
    }
    self.projections = projections
    self.published = published
    self.conditions = conditions
  }

  private static let colours: [PlotCanvas.Colour] = [.black, .blue, .purple, .orange, .violet]

  /// Expected limits of one projection, lifetime and region against mass.
  private func curve(_ projection: SensitivityProjection, like one: ProjectedLimit) -> [(Double, ExpectedLimit)] {
    projection.limits.compactMap { limit in
      guard limit.lifetime == one.lifetime, limit.region == one.region, limit.secondMass == one.secondMass,
        let mass = limit.mass,
        let found = limit.limits.first(where: { $0.quantity == projection.quantity && $0.unit == projection.unit })?
          .expected
      else { return nil }
      return (mass, found)
    }.sorted { $0.0 < $1.0 }
  }

  /// One limit of each lifetime, region or second mass: each has a curve of its own.
  private var families: [ProjectedLimit] {
    var found: [ProjectedLimit] = []
    for limit in projections[0].limits where !limit.limits.isEmpty {
      let isNew = !found.contains {
        $0.lifetime == limit.lifetime && $0.region == limit.region && $0.secondMass == limit.secondMass
      }
      if isNew { found.append(limit) }
    }
    return found
  }

  /// The picture as SVG.
  public var svg: String {
    let first = projections[0]
    let families = families
    let all = projections.flatMap { projection in families.flatMap { curve(projection, like: $0) } }
    let points =
      (published?.quantity == first.quantity && published?.unit == first.unit ? published?.limits : nil) ?? []
    let ranges = (published?.ranges ?? []).filter { $0.quantity == first.quantity && $0.unit == first.unit }
    let masses = all.map(\.0)
    let values =
      (all.flatMap { [$0.1.minus2, $0.1.plus2] } + points.map(\.value) + ranges.flatMap { [$0.least, $0.largest] })
      .filter { $0 > 0 && $0.isFinite }
    let name = (first.quantity ?? "").replacing("_", with: " ")
    let unit = first.unit.isEmpty ? "" : " [\(first.unit)]"
    let (low, high) = (masses.min() ?? 0, masses.max() ?? 1)
    let panel = PlotPanel(
      left: 100, top: 70, width: 760, height: 480,
      x: PlotAxis(low, high, title: "Mass [GeV]", isLogarithmic: low > 0 && high > 20 * low),
      y: PlotAxis(
        0.4 * (values.min() ?? 0.1), 8 * (values.max() ?? 1),
        title: "Limit on \(name)\(unit), \(percentText(first.confidence)) CL", isLogarithmic: true))
    var canvas = PlotCanvas(width: 900, height: 620)
    canvas.words("Sluice Simulation", x: 100, y: 34, size: 20, bold: true)
    canvas.words(first.title, x: 860, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: 860, y: 54, size: 12, anchor: .end)
    if families.count == 1 {
      let band = curve(first, like: families[0])
      panel.band(band.map { ($0.0, $0.1.minus2, $0.1.plus2) }, on: &canvas, colour: .paleYellow)
      panel.band(band.map { ($0.0, $0.1.minus1, $0.1.plus1) }, on: &canvas, colour: .paleGreen)
    }
    for range in ranges {
      for edge in [range.least, range.largest] {
        let ends = [max(range.masses.lowerBound, low), min(range.masses.upperBound, high)]
        panel.curve(ends.map { ($0, edge) }, on: &canvas, colour: .red, width: 1.5, dash: "2 3")
      }
    }
    var entries: [(String, PlotCanvas.Colour, String?)] = []
    for (number, projection) in projections.enumerated() {
      for (place, family) in families.enumerated() {
        let colour = Self.colours[(projections.count > 1 ? number : place) % Self.colours.count]
        let dash = place < Self.colours.count ? nil : "6 3"
        panel.curve(
          curve(projection, like: family).map { ($0.0, $0.1.median) }, on: &canvas, colour: colour, dash: dash)
        if projections.count == 1 || place == 0 {
          var words = "expected, \(projection.luminosity.formatted(digits: 4))/fb"
          if families.count > 1, projections.count == 1 { words = label(family) }
          entries.append((words, colour, dash))
        }
      }
    }
    for point in points where point.mass.isFinite && point.mass >= low && point.mass <= high {
      let at = panel.point(point.mass, point.value)
      canvas.marker(x: at.x, y: at.y, radius: 4, colour: .red)
    }
    panel.drawFrame(on: &canvas)
    drawLegend(entries, hasPoints: !points.isEmpty, hasRanges: !ranges.isEmpty, on: &canvas)
    return canvas.svg
  }

  private func label(_ family: ProjectedLimit) -> String {
    var words: [String] = []
    if let region = family.region { words.append(region) }
    if let lifetime = family.lifetime { words.append("cτ \(lifetime.formatted(digits: 3)) cm") }
    if let second = family.secondMass { words.append("h′ \(second.formatted(digits: 3)) GeV") }
    return "expected, " + words.joined(separator: ", ")
  }

  private func drawLegend(
    _ entries: [(String, PlotCanvas.Colour, String?)], hasPoints: Bool, hasRanges: Bool, on canvas: inout PlotCanvas
  ) {
    for (index, entry) in entries.prefix(9).enumerated() {
      let (x, y) = (120 + 250 * Double(index / 3), 92 + 18 * Double(index % 3))
      canvas.line([(x, y), (x + 30, y)], colour: entry.1, width: 2, dash: entry.2)
      canvas.words(entry.0, x: x + 38, y: y + 5, size: 13)
    }
    guard hasPoints || hasRanges, let published else { return }
    let y = 92 + 18 * Double(min(entries.count, 3))
    if hasPoints {
      canvas.marker(x: 135, y: y, radius: 4, colour: .red)
    } else {
      canvas.line([(120, y), (150, y)], colour: .red, width: 1.5, dash: "2 3")
    }
    let luminosity = published.luminosity.map { ", \($0.formatted(digits: 4))/fb" } ?? ""
    let words = hasPoints ? "published" : "smallest and largest published"
    // What follows a semicolon is for the file, not for the picture.
    let source = published.source.prefix { $0 != ";" }
    canvas.words("\(words)\(luminosity): \(source)", x: 158, y: y + 5, size: 11)
  }
}
