/// The root of an increasing function, by the Illinois variant of the false position with an expanding bracket.
///
/// - Parameters:
///   - start: a point at which the function is negative.
///   - step: the first step away from it (its sign gives the direction in which the function rises).
///   - tolerance: accepted distance to the root.
/// - Returns: the root, or nil if the function stays negative, cannot be evaluated, or the search does not converge.
func risingRoot(from start: Double, step: Double, tolerance: Double, _ function: (Double) -> Double?) -> Double? {
  guard var low = function(start), low.isFinite else { return nil }
  if low >= 0 { return start }
  var a = start
  var b = start + step
  var high = Double.nan
  var stride = step
  for attempt in 0...60 {
    guard let value = function(b), value.isFinite else { return nil }
    high = value
    if high >= 0 { break }
    guard attempt < 60 else { return nil }
    a = b
    low = high
    stride *= 1.6
    b += stride
  }
  var side = 0
  for _ in 0..<100 {
    let x = a + (b - a) * (low / (low - high))
    guard x.isFinite, let value = function(x), value.isFinite else { return nil }
    if value == 0 { return x }
    if value < 0 {
      let moved = abs(x - a)
      a = x
      low = value
      if side == -1 { high *= 0.5 }
      side = -1
      if moved < tolerance && abs(b - a) < 100 * tolerance { return x }
    } else {
      let moved = abs(x - b)
      b = x
      high = value
      if side == 1 { low *= 0.5 }
      side = 1
      if moved < tolerance { return x }
    }
    if abs(b - a) < tolerance { return 0.5 * (a + b) }
  }
  return nil
}
