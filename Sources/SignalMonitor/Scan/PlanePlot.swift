import Foundation
import Statistics

/// The picture of a search in a plane: all candidates, and the surroundings of one hypothesis with its elliptical window and the ring that
/// measures its background.
public struct PlanePlot {
  private let result: ChannelResult
  private let search: PlaneSearch
  private let counts: PlaneCounts
  private let focus: HypothesisResult?
  private let conditions: String

  /// A picture of a result; nil for a channel that is no plane.
  ///
  /// - Parameters:
  ///   - focus: the first observable of the hypothesis to show; nil shows the largest excess.
  ///   - conditions: a line under the title.
  public init?(_ channel: SearchChannel, _ data: ChannelData, result: ChannelResult, focus: Double?, conditions: String)
  {
    guard case .plane(let search) = channel.method, let counts = data.plane else { return nil }
    self.result = result
    self.search = search
    self.counts = counts
    self.conditions = conditions
    let near = result.hypotheses.filter { hypothesis in
      focus.map { abs(hypothesis.mass - $0) <= 2 * hypothesis.resolution } ?? true
    }
    self.focus = near.max { ($0.localSignificance ?? -99) < ($1.localSignificance ?? -99) }
  }

  private func title(_ axis: PlaneAxis) -> String {
    let words = axis.observable.name.replacing("_", with: " ")
    let unit = axis.observable.unit.replacing("GeV2", with: "GeV²")
    return words.prefix(1).uppercased() + words.dropFirst() + " [\(unit)]"
  }

  /// The picture as SVG.
  public var svg: String {
    var canvas = PlotCanvas(width: 900, height: 1180)
    canvas.words("Sluice Emulation", x: 90, y: 34, size: 20, bold: true)
    canvas.words(result.title, x: 870, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: 870, y: 54, size: 12, anchor: .end)
    if let warning = result.warning { canvas.words(warning, x: 90, y: 54, size: 14, bold: true, colour: .red) }
    if result.blinded {
      canvas.words("All candidates are hidden", x: 90, y: 240, size: 14)
      return canvas.svg
    }
    drawPlane(&canvas)
    drawWindow(&canvas)
    return canvas.svg
  }

  private func centre(_ cell: PlaneCounts.Cell) -> (x: Double, y: Double) {
    let (x, y) = (Int(cell.x), Int(cell.y))
    let (a, b) = (counts.grids[0].edges, counts.grids[1].edges)
    return (0.5 * (a[x] + a[x + 1]), 0.5 * (b[y] + b[y + 1]))
  }

  private func drawPlane(_ canvas: inout PlotCanvas) {
    let (x, y) = (search.axes[0], search.axes[1])
    let panel = PlotPanel(
      left: 90, top: 70, width: 780, height: 440,
      x: PlotAxis(x.range.lowerBound, x.range.upperBound, title: title(x)),
      y: PlotAxis(y.range.lowerBound, y.range.upperBound, title: title(y)))
    for (cell, _) in counts.cells.sorted(by: { ($0.key.x, $0.key.y) < ($1.key.x, $1.key.y) }) {
      let value = centre(cell)
      let at = panel.point(value.x, value.y)
      canvas.marker(x: at.x, y: at.y, radius: 1.5)
    }
    if let focus, let second = focus.second {
      let reach = search.ring.upperBound
      let (dx, dy) = deviations(focus)
      let corners = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1), (-1, -1)].map { corner in
        panel.point(focus.mass + corner.0 * reach * dx, second + corner.1 * reach * dy)
      }
      canvas.line(corners, colour: .red, width: 1.5)
    }
    panel.drawFrame(on: &canvas)
    let outside = counts.outside + counts.undefined
    canvas.words(
      "\(counts.inRange) candidates, \(outside) outside of the plane; the frame is enlarged below", x: 110, y: 92,
      size: 13)
  }

  /// The resolutions along both axes at a hypothesis.
  private func deviations(_ hypothesis: HypothesisResult) -> (Double, Double) {
    (
      search.axes[0].resolution.deviation(at: hypothesis.mass),
      search.axes[1].resolution.deviation(at: hypothesis.second ?? 0)
    )
  }

  private func drawWindow(_ canvas: inout PlotCanvas) {
    guard let focus, let second = focus.second else {
      canvas.words("No candidate in any window or ring", x: 90, y: 640, size: 14)
      return
    }
    let (dx, dy) = deviations(focus)
    let reach = 1.25 * search.ring.upperBound
    let panel = PlotPanel(
      left: 90, top: 590, width: 780, height: 500,
      x: PlotAxis(focus.mass - reach * dx, focus.mass + reach * dx, title: title(search.axes[0])),
      y: PlotAxis(second - reach * dy, second + reach * dy, title: title(search.axes[1])))
    for (radius, colour, dash) in [
      (search.radius, PlotCanvas.Colour.red, nil as String?), (search.ring.lowerBound, .blue, "6 4"),
      (search.ring.upperBound, .blue, "6 4"),
    ] {
      let points = (0...96).map { step in
        let angle = 2 * Double.pi * Double(step) / 96
        return panel.point(focus.mass + radius * dx * cos(angle), second + radius * dy * sin(angle))
      }
      canvas.line(points, colour: colour, width: 2, dash: dash)
    }
    for (cell, count) in counts.cells.sorted(by: { ($0.key.x, $0.key.y) < ($1.key.x, $1.key.y) }) {
      let value = centre(cell)
      guard abs(value.x - focus.mass) < reach * dx, abs(value.y - second) < reach * dy else { continue }
      let at = panel.point(value.x, value.y)
      canvas.marker(x: at.x, y: at.y, radius: 3)
      if count > 1 { canvas.words("\(count)", x: at.x + 4, y: at.y - 3, size: 11) }
    }
    panel.drawFrame(on: &canvas)
    var lines = [
      "window of \(search.radius.formatted(digits: 3)) resolutions: \(focus.candidates) candidates",
      "ring: \((focus.backgroundUnderPeak ?? 0).formatted(digits: 3)) expected in the window",
    ]
    if let z = focus.localSignificance {
      lines.append("local significance \(String(format: "%.2f", z)) σ (one look, one place)")
    }
    if let limit = focus.upperLimit {
      lines.append("yield below \(limit.value.formatted(digits: 3)) at \(percentText(result.confidence)) CL")
    }
    for (index, text) in lines.enumerated() {
      canvas.words(text, x: 850, y: 612 + 18 * Double(index), size: 13, anchor: .end)
    }
  }
}
