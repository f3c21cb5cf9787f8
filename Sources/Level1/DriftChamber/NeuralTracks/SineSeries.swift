/// Sine and cosine of an angle up to a quarter turn, with the same bits on every machine: their power series, which at
/// this size reaches the last digit but one after twelve terms.
func sineCosine(ofSmall angle: Double) -> (sine: Double, cosine: Double) {
  let square = angle * angle
  var sine = 1.0
  var cosine = 1.0
  for term in stride(from: 24.0, through: 2, by: -2) {
    sine = 1 - square * sine / (term * (term + 1))
    cosine = 1 - square * cosine / (term * (term - 1))
  }
  return (angle * sine, cosine)
}
