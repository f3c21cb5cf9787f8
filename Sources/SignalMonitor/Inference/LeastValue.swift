/// The least value of a function with one minimum between two points: parabolas through the best points, golden sections where those do not
/// help (R. P. Brent, *Algorithms for minimization without derivatives* (1973), chapter 5).
///
/// - Parameter tolerance: accepted distance to the minimum, relative to the interval.
/// - Returns: the point and the value, or nil if the function cannot be evaluated somewhere or the search does not converge.
func leastValue(
  from start: Double, to end: Double, tolerance: Double, _ function: (Double) -> Double?
) -> (point: Double, value: Double)? {
  let golden = 0.381966011250105
  let accepted = tolerance * (end - start)
  var (low, high) = (start, end)
  var x = start + golden * (end - start)
  guard let first = function(x), first.isFinite else { return nil }
  var fx = first
  var (w, fw, v, fv) = (x, fx, x, fx)
  var step = 0.0
  var last = 0.0
  for _ in 0..<200 {
    let middle = 0.5 * (low + high)
    if abs(x - middle) <= 2 * accepted - 0.5 * (high - low) { return (x, fx) }
    var parabola = Double.nan
    if abs(last) > accepted {
      let r: Double = (x - w) * (fx - fv)
      let q: Double = (x - v) * (fx - fw)
      let numerator: Double = (x - v) * q - (x - w) * r
      parabola = -numerator / (2 * (q - r))
      if !(abs(parabola) < 0.5 * abs(last)) || x + parabola <= low || x + parabola >= high { parabola = .nan }
    }
    if parabola.isNaN {
      last = x < middle ? high - x : low - x
      step = golden * last
    } else {
      last = step
      step = parabola
    }
    let u = x + (abs(step) >= accepted ? step : (step > 0 ? accepted : -accepted))
    guard let fu = function(u), fu.isFinite else { return nil }
    if fu <= fx {
      if u < x { high = x } else { low = x }
      (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu)
    } else {
      if u < x { low = u } else { high = u }
      if fu <= fw || w == x {
        (v, fv, w, fw) = (w, fw, u, fu)
      } else if fu <= fv || v == x || v == w {
        (v, fv) = (u, fu)
      }
    }
  }
  return nil
}
