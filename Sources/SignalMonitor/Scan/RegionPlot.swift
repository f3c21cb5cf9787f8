import Foundation
import Statistics

/// The picture of a counting search: candidates in each signal region beside the expected background and the limit on the signal.
public struct RegionPlot {
  private let result: ChannelResult
  private let conditions: String

  /// A picture; nil for results without signal regions.
  ///
  /// - Parameter conditions: a line under the title.
  public init?(_ result: ChannelResult, conditions: String) {
    guard !result.regions.isEmpty else { return nil }
    self.result = result
    self.conditions = conditions
  }

  /// The picture as SVG.
  public var svg: String {
    let regions = result.regions
    let highest =
      regions.flatMap { region -> [Double] in
        let count = region.candidates.map { PoissonInterval.central(count: $0).high } ?? 0
        return [count, region.background?.high ?? 0, (region.background?.value ?? 0) + (region.upperLimit?.value ?? 0)]
      }.max() ?? 1
    var canvas = PlotCanvas(width: 900, height: 620)
    canvas.words("Sluice Emulation", x: 90, y: 34, size: 20, bold: true)
    canvas.words(result.title, x: 870, y: 34, size: 16, anchor: .end)
    canvas.words(conditions, x: 870, y: 54, size: 12, anchor: .end)
    if let warning = result.warning { canvas.words(warning, x: 90, y: 54, size: 14, bold: true, colour: .red) }
    let panel = PlotPanel(
      left: 90, top: 70, width: 780, height: 400, x: PlotAxis(0, Double(regions.count), title: ""),
      y: PlotAxis(0, 1.5 * max(highest, 1), title: "Candidates"), labelsX: false)
    for (index, region) in regions.enumerated() {
      let place = Double(index) + 0.5
      draw(region, at: place, panel, &canvas)
      let middle = panel.point(place, 0).x
      canvas.words(region.title, x: middle, y: 492, size: 14, anchor: .middle)
      for (line, text) in notes(region).enumerated() {
        canvas.words(text, x: middle, y: 514 + 18 * Double(line), size: 12, anchor: .middle)
      }
    }
    drawFrame(panel, &canvas)
    canvas.marker(x: 120, y: 92, radius: 4)
    canvas.words("candidates, 68 % interval", x: 136, y: 97)
    canvas.fill([(330, 86), (330, 98), (360, 98), (360, 86)], colour: .paleGreen)
    canvas.line([(330, 92), (360, 92)], colour: .blue, width: 2)
    canvas.words("expected background with its error", x: 368, y: 97)
    canvas.line([(640, 92), (670, 92)], colour: .red, width: 2, dash: "6 4")
    canvas.words("with the limit, \(percentText(result.confidence)) CL", x: 678, y: 97)
    return canvas.svg
  }

  private func draw(_ region: RegionResult, at place: Double, _ panel: PlotPanel, _ canvas: inout PlotCanvas) {
    let (left, right) = (place - 0.3, place + 0.3)
    if let background = region.background {
      let corners = [
        (left, background.low), (left, background.high), (right, background.high), (right, background.low),
      ]
      canvas.fill(corners.map { panel.point($0.0, $0.1) }, colour: .paleGreen)
      canvas.line([panel.point(left, background.value), panel.point(right, background.value)], colour: .blue, width: 2)
      if let limit = region.upperLimit {
        let top = background.value + limit.value
        canvas.line([panel.point(left, top), panel.point(right, top)], colour: .red, width: 2, dash: "6 4")
      }
    }
    guard let count = region.candidates else {
      let at = panel.point(place, panel.y.upper / 2)
      canvas.words("hidden", x: at.x, y: at.y, size: 16, anchor: .middle, bold: true, colour: .red)
      return
    }
    let interval = PoissonInterval.central(count: count)
    canvas.line([panel.point(place, interval.low), panel.point(place, interval.high)], width: 1.5)
    let at = panel.point(place, Double(count))
    canvas.marker(x: at.x, y: at.y, radius: 4)
  }

  private func notes(_ region: RegionResult) -> [String] {
    var lines: [String] = []
    if let count = region.candidates { lines.append("\(count) candidates") }
    if let background = region.background {
      lines.append(
        "background \(background.value.formatted(digits: 3)) ± \((background.high - background.value).formatted(digits: 2))"
          + (region.sidebands.map { ", \($0) in sidebands" } ?? ""))
    }
    if let limit = region.upperLimit {
      lines.append("signal below \(limit.value.formatted(digits: 3))")
    } else if let refusal = region.refusal {
      lines.append(refusal)
    }
    if let limit = region.limits?.first {
      let unit = limit.unit.isEmpty ? "" : " \(limit.unit)"
      lines.append("\(limit.quantity.replacing("_", with: " ")) below \(limit.observed.formatted(digits: 3))\(unit)")
    }
    return lines
  }

  /// The frame without ticks along the regions, which are no numbers.
  private func drawFrame(_ panel: PlotPanel, _ canvas: inout PlotCanvas) {
    let (right, bottom) = (panel.left + panel.width, panel.top + panel.height)
    canvas.line(
      [(panel.left, panel.top), (right, panel.top), (right, bottom), (panel.left, bottom), (panel.left, panel.top)],
      width: 1.5)
    for tick in panel.y.ticks {
      let y = panel.point(0, tick.value).y
      let length = tick.label == nil ? 5.0 : 10.0
      canvas.line([(panel.left, y), (panel.left + length, y)])
      canvas.line([(right, y), (right - length, y)])
      if let label = tick.label { canvas.words(label, x: panel.left - 6, y: y + 5, anchor: .end) }
    }
    canvas.words(panel.y.title, x: panel.left - 62, y: panel.top, size: 16, anchor: .end, rotated: true)
  }
}
