import Statistics

/// The hyperbolic tangent as trigger hardware has it: a table, 10 binary digits behind the point in and out.
struct HyperbolicTangent: Sendable {
  /// Entry i is tanh(i / 1024) in units of 1/1024; beyond the table it is 1.
  private let table: [Int16]

  /// Digits behind the point of the argument that the table drops: arguments have 12.
  private static let dropped: Int32 = 2

  init() {
    var table: [Int16] = []
    repeat {
      let twice = PortableMath.exp(2 * Double(table.count) / 1024)
      table.append(Int16(((twice - 1) / (twice + 1) * 1024).rounded()))
    } while table.last != 1024
    self.table = table
  }

  /// tanh of a number in units of 1/4096, in units of 1/1024.
  func callAsFunction(_ argument: Int32) -> Int32 {
    // Arguments are products of bounded weights and inputs: far from the end of the range.
    let place = Int((abs(argument) &+ 2) >> Self.dropped)
    let value = place < table.count ? Int32(table[place]) : 1024
    return argument < 0 ? -value : value
  }
}
