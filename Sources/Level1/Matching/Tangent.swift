/// The tangent of an angle between -1.5 and 1.5 rad, with the same bits on every machine: Lambert's continued fraction.
package func tangent(_ x: Double) -> Double {
  let square = x * x
  var denominator = 41.0
  for odd in stride(from: 39.0, through: 1.0, by: -2.0) { denominator = odd - square / denominator }
  return x / denominator
}
