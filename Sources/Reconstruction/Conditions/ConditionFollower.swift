/// Takes a measurement into a parameter: a Kalman filter for a value that walks at random, with a bound on how far it may go.
enum ConditionFollower {
  /// The value after a measurement.
  /// - Parameters:
  ///   - last: the value so far.
  ///   - measured: value and standard deviation of the measurement; a measurement that is not finite changes nothing.
  ///   - entries: what it was made of.
  ///   - parameter: says how far the value may go.
  static func updated(
    _ last: ConditionValue, by measured: (value: Double, error: Double), entries: Int, parameter: ConditionParameter
  ) -> ConditionValue {
    guard measured.value.isFinite, measured.error.isFinite, measured.error > 0 else { return last }
    let (bound, range) = parameter.bounds
    // Where a run begins nothing is known: the first measurement may be anywhere in the range.
    let step = last.error.isFinite ? bound : .infinity
    let walk = parameter.walk
    // What was only assumed weighs nothing.
    let before = last.error * last.error + walk * walk
    let gain = before.isFinite ? before / (before + measured.error * measured.error) : 1
    let wanted = gain * (measured.value - last.value)
    let taken = min(step, max(-step, wanted))
    var next = last
    next.value = min(range.upperBound, max(range.lowerBound, last.value + taken))
    next.isLimited = next.value != last.value + wanted
    next.entries = entries
    let variance = before.isFinite ? (1 - gain) * before : measured.error * measured.error
    // What the bound held back is not known any better for it.
    let held = last.value + wanted - next.value
    next.error = (variance + held * held).squareRoot()
    return next
  }
}
