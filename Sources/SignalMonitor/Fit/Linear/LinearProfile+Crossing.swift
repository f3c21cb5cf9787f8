/// The profile likelihood at one value of the signal.
struct ProfilePoint {
  /// Twice the rise of the negative log-likelihood over the best fit, for the background that fits best there.
  var rise: Double
  /// The derivative of half of it with respect to the signal.
  var slope: Double
  /// The squared distance of the background from its best, in standard deviations, before the step that was made.
  var decrement: Double
}

extension LinearProfile {
  /// Begins a walk along the profile at a signal, the background where the best fit points.
  func beginWalk(at signal: Double) {
    let n = self.signal
    point[n] = best[n]
    for c in 0..<n { point[c] = best[c] }
    for c in 0..<((n + 1) * (n + 2) / 2) {
      factor[c] = bestFactor[c]
      hessian[c] = bestHessian[c]
    }
    moveSignal(to: signal)
  }

  /// Moves along the tangent of the profile.
  func moveSignal(to signal: Double) {
    let n = self.signal
    let distance = signal - point[n]
    for c in 0..<n { point[c] += distance * tangent[c] }
    point[n] = signal
  }

  /// Evaluates the profile at ``point`` and moves its background one step towards its best.
  ///
  /// The value is that after the step, as the second derivatives see it. nil outside the domain or where the numbers are not
  /// finite.
  /// - Parameter refresh: takes new second derivatives first.
  func walk(refresh: Bool) -> ProfilePoint? {
    let n = signal
    guard evaluate(point, columns: n + 1) else { return nil }
    if refresh {
      guard refreshFactor(n + 1) else { return nil }
      let row = hessian + n * (n + 1) / 2
      for c in 0..<n { tangent[c] = -row[c] }
      PackedCholesky.solve(factor, tangent, n)
    }
    let rise = rise(of: point)
    for c in 0..<n { step[c] = -gradient[c] }
    PackedCholesky.solve(factor, step, n)
    let row = hessian + n * (n + 1) / 2
    var decrement = 0.0
    var slope = gradient[n]
    for c in 0..<n {
      decrement -= gradient[c] * step[c]
      slope += row[c] * step[c]
      point[c] += step[c]
    }
    guard rise.isFinite, decrement.isFinite else { return nil }
    return ProfilePoint(rise: rise - decrement, slope: slope, decrement: decrement)
  }
}

extension LinearProfile {
  /// The signal at which the root of ``ProfilePoint/rise`` reaches `target`: above the best fit for `side` 1, below for -1.
  ///
  /// Signal and background move together: Newton's method on the root, which is nearly straight, with the derivative that
  /// the fit gives for nothing.
  func crossing(target: Double, side: Double, _ name: @autoclosure () -> String) throws(FitRefusal) -> Double {
    if let found = walkToCrossing(target: target, side: side) { return found }
    let error = self.error
    let found = risingRoot(from: best[signal], step: side * target * error, tolerance: 1e-6 * error) { at in
      self.profileRise(at: at).map { max($0, 0).squareRoot() - target } ?? 1e3 * target
    }
    guard let found else { throw .intervalNotFound(name()) }
    return found
  }

  /// The rise at a signal by a fit of the background there, nil outside the domain: slower than a walk, and sure.
  ///
  /// - Parameter along: begins where the best fit points, if that is inside the domain, and not at its background.
  func profileRise(at signal: Double, along: Bool = false) -> Double? {
    let n = self.signal
    point[n] = signal
    if along {
      for c in 0..<n { point[c] = best[c] + (signal - best[n]) * tangent[c] }
      if evaluate(point, columns: n + 1), (try? converge(free: n, columns: n + 1, factorIsKnown: false)) != nil {
        return rise(of: point)
      }
      point[n] = signal
    }
    for c in 0..<n { point[c] = best[c] }
    // Above the best fit the background of the best fit is inside the domain, since a peak has no negative density.
    guard evaluate(point, columns: n + 1) else { return nil }
    guard (try? converge(free: n, columns: n + 1, factorIsKnown: false)) != nil else { return nil }
    return rise(of: point)
  }

  private func walkToCrossing(target: Double, side: Double) -> Double? {
    let origin = best[signal]
    let error = self.error
    let reach = side * target * error
    var inner = origin
    var at = origin + reach
    beginWalk(at: at)
    var refresh = false
    var last = Double.infinity
    for _ in 0..<ProfileWalk.mostEvaluations {
      guard let found = walk(refresh: refresh) else {
        // Beyond the domain, where some expectation turns negative, the likelihood has risen without end.
        at = 0.5 * (inner + at)
        beginWalk(at: at)
        (refresh, last) = (false, .infinity)
        continue
      }
      let root = max(found.rise, 0).squareRoot()
      let derivative = found.slope / root
      var correction = (target - root) / derivative
      if !(derivative * side > 0) || !correction.isFinite { correction = 0.3 * reach }
      if abs(correction) < ProfileWalk.accuracy * error, found.decrement < ProfileWalk.closeness {
        return at + correction
      }
      if root < target, found.decrement < 0.01 { inner = at }
      refresh = found.decrement > max(0.1 * last, 1e-4)
      last = found.decrement
      let most = 2 * abs(reach)
      at += min(max(correction, -most), most)
      if (at - origin) * side <= 0 { at = origin + 0.1 * reach }
      moveSignal(to: at)
    }
    return nil
  }
}

/// How far walks along profiles go.
enum ProfileWalk {
  /// Evaluations after which a walk is given up: good ones take three to six.
  static let mostEvaluations = 25
  /// The last correction of the signal, in its error; it is made, and leaves about its square.
  static let accuracy = 1e-4
  /// The largest squared distance of the background from its best at the end.
  static let closeness = 1e-8
}
