/// The accelerator's clock: event time in buckets of the radio frequency, in whole numbers.
///
/// A bucket is the unit of time of everything that happens around the level-1 decision: 16 of them are a data clock of
/// 31.4 ns, 5120 a revolution of 10.06 us. Bucket 0 begins with the run. Whole numbers, so that no decision hangs on a
/// rounding.
public struct BunchClock: Equatable, Sendable {
  /// Buckets in 10 us: ten times the radio frequency in MHz.
  private let bucketsInTenMicroseconds: Int64
  /// Buckets in a revolution.
  public let bucketsPerRevolution: Int64
  /// Buckets between neighbouring bunches.
  public let bunchSpacing: Int64
  /// Bunches in each ring. They fill every ``bunchSpacing``-th bucket from 0 on; the rest of the revolution is a gap.
  public let bunches: Int64
  /// Buckets in one clock of the trigger's logic.
  public let bucketsPerSystemClock: Int64
  /// Buckets in one clock of the trigger's data links and of the silicon read-out.
  public let bucketsPerDataClock: Int64

  /// Times are taken to be within this many ns of the start of the run, 11.6 days: beyond, something is wrong with them.
  public static let longestTime: Int64 = 1_000_000_000_000_000

  private static let tenMicroseconds: Int64 = 10_000

  init(_ constants: DetectorConstants) throws(DetectorTableError) {
    let frequency = try constants.whole("clock.frequency", tenths: true, in: 10...9999)
    bucketsInTenMicroseconds = frequency
    bucketsPerRevolution = try constants.whole("clock.buckets", in: 1...1_000_000)
    bunchSpacing = try constants.whole("clock.bunch_spacing", in: 1...1_000_000)
    bunches = try constants.whole("clock.bunches", in: 1...1_000_000)
    bucketsPerSystemClock = try constants.whole("clock.system_divider", in: 1...1_000_000)
    bucketsPerDataClock = try constants.whole("clock.data_divider", in: 1...1_000_000)
    guard bunches * bunchSpacing <= bucketsPerRevolution else {
      throw constants.error("clock.bunches", "\(bunches) do not fit into \(bucketsPerRevolution) buckets")
    }
    guard bucketsPerRevolution % bucketsPerDataClock == 0 else {
      throw constants.error("clock.data_divider", "\(bucketsPerDataClock) does not divide the revolution")
    }
  }

  /// Length of a bucket in ns.
  public var bucketLength: Double { Double(Self.tenMicroseconds) / Double(bucketsInTenMicroseconds) }
  /// Length of a revolution in ns.
  public var revolutionTime: Double { Double(bucketsPerRevolution) * bucketLength }

  /// The bucket in which a time lies, for any time.
  /// - Parameter time: in ns since the start of the run.
  public func bucket(at time: Int64) -> Int64 {
    // In two parts, since the product of a long time and the frequency does not fit into 64 bits.
    let (whole, rest) = time.flooredQuotient(by: Self.tenMicroseconds)
    return whole * bucketsInTenMicroseconds + rest * bucketsInTenMicroseconds / Self.tenMicroseconds
  }

  /// The first whole ns in a bucket, or the nearest representable time.
  public func time(ofBucket bucket: Int64) -> Int64 {
    let (whole, rest) = bucket.flooredQuotient(by: bucketsInTenMicroseconds)
    let fine = (rest * Self.tenMicroseconds + bucketsInTenMicroseconds - 1) / bucketsInTenMicroseconds
    let (product, overflow) = whole.multipliedReportingOverflow(by: Self.tenMicroseconds)
    let (sum, carry) = product.addingReportingOverflow(fine)
    return overflow || carry ? (bucket < 0 ? .min : .max) : sum
  }

  /// The number of buckets in a stretch of time, the nearest whole number.
  /// - Parameter nanoseconds: from -1e15 to 1e15; beyond, the limits stand. What is not a number is 0.
  public func buckets(in nanoseconds: Double) -> Int64 {
    guard !nanoseconds.isNaN else { return 0 }
    let clamped = min(max(nanoseconds, -Double(Self.longestTime)), Double(Self.longestTime))
    return Int64((clamped / bucketLength).rounded())
  }

  /// The time that a number of buckets takes, in s.
  public func seconds(_ buckets: Int64) -> Double { Double(buckets) * bucketLength * 1e-9 }

  /// The revolution in which a bucket lies, and its place in it, 0 to ``bucketsPerRevolution`` - 1.
  public func revolution(ofBucket bucket: Int64) -> (number: Int64, bucket: Int64) {
    let (number, place) = bucket.flooredQuotient(by: bucketsPerRevolution)
    return (number, place)
  }

  /// The data clock in which a bucket lies.
  public func dataClock(ofBucket bucket: Int64) -> Int64 { bucket.flooredQuotient(by: bucketsPerDataClock).quotient }

  /// Whether a bucket holds bunches that cross.
  public func isFilled(_ bucket: Int64) -> Bool {
    let place = revolution(ofBucket: bucket).bucket
    return place % bunchSpacing == 0 && place / bunchSpacing < bunches
  }
}

extension Int64 {
  /// Quotient and remainder with a remainder that is never negative; the divisor must be above 0.
  package func flooredQuotient(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
