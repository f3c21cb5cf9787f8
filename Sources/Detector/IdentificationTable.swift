/// How often a track of one species passes a cut on the likelihood of another: measured in the official full simulation of a
/// flat particle gun, all detectors together (`identification.tsv`). Detector model, section "Particle identification".
public struct IdentificationTable: Sendable {
  /// Number of hypotheses: e, mu, pi, K, p, in this order everywhere.
  public static let hypotheses = 5
  /// Particle codes of the hypotheses.
  public static let pdg: [Int32] = [11, 13, 211, 321, 2212]

  /// Upper edges of the momentum bins, GeV; the last is open.
  private static let edges = [0.5, 1, 1.5, 2, 2.5, 3, 4]
  private static let columns = ["p_0_0.5", "p_0.5_1", "p_1_1.5", "p_1.5_2", "p_2_2.5", "p_2.5_3", "p_3_4", "p_4_5"]
  private let loose: [Double]
  private let tight: [Double]

  init(_ table: DetectorTable) throws(DetectorTableError) {
    let species = ["e", "mu", "pi", "K", "p"]
    let names = ["electron", "muon", "pion", "kaon", "proton"]
    let size = Self.columns.count * Self.hypotheses * Self.hypotheses
    var values = [[Double]](repeating: [Double](repeating: -1, count: size), count: 2)
    for row in table.rows.indices {
      let threshold = try table.number(row, "id_threshold")
      guard threshold == 0.2 || threshold == 0.8 else {
        throw table.error(row, "id_threshold", "\(threshold) where 0.2 or 0.8 is expected")
      }
      guard let truth = species.firstIndex(of: try table.text(row, "true_species")) else {
        throw table.error(row, "true_species", "none of " + species.joined(separator: ", "))
      }
      guard let hypothesis = names.firstIndex(of: try table.text(row, "id_hypothesis")) else {
        throw table.error(row, "id_hypothesis", "none of " + names.joined(separator: ", "))
      }
      for (bin, column) in Self.columns.enumerated() {
        values[threshold == 0.2 ? 0 : 1][Self.index(bin, truth, hypothesis)] = try table.number(row, column, in: 0...1)
      }
    }
    guard values.allSatisfy({ $0.allSatisfy { $0 >= 0 } }) else {
      throw table.error("needs a row for each threshold, species and hypothesis")
    }
    loose = values[0]
    tight = values[1]
  }

  /// The committed table, read once.
  private static let committed = Result { () throws(DetectorTableError) in
    try IdentificationTable(DetectorTables.committed().read("identification.tsv"))
  }

  /// The committed table.
  /// - Throws: `DetectorTableError` if it is missing or wrong.
  public static func belle2() throws(DetectorTableError) -> IdentificationTable { try committed.get() }

  private static func index(_ bin: Int, _ species: Int, _ hypothesis: Int) -> Int {
    (bin * hypotheses + species) * hypotheses + hypothesis
  }

  /// Probability that the likelihood ratio of a hypothesis is above 0.2 (loose) or 0.8 (tight).
  /// - Parameters:
  ///   - species: 0 to 4, what the particle is.
  ///   - hypothesis: 0 to 4, what it is taken for.
  ///   - momentum: GeV.
  public func probability(species: Int, as hypothesis: Int, momentum: Double) -> (loose: Double, tight: Double) {
    let bin = Self.edges.firstIndex { momentum < $0 } ?? Self.edges.count
    let index = Self.index(bin, species, hypothesis)
    return (loose[index], tight[index])
  }
}
