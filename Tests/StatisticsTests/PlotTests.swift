import Foundation
import Statistics
import Testing

@Suite("Plots")
struct PlotTests {
  @Test("Ticks of a linear axis stand at round numbers within the range")
  func linearTicks() {
    let labels = PlotAxis(2.89, 3.32, title: "").ticks.compactMap(\.label)
    #expect(labels == ["2.9", "3.0", "3.1", "3.2", "3.3"])
    #expect(PlotAxis(-4.5, 4.5, title: "").ticks.compactMap(\.label) == ["-4", "-2", "0", "2", "4"])
    for tick in PlotAxis(0.3, 77, title: "").ticks { #expect(tick.value >= 0.3 && tick.value <= 77) }
  }

  @Test("Ticks of a logarithmic axis stand at powers of ten, or at digits within less than a decade")
  func logarithmicTicks() {
    let decades = PlotAxis(5e-6, 1, title: "", isLogarithmic: true).ticks.compactMap(\.label)
    #expect(decades == ["10⁻⁵", "10⁻⁴", "10⁻³", "0.01", "0.1", "1"])
    #expect(PlotAxis(2, 7, title: "", isLogarithmic: true).ticks.compactMap(\.label).first == "2")
  }

  @Test("Impossible ranges become a usable axis, values outside stay on the frame")
  func impossible() {
    for axis in [
      PlotAxis(1, 1, title: ""), PlotAxis(.nan, 1, title: ""), PlotAxis(-1, 1, title: "", isLogarithmic: true),
    ] {
      #expect(axis.lower < axis.upper && !axis.ticks.isEmpty)
      #expect(axis.fraction(1e300) == 1 && axis.fraction(-1e300) == 0)
    }
  }

  @Test("The drawing is well-formed XML with its words escaped, the same bytes every time")
  func svg() {
    func draw() -> String {
      var canvas = PlotCanvas(width: 200, height: 100)
      let panel = PlotPanel(
        left: 40, top: 10, width: 150, height: 60, x: PlotAxis(0, 1, title: "p < 1 & \"x\""),
        y: PlotAxis(0, 10, title: "n"))
      panel.curve([(0, 1), (0.5, nil), (0.6, 2), (0.9, .nan), (1, 3)], on: &canvas, colour: .red)
      panel.band([(0, 1, 2), (1, 2, 4)], on: &canvas, colour: .paleGreen)
      panel.drawFrame(on: &canvas)
      canvas.marker(x: .nan, y: .infinity)
      return canvas.svg
    }
    let text = draw()
    #expect(text == draw())
    #expect(text.contains("p &lt; 1 &amp;"))
    #expect(!text.contains("nan") && !text.contains("inf"))
    #expect(text.hasPrefix("<svg") && text.hasSuffix("</svg>\n"))
  }
}
