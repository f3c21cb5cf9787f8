import Statistics

/// The picture of latencies: the share of events that took longer than a time, by stage; median and 99 % of the lines that accepted
/// most events.
public struct LatencyPlot {
  private let sample: LatencySample
  private let report: LatencyReport
  private let conditions: String

  /// A picture of a sample.
  /// - Parameter conditions: a line under the title.
  public init(_ sample: LatencySample, _ report: LatencyReport, conditions: String) {
    self.sample = sample
    self.report = report
    self.conditions = conditions
  }

  private static let left = 90.0
  private static let width = 680.0
  private static let height = 380.0
  private static let mostLines = 15
  private static let rowHeight = 22.0

  private static func colour(_ stage: LatencySample.Stage) -> PlotCanvas.Colour {
    switch stage {
    case .level1: .blue
    case .builder: .orange
    case .highLevel: .red
    case .collector: .purple
    case .total: .black
    }
  }

  /// The picture as SVG.
  public var svg: String {
    let lines = report.lines.filter { $0.total.p50 != nil }
      .sorted { ($1.total.events, $0.line) < ($0.total.events, $1.line) }.prefix(Self.mostLines)
    let listHeight = lines.isEmpty ? 0 : 90 + Self.rowHeight * Double(lines.count)
    var canvas = PlotCanvas(width: 800, height: 130 + Self.height + listHeight)
    canvas.words("Sluice Emulation", x: Self.left, y: 34, size: 20, bold: true)
    canvas.words("Latency", x: Self.left + Self.width, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: Self.left + Self.width, y: 54, size: 12, anchor: .end)
    drawStages(on: &canvas)
    if !lines.isEmpty { drawLines(Array(lines), top: 140 + Self.height, on: &canvas) }
    return canvas.svg
  }

  private func drawStages(on canvas: inout PlotCanvas) {
    let curves = zip(LatencySample.Stage.allCases, sample.stages).map { ($0, $1.exceeding()) }
    let times = curves.flatMap { $0.1.map(\.microseconds) }
    let fewest = 0.5 / Double(max(sample.events, 1))
    let panel = PlotPanel(
      left: Self.left, top: 66, width: Self.width, height: Self.height,
      x: PlotAxis(
        times.min() ?? 1, max(times.max() ?? 10, 1.1 * (times.min() ?? 1)), title: "Time t [us]", isLogarithmic: true),
      y: PlotAxis(fewest, 1.2, title: "Share of events that took longer", isLogarithmic: true))
    for (index, (stage, points)) in curves.enumerated() {
      let colour = Self.colour(stage)
      panel.curve(points.map { ($0.microseconds, $0.fraction > 0 ? $0.fraction : nil) }, on: &canvas, colour: colour)
      for (probability, number) in zip([0.5, 0.9, 0.99, 0.999], report.stages[index].latency.numbers) {
        guard let number, number.value > 0 else { continue }
        canvas.line(
          [panel.point(max(number.low, 1e-3), 1 - probability), panel.point(number.high, 1 - probability)],
          colour: colour)
        let at = panel.point(number.value, 1 - probability)
        canvas.marker(x: at.x, y: at.y, radius: 3, colour: colour)
      }
      let y = 66 + Self.height - 20 - 20 * Double(curves.count - 1 - index)
      canvas.line([(Self.left + 20, y), (Self.left + 50, y)], colour: colour, width: 2)
      canvas.words(stage == .total ? "arrival to verdict" : stage.rawValue, x: Self.left + 58, y: y + 5)
    }
    panel.drawFrame(on: &canvas)
  }

  /// A row for each line: a bar from median to 99 % of its times from arrival to verdict, with their errors.
  private func drawLines(_ lines: [LatencyReport.Line], top: Double, on canvas: inout PlotCanvas) {
    let numbers = lines.flatMap { [$0.total.p50, $0.total.p99].compactMap(\.self) }
    let low = max(0.9 * (numbers.map(\.low).min() ?? 1), 1e-3)
    let high = max(1.1 * (numbers.map(\.high).max() ?? 10), 1.1 * low)
    let left = Self.left + 300
    let panel = PlotPanel(
      left: left, top: top, width: Self.width - 300, height: Self.rowHeight * Double(lines.count),
      x: PlotAxis(low, high, title: "Arrival to verdict: median (blue), 99 % (orange) [us]", isLogarithmic: true),
      y: PlotAxis(0, Double(lines.count), title: ""))
    for (index, line) in lines.enumerated() {
      let height = Double(lines.count - index) - 0.5
      let name = line.line.count > 40 ? line.line.prefix(38) + "…" : line.line[...]
      canvas.words(String(name), x: left - 10, y: panel.point(low, height).y + 4, size: 12, anchor: .end)
      for (number, colour) in [(line.total.p50, PlotCanvas.Colour.blue), (line.total.p99, .orange)] {
        guard let number else { continue }
        canvas.line(
          [panel.point(max(number.low, low), height), panel.point(number.high, height)], colour: colour, width: 2)
        let at = panel.point(max(number.value, low), height)
        canvas.marker(x: at.x, y: at.y, radius: 4, colour: colour)
      }
    }
    let bottom = top + panel.height
    canvas.line(
      [(left, top), (left + panel.width, top), (left + panel.width, bottom), (left, bottom), (left, top)], width: 1.5)
    // Less than a decade has a label at every digit: those that would touch the one before are left out.
    var free = -Double.infinity
    for tick in panel.x.ticks {
      let at = panel.point(tick.value, 0).x
      canvas.line([(at, bottom), (at, bottom - (tick.label == nil ? 5 : 10))])
      guard let label = tick.label, at > free else { continue }
      canvas.words(label, x: at, y: bottom + 18, anchor: .middle)
      free = at + 60
    }
    canvas.words(panel.x.title, x: left + panel.width, y: bottom + 40, size: 14, anchor: .end)
  }
}
