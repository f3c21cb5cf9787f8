import Foundation

/// One measured figure.
struct Measurement: Codable {
  /// What was measured.
  var name: String
  /// Smallest of the interleaved runs, in nanoseconds per unit of work: the least disturbed one.
  var nanoseconds: Double
  /// Median of the runs.
  var median: Double
  /// What one unit of work is: event, batch, fill …
  var unit: String
  /// The name of the partner that was run in turn with it, if there is one.
  var partner: String?
  /// Median over runs of this figure divided by the partner's: above 1 is slower than the partner.
  var ratio: Double?
  /// What the numbers do not say.
  var note: String?

  /// Units a second at the smallest time.
  var perSecond: Double { nanoseconds > 0 ? 1e9 / nanoseconds : .nan }
}

/// Runs a piece of work and its partners in turn, A B A B …, so that a machine that slows down slows both.
struct Contest {
  private var entries: [(name: String, unit: String, units: Int, work: () throws -> Double?)] = []
  private let runs: Int

  init(runs: Int) { self.runs = runs }

  /// Adds work that is timed from outside.
  mutating func add(_ name: String, unit: String, units: Int, _ work: @escaping () throws -> Void) {
    entries.append((name, unit, units, { try Self.time(work) }))
  }

  /// Adds work that tells its own time in nanoseconds, such as another program's; nil when it cannot run here.
  mutating func addTimed(_ name: String, unit: String, units: Int, _ work: @escaping () throws -> Double?) {
    entries.append((name, unit, units, work))
  }

  /// Runs everything once to warm up and then `runs` times in turn. The last entry is the partner of the others.
  func measure() throws -> [Measurement] {
    var times = Array(repeating: [Double](), count: entries.count)
    for run in 0...runs {
      for (index, entry) in entries.enumerated() {
        guard let nanoseconds = try entry.work() else { continue }
        if run > 0 { times[index].append(nanoseconds / Double(entry.units)) }
      }
    }
    let partner = entries.count > 1 ? entries.count - 1 : nil
    return entries.enumerated().compactMap { index, entry in
      guard let best = times[index].min() else { return nil }
      var measurement = Measurement(
        name: entry.name, nanoseconds: best, median: median(times[index]), unit: entry.unit)
      if let partner, index != partner, !times[partner].isEmpty {
        measurement.partner = entries[partner].name
        measurement.ratio = median(zip(times[index], times[partner]).map { $0 / $1 })
      }
      return measurement
    }
  }

  static func time(_ work: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try work()
    return Double(DispatchTime.now().uptimeNanoseconds - start)
  }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  return sorted.count % 2 == 1
    ? sorted[sorted.count / 2] : 0.5 * (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2])
}

/// Runs a Python partner and reads the nanoseconds it prints as its last line; nil when there is no such Python here.
func pythonPartner(_ script: String, _ arguments: [String]) throws -> Double? {
  let perf = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let python = perf.deletingLastPathComponent().appending(path: ".venv/bin/python3")
  guard FileManager.default.isExecutableFile(atPath: python.path) else { return nil }
  let process = Process()
  process.executableURL = python
  process.arguments = [perf.appending(path: "partners/\(script)").path] + arguments
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { return nil }
  let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
  return lines.last.flatMap { Double($0) }
}
