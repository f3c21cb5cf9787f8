/// What is wrong with a mixture, and where.
public struct MixtureError: Error, Equatable, CustomStringConvertible, Sendable {
  /// File of the mixture; empty for one made in code.
  public let file: String
  /// Line, counted from 1; nil if the whole file is meant.
  public let line: Int?
  /// Column, counted from 1.
  public let column: Int?
  /// What was found and what was expected.
  public let problem: String

  /// An error at a place of a mixture.
  public init(file: String, line: Int? = nil, column: Int? = nil, problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// `file:line:column: problem`.
  public var description: String {
    var text = file.isEmpty ? "mixture" : file
    if let line { text += ":\(line)" }
    if let column { text += ":\(column)" }
    return text + ": " + problem
  }
}

/// The name of a list that is closest to a wrong one, by the number of letters to change.
func nearestName(to name: String, among known: [String]) -> String? {
  func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let change = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, min(row[j], row[j + 1]) + 1)
      }
    }
    return row[b.count]
  }
  let wanted = Array(name.prefix(64))
  return known.map { ($0, distance(wanted, Array($0))) }.filter { $0.1 <= max(2, wanted.count / 2) }.min {
    $0.1 < $1.1
  }?
  .0
}
