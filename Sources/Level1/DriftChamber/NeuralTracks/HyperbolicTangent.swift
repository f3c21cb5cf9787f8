import Statistics

/// The hyperbolic tangent as trigger hardware has it: a table, 10 binary digits behind the point in and out.
struct HyperbolicTangent {
  /// Entry i is tanh(i / 1024) in units of 1/1024; beyond the table it is 1.
  private let table: ScratchBuffer<Int32>
  private let last: Int32

  /// Digits behind the point of the argument that the table drops: arguments have 12.
  private static let dropped: Int32 = 2

  init() {
    var table: [Int32] = []
    repeat {
      let twice = PortableMath.exp(2 * Double(table.count) / 1024)
      table.append(Int32(((twice - 1) / (twice + 1) * 1024).rounded()))
    } while table.last != 1024
    self.table = ScratchBuffer(table)
    last = Int32(table.count - 1)
  }

  /// tanh of numbers in units of 1/4096, in units of 1/1024.
  @inline(__always)
  func callAsFunction(_ argument: SIMD8<Int32>) -> SIMD8<Int32> {
    // Arguments are products of bounded weights and inputs: far from the end of the range.
    let sign: SIMD8<Int32> = argument &>> 31
    let size: SIMD8<Int32> = (argument ^ sign) &- sign
    let place: SIMD8<Int32> = pointwiseMin((size &+ 2) &>> Self.dropped, SIMD8(repeating: last))
    var value = SIMD8<Int32>()
    for lane in 0..<8 { value[lane] = table.elements[Int(place[lane])] }
    return (value ^ sign) &- sign
  }

  /// tanh of a number in units of 1/4096, in units of 1/1024.
  func callAsFunction(_ argument: Int32) -> Int32 { self(SIMD8(repeating: argument))[0] }
}
