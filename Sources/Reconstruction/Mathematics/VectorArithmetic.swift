import CLanes

/// Arithmetic of vectors as single instructions.
///
/// The standard library's operators on vectors of floating-point numbers are loops over the lanes, which the optimiser puts
/// together to vector instructions in simple code only. These stand in for them in this module; the bits are the same.
extension SIMD8<Float> {
  @inline(__always) static func + (a: Self, b: Self) -> Self { sluice_add_float8(a, b) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { sluice_subtract_float8(a, b) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { sluice_multiply_float8(a, b) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { sluice_divide_float8(a, b) }
  @inline(__always) static func + (a: Self, b: Float) -> Self { sluice_add_float8(a, Self(repeating: b)) }
  @inline(__always) static func - (a: Self, b: Float) -> Self { sluice_subtract_float8(a, Self(repeating: b)) }
  @inline(__always) static func * (a: Self, b: Float) -> Self { sluice_multiply_float8(a, Self(repeating: b)) }
  @inline(__always) static func / (a: Self, b: Float) -> Self { sluice_divide_float8(a, Self(repeating: b)) }
  @inline(__always) static func + (a: Float, b: Self) -> Self { sluice_add_float8(Self(repeating: a), b) }
  @inline(__always) static func - (a: Float, b: Self) -> Self { sluice_subtract_float8(Self(repeating: a), b) }
  @inline(__always) static func * (a: Float, b: Self) -> Self { sluice_multiply_float8(Self(repeating: a), b) }
  @inline(__always) static func / (a: Float, b: Self) -> Self { sluice_divide_float8(Self(repeating: a), b) }
  @inline(__always) static func += (a: inout Self, b: Self) { a = sluice_add_float8(a, b) }
  @inline(__always) static func -= (a: inout Self, b: Self) { a = sluice_subtract_float8(a, b) }
  @inline(__always) static func *= (a: inout Self, b: Self) { a = sluice_multiply_float8(a, b) }
  @inline(__always) static func *= (a: inout Self, b: Float) { a = sluice_multiply_float8(a, Self(repeating: b)) }

  /// Square roots; not a number for negative lanes.
  @inline(__always) func squareRoot() -> Self { sluice_root_float8(self) }

  /// The lanes with those of another vector where a mask says so.
  @inline(__always) func replacing(with other: Self, where mask: SIMDMask<SIMD8<Int32>>) -> Self {
    sluice_select_float8(unsafeBitCast(mask, to: SIMD8<Int32>.self), other, self)
  }

  /// The lanes with a number where a mask says so.
  @inline(__always) func replacing(with other: Float, where mask: SIMDMask<SIMD8<Int32>>) -> Self {
    replacing(with: Self(repeating: other), where: mask)
  }

  @inline(__always) mutating func replace(with other: Self, where mask: SIMDMask<SIMD8<Int32>>) {
    self = replacing(with: other, where: mask)
  }

  @inline(__always) mutating func replace(with other: Float, where mask: SIMDMask<SIMD8<Int32>>) {
    self = replacing(with: Self(repeating: other), where: mask)
  }

  /// Sizes of the lanes.
  @inline(__always) var magnitudes: Self { replacing(with: 0 - self, where: self .< 0) }

  /// Sum of the lanes in a fixed order.
  @inline(__always) var total: Double {
    let four: SIMD4<Float> = lowHalf + highHalf
    return Double((four[0] + four[1]) + (four[2] + four[3]))
  }
}

extension SIMD8<Int32> {
  @inline(__always) static func & (a: Self, b: Self) -> Self { sluice_and_int8(a, b) }
  @inline(__always) static func | (a: Self, b: Self) -> Self { sluice_or_int8(a, b) }
  @inline(__always) static func |= (a: inout Self, b: Self) { a = sluice_or_int8(a, b) }

  /// The lanes that have no bit in common with those of another vector.
  @inline(__always) func isDisjoint(with other: Self) -> SIMDMask<Self> {
    unsafeBitCast(sluice_disjoint_int8(self, other), to: SIMDMask<Self>.self)
  }

  /// The lanes where a mask is set, 0 elsewhere.
  @inline(__always) func kept(where mask: SIMDMask<Self>) -> Self {
    sluice_and_int8(self, unsafeBitCast(mask, to: Self.self))
  }
}

extension SIMDMask<SIMD8<Int32>> {
  @inline(__always) private var lanes: SIMD8<Int32> { unsafeBitCast(self, to: SIMD8<Int32>.self) }

  @inline(__always) private init(lanes: SIMD8<Int32>) { self = unsafeBitCast(lanes, to: Self.self) }

  @inline(__always) static func .& (a: Self, b: Self) -> Self { Self(lanes: sluice_and_int8(a.lanes, b.lanes)) }
  @inline(__always) static func .| (a: Self, b: Self) -> Self { Self(lanes: sluice_or_int8(a.lanes, b.lanes)) }
  @inline(__always) static prefix func .! (a: Self) -> Self { Self(lanes: sluice_not_int8(a.lanes)) }

  /// One bit for each lane that is set, the first lane lowest.
  @inline(__always) var bits: UInt32 { sluice_bits_int8(lanes) }

  /// Whether any lane is set.
  @inline(__always) var isAny: Bool { bits != 0 }

  /// Whether all lanes are set.
  @inline(__always) var isAll: Bool { bits == 255 }
}

extension SIMD8<Double> {
  @inline(__always) static func + (a: Self, b: Self) -> Self { sluice_add_double8(a, b) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { sluice_subtract_double8(a, b) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { sluice_multiply_double8(a, b) }
  @inline(__always) static func * (a: Self, b: Double) -> Self { sluice_multiply_double8(a, Self(repeating: b)) }
  @inline(__always) static func += (a: inout Self, b: Self) { a = sluice_add_double8(a, b) }
  @inline(__always) static func -= (a: inout Self, b: Self) { a = sluice_subtract_double8(a, b) }
}
