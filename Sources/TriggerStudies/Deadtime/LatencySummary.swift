import Detector

/// The latency of level 1 as results state it.
public struct LatencySummary: Codable, Sendable {
  /// From the collision to the accept at the front-ends, us.
  public var total: Double
  /// The longest that the front-ends' memory allows, us.
  public var limit: Double
  /// Each branch alone, us, by name.
  public var branches: [String: Double]

  enum CodingKeys: String, CodingKey {
    case branches = "branches_us"
    case total = "total_us"
    case limit = "limit_us"
  }

  /// The latency of a budget.
  public init(_ budget: LatencyBudget) {
    total = budget.total / 1000
    limit = budget.limit / 1000
    branches = Dictionary(budget.branches.map { ($0.name, $0.latency / 1000) }, uniquingKeysWith: { first, _ in first })
  }

  /// One line: `4.40 us (limit 5.03 us): CDC 4.40, ECL 4.20, KLM 3.15`.
  public var text: String {
    let parts = branches.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "\($0.key) \(NumberText.significant($0.value, 3))"
    }
    return "\(NumberText.significant(total, 3)) us (limit \(NumberText.significant(limit, 3)) us): "
      + parts.joined(separator: ", ")
  }
}
