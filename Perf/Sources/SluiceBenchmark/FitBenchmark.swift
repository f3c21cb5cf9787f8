import Foundation
import SignalMonitor

/// Scans of reference data beside iminuit: yield, error and significance of every hypothesis, then with limits.
func measureFits(_ runs: Int) throws -> [Measurement] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let folder = root.appending(path: "Tests/SignalMonitorTests/Tables")
  return try measureHistogramScan(runs, folder) + measureListScan(runs, folder)
}

/// The columns of a table of reference fits.
private func columns(_ file: URL) throws -> [String: [Double]] {
  let table = try NumberTable(text: String(contentsOf: file, encoding: .utf8), file: file.path)
  return Dictionary(uniqueKeysWithValues: zip(table.names, table.columns))
}

private func measureHistogramScan(_ runs: Int, _ folder: URL) throws -> [Measurement] {
  let spectrum = try columns(folder.appending(path: "narrow-peak-spectrum.csv"))
  let fits = try columns(folder.appending(path: "narrow-peak-fits.csv"))
  guard let low = spectrum["low_GeV2"], let high = spectrum["high_GeV2"]?.last, let counts = spectrum["count"],
    let first = fits["first_bin"], let order = fits["order"], let mass = fits["x_GeV2"],
    let deviation = fits["sigma_GeV2"]
  else { return [] }
  let hypotheses = first.indices.map { j in
    BinnedHypothesis(
      mass: mass[j], deviation: deviation[j], bins: Int(first[j])..<(Int(first[j]) + 200), order: Int(order[j]))
  }
  func scan(_ quantities: PeakQuantities) -> BinnedPeakScan {
    BinnedPeakScan(
      edges: low + [high], hypotheses: hypotheses,
      shape: .crystalBall(tail: PowerTail(start: 1.2, power: 5)), quantities: quantities, confidence: 0.95)
  }
  // What a refresh finds after one candidate in a hundred came in.
  let before = counts.enumerated().map { $0.element - ($0.offset % 3 == 0 ? (0.03 * $0.element).rounded() : 0) }
  var contest = Contest(runs: runs)
  let repeats = 20
  for (name, quantities) in [
    ("scan of 500 in a histogram, cold", PeakQuantities()), ("  with the profile limit", .profileLimit),
    ("  with the CLs limit and the expected one", [.limit, .expectedLimit]),
  ] {
    let fit = scan(quantities)
    contest.add(name, unit: "hypothesis", units: repeats * hypotheses.count) {
      for _ in 0..<repeats { fit.fit(counts, fromLast: false) }
    }
  }
  let following = scan([])
  contest.addTimed("  warm, 1 % more candidates", unit: "hypothesis", units: repeats * hypotheses.count) {
    var nanoseconds = 0.0
    for _ in 0..<repeats {
      following.fit(before, fromLast: false)
      nanoseconds += Contest.time { following.fit(counts) }
    }
    return nanoseconds
  }
  contest.addTimed("  iminuit, its own cost class", unit: "hypothesis", units: hypotheses.count / 10) {
    try pythonPartner("fits.py", [folder.path, "binned-class", "10"])
  }
  contest.addTimed("  iminuit, compiled cost function", unit: "hypothesis", units: hypotheses.count / 10) {
    try pythonPartner("fits.py", [folder.path, "binned-compiled", "10"])
  }
  return try contest.measure()
}

private func measureListScan(_ runs: Int, _ folder: URL) throws -> [Measurement] {
  let fits = try columns(folder.appending(path: "two-muon-fits.csv"))
  let file = folder.appending(path: "two-muon-events.npy")
  let values = try NumberTable(numpy: Data(contentsOf: file), file: file.path).columns[0].sorted()
  let specification = try String(
    contentsOf: folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Documentation/fits/two-muon.yaml"), encoding: .utf8)
  let shape = try FitSpecification(yaml: specification, file: "two-muon.yaml").shape
  // The same hypotheses as the specification's, from its own numbers.
  let start = asinh(0.0006 * 0.02 / 0.0027) / 0.0006
  let hypotheses = (0..<2391).map { j -> UnbinnedHypothesis in
    let mass = 4.5 * sinh(0.0006 * (start + Double(j)))
    let deviation = (0.0027 * 0.0027 + 0.0006 * mass * (0.0006 * mass)).squareRoot()
    return UnbinnedHypothesis(
      mass: mass, deviation: deviation, low: max(0, mass - 30 * deviation), high: min(9, mass + 30 * deviation),
      order: mass < 1 ? 2 : 1)
  }
  var contest = Contest(runs: runs)
  for (name, quantities) in [
    ("scan of 2391 in a list, cold", PeakQuantities()), ("  with the profile limit", .profileLimit),
  ] {
    let scan = UnbinnedPeakScan(hypotheses: hypotheses, shape: shape, quantities: quantities, confidence: 0.9)
    contest.add(name, unit: "hypothesis", units: hypotheses.count) { scan.fit(values, fromLast: false) }
  }
  let rows = fits["order"]?.count ?? 0
  let stride = 10
  contest.addTimed("  iminuit, its own cost class", unit: "hypothesis", units: (rows + stride - 1) / stride) {
    try pythonPartner("fits.py", [folder.path, "unbinned-class", "\(stride)"])
  }
  contest.addTimed("  iminuit, compiled cost function", unit: "hypothesis", units: (rows + stride - 1) / stride) {
    try pythonPartner("fits.py", [folder.path, "unbinned-compiled", "\(stride)"])
  }
  return try contest.measure()
}
