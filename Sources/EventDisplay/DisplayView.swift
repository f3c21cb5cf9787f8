import Kinematics
import Statistics

/// One panel of an event display: a projection of space onto a frame of the canvas, clipped at its edges.
struct DisplayView {
  /// Which two coordinates are drawn.
  enum Projection {
    /// x to the right, y up: seen against the electrons' direction.
    case transverse
    /// z to the right, the distance from the axis up where y > 0 and down where y < 0.
    case longitudinal
  }

  let projection: Projection
  /// Frame in pixels.
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  /// The coordinates at the middle of the frame, cm as drawn.
  let middle: (x: Double, y: Double)
  /// Pixels per cm.
  let scale: Double
  /// True if what lies outside the calorimeter is drawn smaller, so that the muon detector finds room.
  let isCompressed: Bool

  /// Outer edges of the calorimeter, cm, and the scale of what lies beyond.
  static let compression = (radius: 160.0, forward: 232.0, backward: -138.0, scale: 0.34)

  /// Pixels of a point; also outside the frame.
  func pixel(_ point: Vector3) -> (x: Double, y: Double) {
    switch projection {
    case .transverse:
      let radius = point.transverse
      let factor = radius > 0 ? drawn(radius: radius) / radius : 1
      return pixel(x: point.x * factor, y: point.y * factor)
    case .longitudinal:
      return pixel(z: point.z, radius: point.transverse, isUpper: point.y >= 0)
    }
  }

  /// Pixels of a distance from the axis in the longitudinal projection.
  func pixel(z: Double, radius: Double, isUpper: Bool) -> (x: Double, y: Double) {
    pixel(x: drawn(z: z), y: (isUpper ? 1 : -1) * drawn(radius: radius))
  }

  private func pixel(x: Double, y: Double) -> (x: Double, y: Double) {
    (left + 0.5 * width + (x - middle.x) * scale, top + 0.5 * height - (y - middle.y) * scale)
  }

  private func drawn(radius: Double) -> Double {
    let edge = DisplayView.compression.radius
    return isCompressed && radius > edge ? edge + (radius - edge) * DisplayView.compression.scale : radius
  }

  private func drawn(z: Double) -> Double {
    let edges = DisplayView.compression
    guard isCompressed else { return z }
    if z > edges.forward { return edges.forward + (z - edges.forward) * edges.scale }
    if z < edges.backward { return edges.backward + (z - edges.backward) * edges.scale }
    return z
  }

  /// True if pixels lie in the frame.
  func contains(_ pixel: (x: Double, y: Double)) -> Bool {
    pixel.x >= left && pixel.x <= left + width && pixel.y >= top && pixel.y <= top + height
  }

  // MARK: Drawing, clipped at the frame

  /// Draws lines through points of space.
  func line(
    _ points: [Vector3], on canvas: inout PlotCanvas, colour: PlotCanvas.Colour, width: Double = 1, dash: String? = nil
  ) {
    guard projection == .longitudinal else {
      line(points.map(pixel), on: &canvas, colour: colour, width: width, dash: dash)
      return
    }
    // A path that crosses y = 0 off the axis goes from the upper half of the picture to the lower: no line joins them.
    var piece: [Vector3] = []
    for point in points {
      if let last = piece.last, (last.y >= 0) != (point.y >= 0), min(last.transverse, point.transverse) > 1 {
        line(piece.map(pixel), on: &canvas, colour: colour, width: width, dash: dash)
        piece = []
      }
      piece.append(point)
    }
    line(piece.map(pixel), on: &canvas, colour: colour, width: width, dash: dash)
  }

  /// Draws lines through pixels, cut where they leave the frame.
  func line(
    _ pixels: [(x: Double, y: Double)], on canvas: inout PlotCanvas, colour: PlotCanvas.Colour, width: Double = 1,
    dash: String? = nil
  ) {
    var piece: [(x: Double, y: Double)] = []
    for (start, end) in zip(pixels, pixels.dropFirst()) {
      guard let (from, to) = clipped(start, end) else {
        canvas.line(piece, colour: colour, width: width, dash: dash)
        piece = []
        continue
      }
      if let last = piece.last, last == from {
        piece.append(to)
      } else {
        canvas.line(piece, colour: colour, width: width, dash: dash)
        piece = [from, to]
      }
    }
    canvas.line(piece, colour: colour, width: width, dash: dash)
  }

  /// Draws a round marker if it lies in the frame.
  func marker(_ point: Vector3, on canvas: inout PlotCanvas, radius: Double, colour: PlotCanvas.Colour) {
    let at = pixel(point)
    if contains(at) { canvas.marker(x: at.x, y: at.y, radius: radius, colour: colour) }
  }

  /// The part of a straight line inside the frame, after Liang and Barsky (ACM Trans. Graph. 3 (1984) 1).
  private func clipped(
    _ start: (x: Double, y: Double), _ end: (x: Double, y: Double)
  ) -> ((x: Double, y: Double), (x: Double, y: Double))? {
    guard start.x.isFinite, start.y.isFinite, end.x.isFinite, end.y.isFinite else { return nil }
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (first, last) = (0.0, 1.0)
    for (step, room) in [
      (-dx, start.x - left), (dx, left + width - start.x), (-dy, start.y - top), (dy, top + height - start.y),
    ] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        first = max(first, room / step)
      } else {
        last = min(last, room / step)
      }
    }
    guard first <= last else { return nil }
    let from = first == 0 ? start : (start.x + first * dx, start.y + first * dy)
    let to = last == 1 ? end : (start.x + last * dx, start.y + last * dy)
    return (from, to)
  }
}
