/// The parameters that the fits of a scan ended with, of all hypotheses one after the other: what the next fits start from.
struct PeakAnswers {
  private var parameters: [Double]
  private var nullParameters: [Double]
  private let offsets: [Int]

  /// Answers that are still to come.
  /// - Parameter counts: the number of parameters of each hypothesis, the yield last.
  init(counts: [Int]) {
    var offsets = [0]
    for count in counts { offsets.append((offsets.last ?? 0) + count) }
    self.offsets = offsets
    parameters = [Double](repeating: 0, count: offsets.last ?? 0)
    nullParameters = parameters
  }

  /// The background coefficients of the fit with signal.
  func background(_ index: Int) -> [Double] { Array(parameters[offsets[index]..<(offsets[index + 1] - 1)]) }

  /// The background coefficients of the fit without signal.
  func nullBackground(_ index: Int) -> [Double] { Array(nullParameters[offsets[index]..<(offsets[index + 1] - 1)]) }

  /// Puts a profile where its hypothesis was last, scaled to new contents; where that gives no positive expectation, at its start.
  func start(_ profile: LinearProfile, _ index: Int, scale: Double) {
    let offset = offsets[index]
    for c in 0..<profile.model.count { profile.point[c] = scale * parameters[offset + c] }
    profile.startHere()
  }

  /// Keeps what a profile has ended with.
  mutating func keep(_ profile: LinearProfile, _ index: Int) {
    let offset = offsets[index]
    for c in 0..<profile.model.count {
      parameters[offset + c] = profile.best[c]
      nullParameters[offset + c] = profile.null[c]
    }
  }
}
