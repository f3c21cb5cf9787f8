import Menu

extension Explanation {
  /// The same without its children.
  var alone: Explanation { Explanation(text: text, value: value, isTrue: isTrue) }
}

/// Numbers in explanations.
enum EvidenceText {
  /// A number with a fixed number of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return value.isNaN ? "undefined" : "\(value)" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (value * scale).rounded()
    let whole = Int64(rounded.magnitude)
    let unit = Int64(scale)
    let sign = rounded < 0 ? "-" : ""
    guard decimals > 0 else { return sign + "\(whole)" }
    let fraction = "\(whole % unit)"
    return sign + "\(whole / unit)." + String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
  }

  /// An angle in degrees.
  static func degrees(_ angle: Float) -> String { fixed(Double(angle) * 180 / Double.pi, 1) + " deg" }

  /// An energy or momentum.
  static func gigaelectronvolts(_ value: Float) -> String {
    value == .infinity ? "straight" : fixed(Double(value), 3) + " GeV"
  }

  static func gigaelectronvolts(_ energy: CalorimeterEnergy) -> String {
    fixed(Double(energy.tenKiloelectronvolts) / 100_000, 3) + " GeV"
  }

  static func centimetres(_ value: Float) -> String { fixed(Double(value), 1) + " cm" }
  static func nanoseconds(_ value: Float) -> String { fixed(Double(value), 0) + " ns" }
}
