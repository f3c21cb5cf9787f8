/// A frame with two axes on a canvas, in the style of high-energy physics: ticks inwards on all four sides, titles at
/// the ends of the axes.
public struct PlotPanel: Sendable {
  /// Left edge of the frame in pixels.
  public let left: Double
  /// Upper edge.
  public let top: Double
  /// Width of the frame.
  public let width: Double
  /// Height of the frame.
  public let height: Double
  /// The horizontal axis.
  public let x: PlotAxis
  /// The vertical axis.
  public let y: PlotAxis
  /// Whether numbers and title of the horizontal axis are written (not where another panel follows below).
  public let labelsX: Bool

  /// A frame at a place.
  public init(
    left: Double, top: Double, width: Double, height: Double, x: PlotAxis, y: PlotAxis, labelsX: Bool = true
  ) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
    self.x = x
    self.y = y
    self.labelsX = labelsX
  }

  /// The pixel of a pair of values; values outside are moved to the frame.
  public func point(_ valueX: Double, _ valueY: Double) -> (x: Double, y: Double) {
    (left + width * x.fraction(valueX), top + height * (1 - y.fraction(valueY)))
  }

  /// Draws frame, ticks, numbers and titles.
  public func drawFrame(on canvas: inout PlotCanvas) {
    let right = left + width
    let bottom = top + height
    canvas.line([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], width: 1.5)
    for tick in x.ticks {
      let at = point(tick.value, y.lower).x
      let length = tick.label == nil ? 5.0 : 10.0
      canvas.line([(at, bottom), (at, bottom - length)])
      canvas.line([(at, top), (at, top + length)])
      if labelsX, let label = tick.label { canvas.words(label, x: at, y: bottom + 18, anchor: .middle) }
    }
    for tick in y.ticks {
      let at = point(x.lower, tick.value).y
      let length = tick.label == nil ? 5.0 : 10.0
      canvas.line([(left, at), (left + length, at)])
      canvas.line([(right, at), (right - length, at)])
      if let label = tick.label { canvas.words(label, x: left - 6, y: at + 5, anchor: .end) }
    }
    if labelsX { canvas.words(x.title, x: right, y: bottom + 40, size: 16, anchor: .end) }
    canvas.words(y.title, x: left - 62, y: top, size: 16, anchor: .end, rotated: true)
  }

  /// Draws a curve through values, broken where one is missing.
  public func curve(
    _ values: [(x: Double, y: Double?)], on canvas: inout PlotCanvas, colour: PlotCanvas.Colour, width: Double = 1.5,
    dash: String? = nil
  ) {
    var stretch: [(x: Double, y: Double)] = []
    for value in values {
      if let height = value.y, height.isFinite {
        stretch.append(point(value.x, height))
      } else {
        canvas.line(stretch, colour: colour, width: width, dash: dash)
        stretch = []
      }
    }
    canvas.line(stretch, colour: colour, width: width, dash: dash)
  }

  /// Fills the band between two curves, broken where a value is missing.
  public func band(
    _ values: [(x: Double, low: Double?, high: Double?)], on canvas: inout PlotCanvas, colour: PlotCanvas.Colour
  ) {
    var below: [(x: Double, y: Double)] = []
    var above: [(x: Double, y: Double)] = []
    for value in values {
      if let low = value.low, let high = value.high, low.isFinite, high.isFinite {
        below.append(point(value.x, low))
        above.append(point(value.x, high))
      } else {
        canvas.fill(below + above.reversed(), colour: colour)
        below = []
        above = []
      }
    }
    canvas.fill(below + above.reversed(), colour: colour)
  }
}
