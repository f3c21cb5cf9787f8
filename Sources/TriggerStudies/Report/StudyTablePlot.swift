import Statistics

/// The picture of validation tables: a panel for each quantity, measured points with error bars, references as dashed steps.
public struct StudyTablePlot {
  /// A panel.
  public struct Panel {
    /// The table.
    public var table: StudyTable
    /// Position of the quantity in the table.
    public var quantity: Int
    /// Range of the vertical axis; nil for one that holds all values.
    public var range: ClosedRange<Double>?
    /// Whether the variable is shown logarithmically.
    public var isLogarithmic: Bool

    /// A panel.
    public init(_ table: StudyTable, quantity: Int, range: ClosedRange<Double>? = nil, isLogarithmic: Bool = false) {
      self.table = table
      self.quantity = quantity
      self.range = range
      self.isLogarithmic = isLogarithmic
    }
  }

  private let title: String
  private let conditions: String
  private let panels: [Panel]

  /// A picture.
  /// - Parameters:
  ///   - title: the subject, at the top right.
  ///   - conditions: a line under the title.
  ///   - panels: shown two in a row.
  public init(title: String, conditions: String, panels: [Panel]) {
    self.title = title
    self.conditions = conditions
    self.panels = panels
  }

  private static let colours: [PlotCanvas.Colour] = [.orange, .purple, .gray]
  private static let panelWidth = 400.0
  private static let panelHeight = 300.0

  /// The picture as SVG.
  public var svg: String {
    let rows = (panels.count + 1) / 2
    let width = 2 * (Self.panelWidth + 100) + 20
    var canvas = PlotCanvas(width: width, height: 80 + Double(rows) * (Self.panelHeight + 70))
    canvas.words("Sluice Emulation", x: 90, y: 34, size: 20, bold: true)
    canvas.words(title, x: width - 30, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: width - 30, y: 54, size: 12, anchor: .end)
    for (index, panel) in panels.enumerated() {
      draw(
        panel, left: 90 + Double(index % 2) * (Self.panelWidth + 100),
        top: 70 + Double(index / 2) * (Self.panelHeight + 70), on: &canvas)
    }
    return canvas.svg
  }

  private func draw(_ shown: Panel, left: Double, top: Double, on canvas: inout PlotCanvas) {
    let quantity = shown.table.quantities[shown.quantity]
    let rows = shown.table.rows.filter { $0.low.isFinite && $0.high.isFinite && (!shown.isLogarithmic || $0.low > 0) }
    guard let first = rows.first, let last = rows.last else { return }
    let measured = rows.compactMap { $0.values[shown.quantity] }
    let highest = (measured.map(\.high) + rows.flatMap { $0.references[shown.quantity].compactMap(\.self) }).max() ?? 1
    let range = shown.range ?? 0...max(1.3 * highest, 1e-9)
    let panel = PlotPanel(
      left: left, top: top, width: Self.panelWidth, height: Self.panelHeight,
      x: PlotAxis(first.low, last.high, title: shown.table.variable, isLogarithmic: shown.isLogarithmic),
      y: PlotAxis(range.lowerBound, range.upperBound, title: quantity.title))
    for (number, name) in quantity.references.enumerated() {
      let colour = Self.colours[number % Self.colours.count]
      for row in rows {
        guard let value = row.references[shown.quantity][number], range.contains(value) else { continue }
        canvas.line([panel.point(row.low, value), panel.point(row.high, value)], colour: colour, dash: "5 3")
      }
      canvas.words(
        "reference, \(name)", x: left + Self.panelWidth - 10, y: top + 18 + 16 * Double(number), size: 12,
        anchor: .end, colour: colour)
    }
    for row in rows {
      guard let number = row.values[shown.quantity], range.contains(number.value) else { continue }
      let middle = shown.isLogarithmic ? (row.low * row.high).squareRoot() : 0.5 * (row.low + row.high)
      canvas.line([panel.point(row.low, number.value), panel.point(row.high, number.value)], colour: .blue)
      canvas.line([panel.point(middle, number.low), panel.point(middle, number.high)], colour: .blue)
      let at = panel.point(middle, number.value)
      canvas.marker(x: at.x, y: at.y, radius: 3, colour: .blue)
    }
    panel.drawFrame(on: &canvas)
  }
}
