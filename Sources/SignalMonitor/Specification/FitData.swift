/// The data of a specified fit, taken from a table of numbers.
public struct FitData: Sendable {
  /// The numbers.
  public enum Content: Sendable {
    /// Counts in bins, with the expectation of the background if it is known (in studies); or sums of weights with the sums of
    /// their squares.
    case histogram(edges: [Double], counts: [Double], variances: [Double]?, expected: [Double]?)
    /// A list of values, ascending.
    case values([Double])
    /// One count per row.
    case counts(NumberTable)
    /// Bins of several spectra.
    case table(NumberTable)
  }

  /// The numbers.
  public let content: Content
  /// Values that lie below everything that is fitted.
  public private(set) var below = 0.0
  /// Values that lie above.
  public private(set) var above = 0.0
  /// Values that are no numbers.
  public private(set) var undefined = 0

  /// Takes the columns that a specification needs.
  ///
  /// - Throws: ``ChannelError`` that names the column that is missing, or the row that cannot be.
  public init(_ table: NumberTable, for specification: FitSpecification, file: String) throws(ChannelError) {
    func failure(_ problem: String) -> ChannelError { ChannelError(file: file, line: 0, column: 0, problem: problem) }
    func column(_ key: String, _ usual: [String]) throws(ChannelError) -> [Double]? {
      if let name = specification.columns[key] {
        if let found = table[name] { return found }
        let hint = nearestName(to: name, among: table.names).map { "; did you mean '\($0)'?" } ?? ""
        throw failure("no column '\(name)'\(hint) (found \(table.names.joined(separator: ", ")))")
      }
      let found = table.names.first { name in usual.contains { name == $0 || name.hasPrefix($0 + "_") } }
      return found.flatMap { table[$0] }
    }
    switch specification.method {
    case .counting:
      content = .counts(table)
      return
    case .spectra:
      content = .table(table)
      return
    case .binned:
      if let low = try column("low", ["low", "lo"]), let high = try column("high", ["high", "hi"]),
        let count = try column("count", ["count", "counts", "entries", "n"])
      {
        guard let last = high.last else { throw failure("the histogram has no bin") }
        for bin in low.indices {
          let next = bin + 1 < low.count ? low[bin + 1] : high[bin]
          guard low[bin] < high[bin], abs(next - high[bin]) <= 1e-9 * (high[bin] - low[bin]) else {
            throw failure("bin \(bin) from \(low[bin]) to \(high[bin]) has no width or does not touch the next")
          }
        }
        content = .histogram(
          edges: low + [last], counts: count, variances: try column("variance", ["variance", "sumw2"]),
          expected: try column("expected", ["expected"]))
        return
      }
    case .unbinned: break
    }
    let named = try column("value", ["value", "values", "x", specification.observable])
    guard let values = named ?? (table.columns.count == 1 ? table.columns.first : nil) else {
      let names = table.names.joined(separator: ", ")
      throw failure(
        specification.method == .binned
          ? "found the columns \(names), expected low, high and count, or a column of values (see 'columns')"
          : "found the columns \(names), expected one; 'columns: { value: NAME }' says which")
    }
    if let weights = try column("weight", ["weight", "weights"]), specification.method == .binned {
      do throws(GridProblem) {
        try (content, below, above, undefined) = Self.weighted(values, weights, edges: specification.edges())
      } catch {
        throw failure(error.description)
      }
      return
    }
    let numbers = values.filter { !$0.isNaN }.sorted()
    undefined = values.count - numbers.count
    guard specification.method == .binned else {
      let inside = numbers.filter { value in specification.range.map { $0.contains(value) } ?? true }
      if let range = specification.range {
        below = Double(numbers.count { $0 < range.lowerBound })
        above = Double(numbers.count { $0 > range.upperBound })
      }
      content = .values(inside)
      return
    }
    let edges: [Double]
    do throws(GridProblem) {
      edges = try specification.edges()
    } catch {
      throw failure(error.description)
    }
    var counts = [Double](repeating: 0, count: edges.count - 1)
    var bin = 0
    for value in numbers {
      if value < edges[0] {
        below += 1
      } else if value > edges[counts.count] {
        above += 1
      } else {
        // The last bin is closed.
        while bin < counts.count - 1 && value >= edges[bin + 1] { bin += 1 }
        counts[bin] += 1
      }
    }
    content = .histogram(edges: edges, counts: counts, variances: nil, expected: nil)
  }
}

extension FitData {
  /// Sums of weights in bins. A value or weight that is no number is counted as undefined.
  private static func weighted(
    _ values: [Double], _ weights: [Double], edges: [Double]
  ) -> (content: Content, below: Double, above: Double, undefined: Int) {
    var sums = [Double](repeating: 0, count: edges.count - 1)
    var squares = sums
    var (below, above, undefined) = (0.0, 0.0, 0)
    for (value, weight) in zip(values, weights) {
      if value.isNaN || !weight.isFinite {
        undefined += 1
      } else if value < edges[0] {
        below += weight
      } else if value > edges[sums.count] {
        above += weight
      } else {
        let bin = min(edges.partitioningIndex { $0 > value } - 1, sums.count - 1)
        sums[bin] += weight
        squares[bin] += weight * weight
      }
    }
    return (.histogram(edges: edges, counts: sums, variances: squares, expected: nil), below, above, undefined)
  }
}

extension FitSpecification {
  /// The edges of the bins for a list of values.
  func edges() throws(GridProblem) -> [Double] {
    guard let histogram else {
      throw GridProblem(description: "a list of values needs bins: the specification has no 'histogram'")
    }
    switch histogram {
    case .uniform(let low, let high, let bins):
      return (0...bins).map { low + (high - low) * Double($0) / Double(bins) }
    case .resolutions(let origin, let below, let above, let perResolution):
      let bins = ((below + above) * Double(perResolution)).rounded()
      guard bins >= 1, bins <= 1_000_000 else {
        throw GridProblem(description: "\(bins) bins, expected 1 to 1000000")
      }
      let scale = try scale(from: origin)
      let edges = (0...Int(bins)).map { scale.value(at: Double($0) / Double(perResolution) - below) }
      guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 && $1.isFinite }) else {
        throw GridProblem(description: "the resolution makes no bins \(below) resolutions below \(origin)")
      }
      return edges
    }
  }
}
