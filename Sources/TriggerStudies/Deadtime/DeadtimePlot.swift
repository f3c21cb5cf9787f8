import Level1
import Statistics

/// The picture of a dead-time study: loss against trigger rate, a curve for each number of samples.
public struct DeadtimePlot {
  private let report: DeadtimeReport
  private let conditions: String

  /// A picture of a report.
  /// - Parameter conditions: a line under the title.
  public init(_ report: DeadtimeReport, conditions: String) {
    self.report = report
    self.conditions = conditions
  }

  private static let left = 90.0
  private static let width = 680.0

  private static func colour(_ samples: SampleMode) -> PlotCanvas.Colour {
    switch samples {
    case .six: .blue
    case .three: .orange
    case .mixed: .purple
    }
  }

  /// The picture as SVG.
  public var svg: String {
    var canvas = PlotCanvas(width: 800, height: 540)
    canvas.words("Sluice Emulation", x: Self.left, y: 34, size: 20, bold: true)
    canvas.words("Dead time of level 1", x: Self.left + Self.width, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: Self.left + Self.width, y: 54, size: 12, anchor: .end)
    let rates = report.points.compactMap { $0.rate }.map { $0 / 1000 }
    let losses = report.points.compactMap { $0.lost.map { 100 * $0.high } }
    let panel = PlotPanel(
      left: Self.left, top: 66, width: Self.width, height: 410,
      x: PlotAxis(0, 1.05 * max(rates.max() ?? 1, 1e-6), title: "Trigger rate [kHz]"),
      y: PlotAxis(0.05, max(1, 2 * (losses.max() ?? 1)), title: "Triggers lost [%]", isLogarithmic: true))
    for (index, samples) in SampleMode.allCases.enumerated() {
      let points = report.points.filter { $0.samples == samples }.sorted { ($0.rate ?? 0) < ($1.rate ?? 0) }
      guard !points.isEmpty else { continue }
      let colour = Self.colour(samples)
      panel.curve(
        points.map { ($0.rate.map { $0 / 1000 } ?? 0, $0.lost.map { 100 * $0.value }) }, on: &canvas, colour: colour)
      for point in points {
        guard let rate = point.rate, let lost = point.lost else { continue }
        let x = rate / 1000
        canvas.line([panel.point(x, 100 * lost.low), panel.point(x, 100 * lost.high)], colour: colour)
        let at = panel.point(x, 100 * lost.value)
        canvas.marker(x: at.x, y: at.y, radius: 3, colour: colour)
      }
      panel.curve(
        points.map { ($0.rate.map { $0 / 1000 } ?? 0, $0.expected.map { 100 * $0.lost }) }, on: &canvas, colour: .black,
        width: 1, dash: "5 4")
      let y = 90 + 22 * Double(index)
      canvas.line([(Self.left + 20, y), (Self.left + 50, y)], colour: colour, width: 2)
      canvas.words(samples == .mixed ? "mixed samples" : "\(samples.rawValue) samples", x: Self.left + 58, y: y + 5)
    }
    canvas.line([(Self.left + 20, 156), (Self.left + 50, 156)], width: 1, dash: "5 4")
    canvas.words("M/D/1/K and spacing, closed formula", x: Self.left + 58, y: 161)
    panel.drawFrame(on: &canvas)
    return canvas.svg
  }
}
