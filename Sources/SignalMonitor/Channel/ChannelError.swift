/// A channel file that cannot be used: where, what was found, what was expected.
public struct ChannelError: Error, CustomStringConvertible, Equatable {
  /// The file, as it was named by the caller.
  public let file: String
  /// Line, from 1; 0 if the whole file is meant.
  public let line: Int
  /// Column, from 1; 0 if the whole file is meant.
  public let column: Int
  /// What is wrong and what was expected.
  public let problem: String

  /// An error at a position.
  public init(file: String, line: Int, column: Int, problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// `file:line:column: problem`.
  public var description: String {
    line > 0 ? "\(file):\(line):\(column): \(problem)" : "\(file): \(problem)"
  }
}

/// The name among `candidates` that is nearest to a misspelt one, or nil if none is near.
func nearestName(to name: String, among candidates: [String]) -> String? {
  let wanted = Array(name.lowercased())
  let ranked = candidates.map { ($0, editDistance(wanted, Array($0.lowercased()))) }.min { $0.1 < $1.1 }
  guard let (best, distance) = ranked, distance <= max(2, best.count / 3) else { return nil }
  return best
}

/// The number of insertions, deletions and replacements that turn one word into the other.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  // Nothing beyond the first 64 letters tells names apart; hostile keys stay cheap.
  let (a, b) = (a.prefix(64), b.prefix(64))
  var row = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = left == right ? diagonal : 1 + min(diagonal, above, row[j])
      diagonal = above
    }
  }
  return row[b.count]
}
