import Statistics

/// The picture of a displaced-vertex study: efficiency against the distance of the vertex from the beam line, a curve for each signal.
public struct DisplacedPlot {
  private let report: DisplacedReport
  private let level: String
  private let conditions: String

  /// A picture of a report.
  /// - Parameters:
  ///   - level: where the lines are, for the title.
  ///   - conditions: a line under the title.
  public init(_ report: DisplacedReport, level: String = "level 1", conditions: String) {
    self.report = report
    self.level = level
    self.conditions = conditions
  }

  private static let left = 90.0
  private static let width = 680.0
  private static let colours: [PlotCanvas.Colour] = [.blue, .orange, .purple, .black]

  /// The picture as SVG: any line under study with its error bars, all other lines dashed.
  public var svg: String {
    var canvas = PlotCanvas(width: 800, height: 540)
    canvas.words("Sluice Emulation", x: Self.left, y: 34, size: 20, bold: true)
    canvas.words("Displaced-vertex trigger at \(level)", x: Self.left + Self.width, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: Self.left + Self.width, y: 54, size: 12, anchor: .end)
    let panel = PlotPanel(
      left: Self.left, top: 66, width: Self.width, height: 410,
      x: PlotAxis(0, 80, title: "Distance of the vertex from the beam line [cm]"),
      y: PlotAxis(0, 1.35, title: "Efficiency, two visible tracks"))
    for (index, signal) in report.signals.prefix(Self.colours.count).enumerated() {
      guard let curve = signal.curves.first(where: { $0.quantity == EfficiencyCurve.Quantity.rho.rawValue })
      else { continue }
      let colour = Self.colours[index]
      let bins = curve.bins.filter { $0.events > 0 }
      func middle(_ bin: DisplacedReport.Bin) -> Double { (bin.low + bin.high) / 2 }
      panel.curve(bins.map { (middle($0), $0.lines.last??.value) }, on: &canvas, colour: colour)
      panel.curve(bins.map { (middle($0), $0.others?.value) }, on: &canvas, colour: colour, width: 1, dash: "5 4")
      for bin in bins {
        guard let number = bin.lines.last ?? nil else { continue }
        canvas.line([panel.point(middle(bin), number.low), panel.point(middle(bin), number.high)], colour: colour)
        canvas.line([panel.point(bin.low, number.value), panel.point(bin.high, number.value)], colour: colour)
      }
      let y = 86 + 20 * Double(index)
      canvas.line([(Self.left + 20, y), (Self.left + 50, y)], colour: colour, width: 2)
      canvas.words(signal.process, x: Self.left + 58, y: y + 5)
    }
    canvas.line([(Self.left + 360, 86), (Self.left + 390, 86)], width: 2)
    canvas.words("displaced-vertex lines", x: Self.left + 398, y: 91)
    canvas.line([(Self.left + 360, 106), (Self.left + 390, 106)], width: 1, dash: "5 4")
    canvas.words("all other lines of the menu", x: Self.left + 398, y: 111)
    panel.drawFrame(on: &canvas)
    return canvas.svg
  }
}
