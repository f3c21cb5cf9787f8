/// The arcsine with the same bits on every machine, for -1 to 1.
///
/// The rational approximation of the Sun Microsystems mathematical library (fdlibm, `e_asin.c`): below one half
/// x + x R(x^2), above through asin(x) = pi / 2 - 2 asin(sqrt((1 - x) / 2)). Accurate to 1e-15.
package func arcsine(_ x: Double) -> Double {
  let magnitude = abs(x)
  let value: Double
  if magnitude <= 0.5 {
    value = magnitude + magnitude * arcsineRatio(magnitude * magnitude)
  } else {
    let square = (1 - magnitude) * 0.5
    let root = square.squareRoot()
    value = Double.pi / 2 - 2 * (root + root * arcsineRatio(square))
  }
  return x < 0 ? -value : value
}

private func arcsineRatio(_ t: Double) -> Double {
  var numerator = 3.47933107596021167570e-05
  numerator = numerator * t + 7.91534994289814532176e-04
  numerator = numerator * t - 4.00555345006794114027e-02
  numerator = numerator * t + 2.01212532134862925881e-01
  numerator = numerator * t - 3.25565818622400915405e-01
  numerator = numerator * t + 1.66666666666666657415e-01
  var denominator = 7.70381505559019352791e-02
  denominator = denominator * t - 6.88283971605453293030e-01
  denominator = denominator * t + 2.02094576023350569471e+00
  denominator = denominator * t - 2.40339491173441421878e+00
  denominator = denominator * t + 1
  return t * numerator / denominator
}
