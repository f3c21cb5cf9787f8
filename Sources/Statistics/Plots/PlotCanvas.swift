import Foundation

/// A drawing that becomes an SVG text: lines, polygons, markers and words in pixels, y downwards.
///
/// The same calls give the same bytes.
public struct PlotCanvas: Sendable {
  /// Width in pixels.
  public let width: Double
  /// Height in pixels.
  public let height: Double
  private var elements: [String] = []

  /// Colours that stay apart for colour-blind readers and in print (M. A. Petroff, arXiv:2107.02270).
  public enum Colour: String, Sendable {
    /// Blue.
    case blue = "#5790fc"
    /// Orange.
    case orange = "#f89c20"
    /// Red.
    case red = "#e42536"
    /// Purple.
    case purple = "#964a8b"
    /// Gray.
    case gray = "#9c9ca1"
    /// Violet.
    case violet = "#7a21dd"
    /// Black.
    case black = "#000000"
    /// Pale green, for the inner band of expected limits.
    case paleGreen = "#a8e0a0"
    /// Pale yellow, for the outer band.
    case paleYellow = "#fdf0a0"
  }

  /// Where words are anchored at their position.
  public enum Anchor: String, Sendable {
    /// The position is the left end.
    case start
    /// The position is the middle.
    case middle
    /// The position is the right end.
    case end
  }

  /// An empty drawing.
  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// Draws straight lines through points; `dash` as in SVG, for example `6 4`.
  public mutating func line(
    _ points: [(x: Double, y: Double)], colour: Colour = .black, width: Double = 1, dash: String? = nil
  ) {
    guard points.count > 1 else { return }
    let dashing = dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    elements.append(
      "<polyline points=\"\(Self.text(points))\" fill=\"none\" stroke=\"\(colour.rawValue)\" "
        + "stroke-width=\"\(Self.text(width))\" stroke-linejoin=\"round\"\(dashing)/>")
  }

  /// Fills the area within points.
  public mutating func fill(_ points: [(x: Double, y: Double)], colour: Colour) {
    guard points.count > 2 else { return }
    elements.append("<polygon points=\"\(Self.text(points))\" fill=\"\(colour.rawValue)\"/>")
  }

  /// Draws a round marker.
  public mutating func marker(x: Double, y: Double, radius: Double = 2, colour: Colour = .black) {
    elements.append(
      "<circle cx=\"\(Self.text(x))\" cy=\"\(Self.text(y))\" r=\"\(Self.text(radius))\" fill=\"\(colour.rawValue)\"/>")
  }

  /// Writes words; `rotated` turns them to read upwards.
  public mutating func words(
    _ text: String, x: Double, y: Double, size: Double = 14, anchor: Anchor = .start, bold: Bool = false,
    rotated: Bool = false, colour: Colour = .black
  ) {
    let turn = rotated ? " transform=\"rotate(-90 \(Self.text(x)) \(Self.text(y)))\"" : ""
    let weight = bold ? " font-weight=\"bold\"" : ""
    elements.append(
      "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" font-size=\"\(Self.text(size))\" "
        + "text-anchor=\"\(anchor.rawValue)\" fill=\"\(colour.rawValue)\"\(weight)\(turn)>\(Self.escaped(text))</text>")
  }

  /// The drawing as SVG.
  public var svg: String {
    let size = "width=\"\(Self.text(width))\" height=\"\(Self.text(height))\""
    return """
      <svg xmlns="http://www.w3.org/2000/svg" \(size) viewBox="0 0 \(Self.text(width)) \(Self.text(height))" \
      font-family="Helvetica, Arial, sans-serif">
      <rect \(size) fill="#ffffff"/>
      \(elements.joined(separator: "\n"))
      </svg>

      """
  }

  private static func text(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " ")
  }

  /// A coordinate with two decimals, without a trailing zero.
  private static func text(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e7 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let sign = hundredths < 0 ? "-" : ""
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
