import Detector
import Reconstruction
import Statistics

/// The validation of identification as tables: efficiencies and misidentification by momentum at two thresholds, and the scores
/// of the high-level trigger, each beside the reference.
public struct IdentificationReport: Encodable, Sendable {
  /// Events.
  public let events: Int
  /// The tables, in the order of their printing.
  public let tables: [StudyTable]

  /// The report of a sample.
  /// - Parameters:
  ///   - identification: what the reference achieves with the probabilities.
  ///   - reference: what it achieves with the muon detector alone.
  public init(
    _ sample: IdentificationSample, identification: IdentificationTable, reference: ReferencePerformance
  ) {
    events = sample.events
    var tables: [StudyTable] = []
    for isTight in [false, true] {
      for truth in Hypothesis.allCases {
        tables.append(Self.kinds(sample.kinds[truth.rawValue], truth, isTight: isTight, identification))
      }
    }
    for truth in Hypothesis.allCases {
      tables.append(Self.scores(sample.scores[truth.rawValue], truth, reference))
    }
    self.tables = tables
  }

  /// The table of a name.
  public func table(_ name: String) -> StudyTable? { tables.first { $0.name == name } }

  private static func percent(_ efficiency: Efficiency) -> EstimatedNumber? {
    efficiency.estimate()?.scaled(by: 100)
  }

  private static func kinds(
    _ bins: [IdentificationSample.Row], _ truth: Hypothesis, isTight: Bool, _ table: IdentificationTable
  ) -> StudyTable {
    let edges = IdentificationSample.momentumEdges
    let threshold = isTight ? IdentificationSample.thresholds.tight : IdentificationSample.thresholds.loose
    return StudyTable(
      name: "\(truth.symbol)_over_\(threshold)",
      title: "tracks of \(truth.symbol): probability of each kind over \(threshold)", variable: "p [GeV]",
      entries: "tracks",
      quantities: Hypothesis.allCases.map { .init("as \($0.symbol)", unit: "%", references: ["flat gun"]) },
      rows: bins.enumerated().map { index, bin in
        let passed = isTight ? bin.tight : bin.loose
        return StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: passed[0].total, values: passed.map { percent($0) },
          references: Hypothesis.allCases.map { hypothesis in
            let both = table.probability(
              species: truth.rawValue, as: hypothesis.rawValue, momentum: 0.5 * (edges[index] + edges[index + 1]))
            return [100 * (isTight ? both.tight : both.loose)]
          })
      })
  }

  private static func scores(
    _ bins: [IdentificationSample.Scores], _ truth: Hypothesis, _ reference: ReferencePerformance
  ) -> StudyTable {
    let edges = IdentificationSample.scoreEdges
    let quantity = truth == .muon ? "muon.efficiency" : "muon.fake_rate"
    let hasReference = truth == .muon || truth == .pion
    return StudyTable(
      name: "scores_\(truth.symbol)",
      title: "tracks of \(truth.symbol): scores of the high-level trigger over 1/2, clusters, charge of the hits",
      variable: "p [GeV]", entries: "tracks",
      quantities: [
        .init("muon score", unit: "%", references: hasReference ? ["muon detector alone"] : []),
        .init("electron score", unit: "%"), .init("with a cluster", unit: "%"),
        .init("of these its own", unit: "%"), .init("charge beyond Bethe", unit: "%"),
        .init("width of the charge", unit: "%"),
      ],
      rows: bins.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.muon.total,
          values: [
            percent(bin.muon), percent(bin.electron), percent(bin.cluster), percent(bin.ownCluster),
            CalorimetryReport.median(bin.ionisation), CentralWidth.estimate(of: bin.ionisation),
          ],
          references: hasReference
            ? [
              [
                reference.value(
                  quantity, against: "p", sample: "KLM alone", low: edges[index], high: edges[index + 1]
                ).map { 100 * $0 }
              ]
            ] : [])
      })
  }

  /// The tables as text.
  public var text: String { tables.map(\.text).joined(separator: "\n") }

  /// The tables as comma-separated values, one line per bin, quantity and reference.
  public var commaSeparatedValues: String {
    StudyTable.header + "\n" + tables.map(\.commaSeparatedValues).joined()
  }

  /// The picture of the report: efficiency of each kind and what pions and kaons are taken for.
  /// - Parameter conditions: a line under the title.
  public func plot(conditions: String) -> StudyTablePlot {
    var panels: [StudyTablePlot.Panel] = []
    let loose = IdentificationSample.thresholds.loose
    for truth in Hypothesis.allCases {
      guard let table = table("\(truth.symbol)_over_\(loose)") else { continue }
      panels.append(.init(table, quantity: truth.rawValue, range: 0...110))
    }
    if let table = table("scores_mu") { panels.append(.init(table, quantity: 0, range: 0...110)) }
    return StudyTablePlot(
      title: "Identification, probability over \(loose)", conditions: conditions, panels: panels)
  }
}
