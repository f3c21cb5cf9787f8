import Foundation
import Statistics

/// The picture of a search: the fitted window with its pulls, the local p-values and the limits of all hypotheses.
public struct ScanPlot {
  let result: ChannelResult
  private let curves: FittedCurves?
  private let fitted: HypothesisResult?
  private let conditions: String
  let published: PublishedResult?

  /// A picture of a result.
  ///
  /// - Parameters:
  ///   - curves: the fit to show, of the hypothesis `fitted`; nil leaves the upper panels empty with a remark.
  ///   - conditions: a line under the title: run, menu, stream.
  ///   - published: a published result, whose limits are drawn beside those of the same quantity.
  public init(
    result: ChannelResult, curves: FittedCurves?, fitted: HypothesisResult?, conditions: String,
    published: PublishedResult? = nil
  ) {
    self.published = published
    self.result = result
    self.curves = curves
    self.fitted = fitted
    self.conditions = conditions
  }

  /// The smallest p-value shown; smaller ones lie on the frame.
  private static let leastProbability = 1e-13
  static let left = 90.0
  static let width = 780.0

  private var observableTitle: String {
    let words =
      result.observable == "recoil_mass2" ? "Recoil mass squared" : result.observable.replacing("_", with: " ")
    let unit = result.unit == "GeV2" ? "GeV²" : result.unit
    return words.prefix(1).uppercased() + words.dropFirst() + " [\(unit)]"
  }

  /// The picture as SVG.
  public var svg: String {
    let physics = physicsLimits
    var canvas = PlotCanvas(width: 900, height: physics.isEmpty ? 1240 : 1620)
    canvas.words("Sluice Emulation", x: Self.left, y: 34, size: 20, bold: true)
    canvas.words(result.title, x: Self.left + Self.width, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: Self.left + Self.width, y: 54, size: 12, anchor: .end)
    drawFit(&canvas)
    drawProbabilities(&canvas)
    drawLimits(&canvas)
    if !physics.isEmpty { drawPhysicsLimits(physics, top: 1270, on: &canvas) }
    if let warning = result.warning {
      canvas.words(warning, x: Self.left, y: 54, size: 14, bold: true, colour: .red)
    }
    return canvas.svg
  }

  private func drawFit(_ canvas: inout PlotCanvas) {
    guard let curves else {
      canvas.words("No hypothesis to show", x: Self.left, y: 240, size: 14)
      return
    }
    let (low, high) = (curves.edges[0], curves.edges[curves.edges.count - 1])
    let intervals = curves.counts.map { PoissonInterval.central(count: $0) }
    let largest = intervals.map(\.high).max() ?? 1
    let panel = PlotPanel(
      left: Self.left, top: 64, width: Self.width, height: 340,
      x: PlotAxis(low, high, title: observableTitle), y: PlotAxis(0, 1.25 * largest, title: "Candidates per bin"),
      labelsX: false)
    if let region = curves.peakRegion {
      let corners = [
        (region.lowerBound, 0), (region.lowerBound, panel.y.upper), (region.upperBound, panel.y.upper),
        (region.upperBound, 0),
      ]
      canvas.fill(corners.map { panel.point($0.0, $0.1) }, colour: .paleYellow)
    }
    for (bin, count) in curves.counts.enumerated() {
      let centre = 0.5 * (curves.edges[bin] + curves.edges[bin + 1])
      canvas.line([panel.point(centre, intervals[bin].low), panel.point(centre, intervals[bin].high)])
      let at = panel.point(centre, Double(count))
      canvas.marker(x: at.x, y: at.y)
    }
    if let background = curves.background {
      panel.curve(steps(curves.edges, background), on: &canvas, colour: .blue, width: 2, dash: "7 4")
    }
    if let total = curves.total { panel.curve(steps(curves.edges, total), on: &canvas, colour: .red, width: 2) }
    panel.drawFrame(on: &canvas)
    drawLegend(&canvas, curves, top: 84)

    let pulls = PlotPanel(
      left: Self.left, top: 416, width: Self.width, height: 100, x: panel.x, y: PlotAxis(-4.5, 4.5, title: "Pull"))
    canvas.line([pulls.point(low, 0), pulls.point(high, 0)], colour: .gray)
    let expectation = curves.total ?? curves.background ?? []
    for (bin, count) in zip(expectation.indices, curves.counts) where expectation[bin] > 0 {
      let pull = (Double(count) - expectation[bin]) / expectation[bin].squareRoot()
      let (a, b) = (curves.edges[bin], curves.edges[bin + 1])
      canvas.fill([pulls.point(a, 0), pulls.point(a, pull), pulls.point(b, pull), pulls.point(b, 0)], colour: .blue)
    }
    pulls.drawFrame(on: &canvas)
  }

  private func drawLegend(_ canvas: inout PlotCanvas, _ curves: FittedCurves, top: Double) {
    let left = Self.left + 20
    canvas.marker(x: left + 15, y: top)
    canvas.words("candidates", x: left + 38, y: top + 5)
    var entries: [(String, PlotCanvas.Colour, String?)] = []
    if curves.total != nil { entries.append(("signal + background", .red, nil)) }
    if curves.background != nil {
      entries.append((curves.total == nil ? "background from sidebands" : "background", .blue, "7 4"))
    }
    for (index, entry) in entries.enumerated() {
      let y = top + 20 * Double(index + 1)
      canvas.line([(left, y), (left + 30, y)], colour: entry.1, width: 2, dash: entry.2)
      canvas.words(entry.0, x: left + 38, y: y + 5)
    }
    if let fitted, fitted.method != .likelihood, let refusal = fitted.refusal {
      canvas.words(
        "no likelihood fit: \(refusal)", x: Self.left + Self.width - 20, y: top + 85, size: 12, anchor: .end,
        colour: .gray)
    }
    guard let fitted, let yield = fitted.yield, let z = fitted.localSignificance else { return }
    let right = Self.left + Self.width - 20
    let lines = [
      "\(result.observable.replacing("_", with: " ")) \(fitted.mass.formatted(digits: 5)) \(result.unit)",
      "yield \(yield.value.formatted(digits: 3)) +\(yield.errorHigh.formatted(digits: 2))"
        + " −\(yield.errorLow.formatted(digits: 2))",
      "local significance \(String(format: "%.2f", z)) σ (one look, one mass)"
        + (fitted.method == .counting ? ", by counting" : ""),
      fitted.goodness.map { "fit probability \($0.probability.formatted(digits: 2))" } ?? "",
    ]
    for (index, text) in lines.enumerated() {
      canvas.words(text, x: right, y: top + 5 + 20 * Double(index), anchor: .end)
    }
  }

  private func drawProbabilities(_ canvas: inout PlotCanvas) {
    let smallest = result.hypotheses.compactMap(\.localProbability).min() ?? 0.1
    let panel = PlotPanel(
      left: Self.left, top: 600, width: Self.width, height: 220, x: scanAxis,
      y: PlotAxis(
        min(1e-3, max(smallest * 0.2, Self.leastProbability)), 1, title: "Local p-value", isLogarithmic: true),
      labelsX: false)
    for sigma in [1, 2, 3, 4, 5, 6, 7] {
      let probability = NormalDistribution.tail(Double(sigma))
      guard probability > panel.y.lower else { break }
      let at = panel.point(panel.x.upper, probability)
      canvas.line([panel.point(panel.x.lower, probability), at], colour: .gray, dash: "3 3")
      canvas.words("\(sigma)σ", x: at.x + 4, y: at.y + 4, size: 12, colour: .gray)
    }
    panel.curve(result.hypotheses.map { ($0.mass, $0.localProbability) }, on: &canvas, colour: .black)
    panel.drawFrame(on: &canvas)
  }

  private func drawLimits(_ canvas: inout PlotCanvas) {
    let hypotheses = result.hypotheses
    let shown = hypotheses.flatMap { [$0.upperLimit?.value, $0.expectedLimit?.minus2, $0.expectedLimit?.plus2] }
      .compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
    let panel = PlotPanel(
      left: Self.left, top: 832, width: Self.width, height: 330, x: scanAxis,
      y: PlotAxis(
        0.6 * (shown.min() ?? 0.1), 3 * (shown.max() ?? 1),
        title: "Limit on yield, \(percentText(result.confidence)) CL", isLogarithmic: true))
    panel.band(
      hypotheses.map { ($0.mass, $0.expectedLimit?.minus2, $0.expectedLimit?.plus2) }, on: &canvas, colour: .paleYellow)
    panel.band(
      hypotheses.map { ($0.mass, $0.expectedLimit?.minus1, $0.expectedLimit?.plus1) }, on: &canvas, colour: .paleGreen)
    panel.curve(
      hypotheses.map { ($0.mass, $0.expectedLimit?.median) }, on: &canvas, colour: .black, width: 1, dash: "5 3")
    let counted = hypotheses.map { ($0.mass, $0.method == .counting ? $0.upperLimit?.value : nil) }
    let fitted = hypotheses.map { ($0.mass, $0.method == .likelihood ? $0.upperLimit?.value : nil) }
    panel.curve(counted, on: &canvas, colour: .purple)
    panel.curve(fitted, on: &canvas, colour: .black)
    panel.drawFrame(on: &canvas)
    let entries: [(String, PlotCanvas.Colour, String?)] = [
      ("observed, likelihood", .black, nil), ("observed, counting", .purple, nil),
      ("expected median, ±1σ and ±2σ", .black, "5 3"),
    ]
    for (index, entry) in entries.enumerated() {
      let left = Self.left + 20 + 240 * Double(index)
      canvas.line([(left, 850), (left + 30, 850)], colour: entry.1, width: 1.5, dash: entry.2)
      canvas.words(entry.0, x: left + 38, y: 855)
    }
    let refused = result.summary.refused
    if refused > 0 {
      canvas.words(
        "\(refused) of \(result.summary.hypotheses) hypotheses refused: gaps", x: Self.left, y: 1225, size: 12,
        colour: .gray)
    }
  }

  private var scanAxis: PlotAxis {
    PlotAxis(result.hypotheses.first?.mass ?? 0, result.hypotheses.last?.mass ?? 1, title: observableTitle)
  }

  /// A histogram's outline.
  private func steps(_ edges: [Double], _ values: [Double]) -> [(x: Double, y: Double?)] {
    values.indices.flatMap { [(edges[$0], values[$0]), (edges[$0 + 1], values[$0])] }
  }
}

extension ChannelResult {
  /// What every picture of the result must say: what is hidden, and what was mixed in; nil for neither.
  var warning: String? {
    let warnings = [blinding, injected.map { "injected signal: \($0)" }].compactMap { $0 }
    return warnings.isEmpty
      ? nil : warnings.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "; ")
  }
}
