/// Metrics in the text form that Prometheus reads (exposition format 0.0.4).
package struct PrometheusText {
  /// What a metric is.
  enum Kind: String {
    /// A number that goes up and down.
    case gauge
    /// A number that only grows.
    case counter
    /// Cumulative buckets with sum and count.
    case histogram
    /// Quantiles.
    case summary
  }

  /// A value with its labels.
  typealias Sample = (labels: [(name: String, value: String)], value: Double)

  /// The text so far.
  private(set) var text = ""

  /// Adds a metric; without a sample nothing is written.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    head(name, kind, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  /// Adds a histogram.
  /// - Parameter buckets: upper edges, and how many values are at or below each.
  mutating func add(_ name: String, _ help: String, buckets: [(edge: Double, count: Int)], count: Int, sum: Double) {
    head(name, .histogram, help)
    for bucket in buckets { line(name + "_bucket", [("le", Self.number(bucket.edge))], Double(bucket.count)) }
    line(name + "_bucket", [("le", "+Inf")], Double(count))
    line(name + "_sum", [], sum)
    line(name + "_count", [], Double(count))
  }

  private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(Self.number(value))\n"
  }

  /// A label's value: backslash, quote and end of line are escaped.
  package static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  /// A number without a needless fraction.
  package static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
