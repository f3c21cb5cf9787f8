import Foundation
import Statistics

extension ScanPlot {
  /// A limit on physics at a mass.
  struct PhysicsLimit {
    let mass: Double
    let limit: ConvertedLimit
  }

  /// The limits on the quantity that was published, else on the first there is; empty without any.
  var physicsLimits: [PhysicsLimit] {
    let all = result.hypotheses.compactMap(\.limits).first ?? []
    guard let quantity = all.first(where: { $0.quantity == published?.quantity })?.quantity ?? all.first?.quantity
    else {
      return []
    }
    return result.hypotheses.compactMap { hypothesis in
      hypothesis.limits?.first { $0.quantity == quantity }.map {
        PhysicsLimit(mass: hypothesis.particleMass ?? hypothesis.mass, limit: $0)
      }
    }
  }

  /// Draws limits on a cross-section, branching fraction or coupling with bands, beside the published ones.
  func drawPhysicsLimits(_ limits: [PhysicsLimit], top: Double, on canvas: inout PlotCanvas) {
    guard let first = limits.first, let last = limits.last, first.mass < last.mass else { return }
    let isSame = published?.quantity == first.limit.quantity && published?.unit == first.limit.unit
    let points = isSame ? published?.limits.filter { $0.mass.isFinite } ?? [] : []
    let values =
      (limits.flatMap { [$0.limit.observed, $0.limit.expected?.minus2 ?? .nan, $0.limit.expected?.plus2 ?? .nan] }
      + points.map(\.value)).filter { $0 > 0 && $0.isFinite }
    let name = first.limit.quantity.replacing("_", with: " ")
    let unit = first.limit.unit.isEmpty ? "" : " [\(first.limit.unit)]"
    let panel = PlotPanel(
      left: Self.left, top: top, width: Self.width, height: 290,
      x: PlotAxis(first.mass, last.mass, title: "Mass [GeV]"),
      y: PlotAxis(
        0.5 * (values.min() ?? 0.1), 4 * (values.max() ?? 1),
        title: "Limit on \(name)\(unit), \(percentText(result.confidence)) CL", isLogarithmic: true))
    panel.band(
      limits.map { ($0.mass, $0.limit.expected?.minus2, $0.limit.expected?.plus2) }, on: &canvas, colour: .paleYellow)
    panel.band(
      limits.map { ($0.mass, $0.limit.expected?.minus1, $0.limit.expected?.plus1) }, on: &canvas, colour: .paleGreen)
    panel.curve(
      limits.map { ($0.mass, $0.limit.expected?.median) }, on: &canvas, colour: .black, width: 1, dash: "5 3")
    panel.curve(limits.map { ($0.mass, $0.limit.observed) }, on: &canvas, colour: .black)
    for point in points where point.mass >= first.mass && point.mass <= last.mass {
      let at = panel.point(point.mass, point.value)
      canvas.marker(x: at.x, y: at.y)
    }
    panel.drawFrame(on: &canvas)
    var words = "observed, expected with ±1σ and ±2σ"
    if let luminosity = result.luminosity { words += ", \(luminosity.formatted(digits: 4))/fb" }
    canvas.words(words, x: Self.left + 20, y: top + 20)
    if !points.isEmpty, let published {
      canvas.marker(x: Self.left + 30, y: top + 36)
      let luminosity = published.luminosity.map { ", \($0.formatted(digits: 4))/fb" } ?? ""
      canvas.words("published\(luminosity): \(published.source)", x: Self.left + 40, y: top + 41, size: 11)
    }
  }
}
