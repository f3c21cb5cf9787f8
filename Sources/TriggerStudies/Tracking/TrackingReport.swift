import Detector
import Statistics

/// The tracking validation as tables: finding, fakes and clones, resolutions, pulls, each beside the reference.
public struct TrackingReport: Encodable, Sendable {
  /// Events.
  public let events: Int
  /// Tracks.
  public let tracks: Int
  /// The tables, in the order of their printing.
  public let tables: [StudyTable]

  private static let samples = ["BB no background", "BB b = 1"]

  /// The report of a sample.
  public init(_ sample: TrackingSample, reference: ReferencePerformance) {
    events = sample.events
    tracks = sample.tracks
    tables = [
      Self.overall(sample, reference),
      Self.finding(
        sample.momentum, TrackingSample.momentumEdges, name: "pt", variable: "pT [GeV]", reference, Self.samples),
      Self.finding(
        sample.dip, TrackingSample.dipEdges, name: "tan_lambda", variable: "tan lambda", reference, Self.samples),
      Self.finding(
        sample.radius, TrackingSample.radiusEdges, name: "radius", variable: "radius of production [cm]", reference,
        ["standard finder"]),
      Self.excess(sample, reference),
      Self.resolutions(sample.residuals, name: "resolution_pt", fit: "as pions", reference),
      Self.pulls(sample.residuals, name: "pulls_pt"),
      Self.resolutions(
        sample.residualsOwnMass, name: "resolution_own_mass", fit: "with the masses of the particles", reference),
      Self.pulls(sample.residualsOwnMass, name: "pulls_own_mass"),
      Self.formulas(sample.residualsOwnMass),
      Self.eventTimes(sample),
    ]
  }

  /// The table of a name.
  public func table(_ name: String) -> StudyTable? { tables.first { $0.name == name } }

  private static func percent(_ efficiency: Efficiency) -> EstimatedNumber? {
    efficiency.estimate()?.scaled(by: 100)
  }

  private static func overall(_ sample: TrackingSample, _ reference: ReferencePerformance) -> StudyTable {
    func references(_ quantity: String) -> [Double?] {
      samples.map { reference.value("tracking.\(quantity)", sample: $0).map { 100 * $0 } }
    }
    return StudyTable(
      name: "overall",
      title:
        "prompt primaries with \(TrackTruth.fewestNumbers) or more measured numbers; fakes and clones of all tracks",
      variable: "", entries: "particles",
      quantities: [
        StudyTable.Quantity("efficiency", unit: "%", references: samples),
        StudyTable.Quantity("charge correct", unit: "%", references: samples),
        StudyTable.Quantity("fakes", unit: "%", references: samples),
        StudyTable.Quantity("clones", unit: "%", references: samples),
      ],
      rows: [
        StudyTable.Row(
          low: -.infinity, high: .infinity, entries: sample.prompt.efficiency.total,
          values: [
            percent(sample.prompt.efficiency), percent(sample.prompt.charge), percent(sample.excess.fakes),
            percent(sample.excess.clones),
          ],
          references: [
            references("efficiency"), references("charge_correct"), references("fake_rate"), references("clone_rate"),
          ])
      ])
  }

  private static func finding(
    _ bins: [TrackingSample.Finding], _ edges: [Double], name: String, variable: String,
    _ reference: ReferencePerformance, _ samples: [String]
  ) -> StudyTable {
    func references(_ quantity: String, _ bin: Int) -> [Double?] {
      samples.map {
        reference.value("tracking.\(quantity)", against: name, sample: $0, low: edges[bin], high: edges[bin + 1])
          .map { 100 * $0 }
      }
    }
    let hasCharge = name == "pt"
    return StudyTable(
      name: "finding_\(name)",
      title: name == "radius"
        ? "charged particles of decays, \(TrackingSample.displacedNumbers) or more measured numbers, pT over \(TrackingSample.displacedMomentum) GeV"
        : "prompt primaries with \(TrackTruth.fewestNumbers) or more measured numbers",
      variable: variable, entries: "particles",
      quantities: [
        StudyTable.Quantity("efficiency", unit: "%", references: samples),
        StudyTable.Quantity("charge correct", unit: "%", references: hasCharge ? samples : []),
      ],
      rows: bins.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.efficiency.total,
          values: [percent(bin.efficiency), percent(bin.charge)],
          references: [references("efficiency", index), hasCharge ? references("charge_correct", index) : []])
      })
  }

  private static func excess(_ sample: TrackingSample, _ reference: ReferencePerformance) -> StudyTable {
    let edges = TrackingSample.momentumEdges
    return StudyTable(
      name: "fakes_pt", title: "tracks of no particle, and second tracks of a particle", variable: "pT [GeV]",
      entries: "tracks",
      quantities: [
        StudyTable.Quantity("fakes", unit: "%", references: samples), StudyTable.Quantity("clones", unit: "%"),
      ],
      rows: sample.excessInMomentum.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.fakes.total,
          values: [percent(bin.fakes), percent(bin.clones)],
          references: [
            samples.map {
              reference.value(
                "tracking.fake_rate", against: "pt", sample: $0, low: edges[index], high: edges[index + 1]
              ).map { 100 * $0 }
            }
          ])
      })
  }

  /// Key in the reference, name, unit, position among the helix parameters, samples of the reference.
  private static let resolved: [(key: String, name: String, unit: String, parameter: Int, samples: [String])] = [
    ("d0_um", "d0", "um", 0, samples), ("z0_um", "z0", "um", 3, samples), ("pt_percent", "pT", "%", 2, samples),
    ("phi0_mrad", "phi0", "mrad", 1, ["formula"]), ("tan_lambda_1e-3", "tan lambda", "1e-3", 4, ["formula"]),
  ]

  private static func resolutions(
    _ residuals: [TrackingSample.Residuals], name: String, fit: String, _ reference: ReferencePerformance
  ) -> StudyTable {
    let edges = TrackingSample.resolutionEdges
    return StudyTable(
      name: name, title: "half widths of the central 68 % of the residuals, found prompt primaries fitted \(fit)",
      variable: "pT [GeV]", entries: "tracks",
      quantities: resolved.map { StudyTable.Quantity($0.name, unit: $0.unit, references: $0.samples) },
      rows: residuals.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.differences[0].count,
          values: resolved.map { CentralWidth.estimate(of: bin.differences[$0.parameter]) },
          references: resolved.map { quantity in
            quantity.samples.map {
              reference.value(
                "tracking.\(quantity.key)", against: "pt", sample: $0, low: edges[index], high: edges[index + 1])
            }
          })
      })
  }

  private static func pulls(_ residuals: [TrackingSample.Residuals], name: String) -> StudyTable {
    let edges = TrackingSample.resolutionEdges
    return StudyTable(
      name: name, title: "the same in units of the fit's errors", variable: "pT [GeV]", entries: "tracks",
      quantities: ["d0", "phi0", "omega", "z0", "tan lambda"].map { StudyTable.Quantity($0, unit: "") },
      rows: residuals.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.differences[0].count,
          values: bin.pulls.map { CentralWidth.estimate(of: $0) })
      })
  }

  private static func formulas(_ residuals: [TrackingSample.Residuals]) -> StudyTable {
    let edges = TrackingSample.resolutionEdges
    return StudyTable(
      name: "resolution_formula",
      title: "the same in units of the detector model's formulas, which take each particle's momentum and angle",
      variable: "pT [GeV]", entries: "tracks",
      quantities: resolved.map { StudyTable.Quantity($0.name, unit: "") },
      rows: residuals.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.ofFormula[0].count,
          values: resolved.map { CentralWidth.estimate(of: bin.ofFormula[$0.parameter]) })
      })
  }

  private static func eventTimes(_ sample: TrackingSample) -> StudyTable {
    let edges = TrackingSample.multiplicityEdges
    return StudyTable(
      name: "event_time", title: "collision time found minus true", variable: "tracks of the drift chamber",
      entries: "events",
      quantities: [StudyTable.Quantity("median", unit: "ns"), StudyTable.Quantity("half width", unit: "ns")],
      rows: sample.eventTimes.enumerated().map { index, times in
        let width = CentralWidth.estimate(of: times)
        let middle = CentralWidth.median(times)
        // The error of a median is 1.25 times that of a mean if the distribution is Gaussian.
        let error = 1.25 * (width?.value ?? 0) / Double(max(1, times.count)).squareRoot()
        return StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: times.count,
          values: [
            width.map { _ in
              EstimatedNumber(
                value: middle, low: middle - error, high: middle + error, method: "median, Gaussian error")
            }, width,
          ])
      })
  }

  /// The tables as text.
  public var text: String { tables.map(\.text).joined(separator: "\n") }

  /// The tables as comma-separated values, one line per bin, quantity and reference.
  public var commaSeparatedValues: String {
    StudyTable.header + "\n" + tables.map(\.commaSeparatedValues).joined()
  }

  /// The picture of the report.
  /// - Parameter conditions: a line under the title.
  public func plot(conditions: String) -> StudyTablePlot {
    var panels: [StudyTablePlot.Panel] = []
    if let table = table("finding_pt") { panels.append(.init(table, quantity: 0, range: 0...110)) }
    if let table = table("finding_tan_lambda") { panels.append(.init(table, quantity: 0, range: 0...110)) }
    if let table = table("finding_radius") { panels.append(.init(table, quantity: 0, range: 0...110)) }
    if let table = table("fakes_pt") { panels.append(.init(table, quantity: 0, range: 0...100)) }
    if let table = table("resolution_own_mass") {
      for quantity in table.quantities.indices { panels.append(.init(table, quantity: quantity, isLogarithmic: true)) }
    }
    if let table = table("pulls_own_mass") {
      panels.append(.init(table, quantity: 2, range: 0...2, isLogarithmic: true))
    }
    return StudyTablePlot(title: "Track finding and fitting", conditions: conditions, panels: panels)
  }
}
