import Statistics

extension SpecificationFit {
  /// Every row of a table of counts.
  func counted(_ table: NumberTable) throws(ChannelError) -> [SpecifiedCount] {
    let names = specification.counting
    func column(_ name: String) throws(ChannelError) -> [Double] {
      if let column = table[name] { return column }
      let hint = nearestName(to: name, among: table.names).map { "did you mean '\($0)'?" }
      throw ChannelError(
        file: "data", line: 0, column: 0,
        problem: "no column '\(name)'; " + (hint ?? "found \(table.names.joined(separator: ", "))"))
    }
    let counts = try column(names.count)
    let backgrounds = try column(names.background)
    let errors: [Double]
    if let name = names.relativeError {
      errors = zip(backgrounds, try column(name)).map { $0 * $1 }
    } else if let name = names.error ?? (table.names.contains("error") ? "error" : nil) {
      errors = try column(name)
    } else {
      errors = [Double](repeating: 0, count: counts.count)
    }
    return counts.indices.map { row in
      var result = SpecifiedCount(
        index: row, count: counts[row], background: backgrounds[row], backgroundError: errors[row])
      do throws(FitRefusal) {
        try fill(&result)
      } catch {
        result.refusal = "no limit: \(error)"
      }
      return result
    }
  }

  private func fill(_ result: inout SpecifiedCount) throws(FitRefusal) {
    guard result.backgroundError >= 0 else {
      throw .invalidInput("an error of the background of \(result.backgroundError), expected one that is not negative")
    }
    let region = try CountingRegion(
      count: result.count,
      background: BackgroundEstimate(expectation: result.background, error: result.backgroundError))
    let level = specification.confidence
    result.significance = region.significance.isFinite ? region.significance : nil
    result.probability = region.pValue
    for (key, method) in Self.methods {
      do throws(FitRefusal) {
        result.limits[key] = try region.upperLimit(confidence: level, method: method).value
      } catch {
        result.refusal = "no limit (\(method.rawValue)): \(error)"
      }
    }
    let asymptotic = try AsymptoticLimit(CountingLikelihood(regions: [region]))
    result.expectedLimit = try asymptotic.expectedLimit(confidence: level, deviations: 0)
    if let signal = specification.testedSignal {
      result.confidenceAtSignal["asymptotic"] = asymptotic.confidence(ofSignal: signal)
      result.confidenceAtSignal["exact"] = ExactCounting(region: region).confidence(ofSignal: signal)
    }
  }

  /// The methods under the keys of the results.
  private static let methods: [(String, CountingMethod)] = [
    ("exact", .exact), ("asymptotic", .asymptotic), ("averaged", .averaged), ("known_background", .knownBackground),
    ("feldman_cousins", .unified),
  ]
}
