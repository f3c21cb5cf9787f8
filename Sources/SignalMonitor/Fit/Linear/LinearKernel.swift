import Statistics

/// The loops over bins (or events) of a fit whose expectation is linear in its parameters, mu = sum of p_c h_c.
///
/// Everything is in vectors of eight rows: columns one after the other, padded with rows of zero that count nothing. The
/// extended likelihood is the sum over columns of p_c H_c minus the sum over rows of n ln mu, where H_c is the sum of a
/// column over the bins, or its integral over the window if rows are events (then n is 1).
enum LinearKernel {
  typealias Lanes = SIMD8<Double>
  typealias Column = UnsafePointer<SIMD8<Double>>
  typealias Scratch = UnsafeMutablePointer<SIMD8<Double>>

  /// sum + a * b: fused where the processor of this build has the instruction, since in software it costs ten times
  /// as much.
  @inline(__always)
  static func accumulate(_ sum: inout Lanes, _ a: Lanes, _ b: Lanes) {
    #if SLUICE_X86_64_V3
      sum.addProduct(a, b)
    #else
      sum += a * b
    #endif
  }

  /// The sum of eight lanes, as a tree: the library's own goes one by one.
  @inline(__always)
  static func total(_ x: Lanes) -> Double {
    let four = x.lowHalf + x.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// Fills mu, n/mu and n/mu^2 of every row; false if a row with n > 0 has an expectation that is not positive.
  static func expectation(
    _ columns: Column, _ vectors: Int, _ count: Int, parameters: UnsafePointer<Double>, counts: Column, mu: Scratch,
    residual: Scratch, weight: Scratch
  ) -> Bool {
    var outside = SIMDMask<SIMD8<Int64>>(repeating: false)
    let one = Lanes(repeating: 1)
    for v in 0..<vectors {
      var sum = Lanes(repeating: parameters[0]) * columns[v]
      var column = columns + vectors
      for c in 1..<max(count, 1) {
        accumulate(&sum, Lanes(repeating: parameters[c]), column[v])
        column += vectors
      }
      mu[v] = sum
      let n = counts[v]
      let populated = n .> 0
      outside = outside .| (populated .& .!(sum .> 0))
      let inverse = one / one.replacing(with: sum, where: populated)
      let ratio = n * inverse
      residual[v] = ratio
      weight[v] = ratio * inverse
    }
    return !any(outside)
  }

  /// The products of one column with `count` others that stand one after the other, written to `out`.
  static func products(
    _ left: Column, _ columns: Column, _ vectors: Int, _ count: Int, out: UnsafeMutablePointer<Double>
  ) {
    var c = 0
    while c + 4 <= count {
      let (b0, b1, b2, b3) = (
        columns + c * vectors, columns + (c + 1) * vectors, columns + (c + 2) * vectors, columns + (c + 3) * vectors
      )
      var (s0, s1, s2, s3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      for v in 0..<vectors {
        let a = left[v]
        accumulate(&s0, a, b0[v])
        accumulate(&s1, a, b1[v])
        accumulate(&s2, a, b2[v])
        accumulate(&s3, a, b3[v])
      }
      out[c] = total(s0)
      out[c + 1] = total(s1)
      out[c + 2] = total(s2)
      out[c + 3] = total(s3)
      c += 4
    }
    if c + 2 <= count {
      let (b0, b1) = (columns + c * vectors, columns + (c + 1) * vectors)
      var (s0, s1) = (Lanes.zero, Lanes.zero)
      for v in 0..<vectors {
        let a = left[v]
        accumulate(&s0, a, b0[v])
        accumulate(&s1, a, b1[v])
      }
      out[c] = total(s0)
      out[c + 1] = total(s1)
      c += 2
    }
    if c < count {
      let b = columns + c * vectors
      var (even, odd) = (Lanes.zero, Lanes.zero)
      var v = 0
      while v + 2 <= vectors {
        accumulate(&even, left[v], b[v])
        accumulate(&odd, left[v + 1], b[v + 1])
        v += 2
      }
      if v < vectors { accumulate(&even, left[v], b[v]) }
      out[c] = total(even + odd)
    }
  }

  /// The Hessian's lower triangle, row by row, over the columns from `first`: sum over rows of n/mu^2 h_c h_d.
  static func hessian(
    _ columns: Column, _ vectors: Int, first: Int, _ count: Int, weight: Column, weighted: Scratch,
    out: UnsafeMutablePointer<Double>
  ) {
    for row in first..<count {
      let column = columns + row * vectors
      for v in 0..<vectors { weighted[v] = weight[v] * column[v] }
      let n = row - first
      products(weighted, columns + first * vectors, vectors, n + 1, out: out + n * (n + 1) / 2)
    }
  }

  /// The sum over rows of n ln(mu / reference); rows without counts add nothing.
  ///
  /// The two are mostly close: the logarithm is 2 artanh z, z = (mu - reference)/(mu + reference), by its series up to z^13,
  /// whose remainder is below 2e-14 of it for z within 0.1.
  static func logarithm(counts: Column, mu: Column, reference: Column, _ vectors: Int) -> Double {
    var sum = Lanes.zero
    let one = Lanes(repeating: 1)
    for v in 0..<vectors {
      let n = counts[v]
      let populated = n .> 0
      let quotient = (mu[v] - reference[v]) / (mu[v] + reference[v])
      let z = Lanes.zero.replacing(with: quotient, where: populated)
      let square = z * z
      if any(square .> 0.01) {
        accumulate(&sum, n, PortableMath.log(one.replacing(with: mu[v] / reference[v], where: populated)))
        continue
      }
      accumulate(&sum, n * z, artanhOverArgument(square))
    }
    return total(sum)
  }

  /// 2 artanh(z)/z from z squared.
  @inline(__always)
  private static func artanhOverArgument(_ square: Lanes) -> Lanes {
    @inline(__always)
    func step(_ series: Lanes, _ coefficient: Double) -> Lanes {
      var next = Lanes(repeating: coefficient)
      accumulate(&next, series, square)
      return next
    }
    let high = step(step(step(Lanes(repeating: 2.0 / 13), 2.0 / 11), 2.0 / 9), 2.0 / 7)
    return step(step(step(high, 2.0 / 5), 2.0 / 3), 2)
  }

  /// The sum over rows of n ln mu.
  static func logarithm(counts: Column, mu: Column, _ vectors: Int) -> Double {
    var sum = Lanes.zero
    let one = Lanes(repeating: 1)
    for v in 0..<vectors {
      let n = counts[v]
      accumulate(&sum, n, PortableMath.log(one.replacing(with: mu[v], where: n .> 0)))
    }
    return total(sum)
  }

  /// The smallest expectation of the first `rows` rows.
  static func smallest(_ mu: Column, rows: Int) -> Double {
    var least = Lanes(repeating: .infinity)
    let whole = rows / 8
    for v in 0..<whole { least.replace(with: mu[v], where: mu[v] .< least) }
    var result = min(least.min(), .infinity)
    for row in (whole * 8)..<rows { result = min(result, mu[row / 8][row % 8]) }
    return result
  }
}
