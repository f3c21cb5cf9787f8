extension PortableMath {
  /// The exponential function of eight numbers at once, to about one unit in the last place (the algorithm and coefficients
  /// of Sun's fdlibm `e_exp.c`). Results below the smallest normal number are 0, above the largest infinite; arguments that
  /// are no numbers give numbers without meaning.
  @inlinable
  public static func exp(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let lowest = SIMD8<Double>(repeating: -708)
    let highest = SIMD8<Double>(repeating: 709)
    let bounded = x.replacing(with: lowest, where: x .< lowest).replacing(with: highest, where: x .> highest)
    // Adding 1.5 * 2^52 leaves the nearest whole number in the lowest bits.
    let shift = SIMD8<Double>(repeating: 0x1.8p52)
    let shifted: SIMD8<Double> = bounded * 1.44269504088896338700 + shift
    let k: SIMD8<Double> = shifted - shift
    let high: SIMD8<Double> = bounded - k * 6.93147180369123816490e-01
    let low: SIMD8<Double> = k * 1.90821492927058770002e-10
    let r: SIMD8<Double> = high - low
    let t: SIMD8<Double> = r * r
    let p0: SIMD8<Double> = t * 4.13813679705723846039e-08 + -1.65339022054652515390e-06
    let p1: SIMD8<Double> = t * p0 + 6.61375632143793436117e-05
    let p2: SIMD8<Double> = t * p1 + -2.77777777770155933842e-03
    let p3: SIMD8<Double> = t * p2 + 1.66666666666666019037e-01
    let c: SIMD8<Double> = r - t * p3
    let quotient: SIMD8<Double> = (r * c) / (2 - c)
    let y: SIMD8<Double> = 1 - ((low - quotient) - high)
    let power = (unsafeBitCast(shifted, to: SIMD8<Int64>.self) &- Int64(0x4338_0000_0000_0000)) &<< 52
    let scaled = unsafeBitCast(unsafeBitCast(y, to: SIMD8<Int64>.self) &+ power, to: SIMD8<Double>.self)
    return scaled.replacing(with: 0, where: x .< lowest).replacing(with: .infinity, where: x .> highest)
  }
}
