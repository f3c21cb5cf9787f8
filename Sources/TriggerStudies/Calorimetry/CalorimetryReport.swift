import Detector
import Foundation
import Statistics

/// The validation of the calorimeter as tables: photons by part of the calorimeter, neutral pions, clusters, each beside the reference.
public struct CalorimetryReport: Encodable, Sendable {
  /// Events.
  public let events: Int
  /// The tables, in the order of their printing.
  public let tables: [StudyTable]

  private static let samples = ["b = 0.2", "b = 1"]

  /// The report of a sample.
  public init(_ sample: CalorimetrySample, reference: ReferencePerformance) {
    events = sample.events
    tables =
      ShowerTruth.Region.allCases.enumerated().flatMap { index, region in
        [
          Self.photons(sample.photons[index], region, reference), Self.pulls(sample.photons[index], region),
        ]
      } + [Self.gaps(sample), Self.pions(sample, reference), Self.purity(sample), Self.clusters(sample, reference)]
  }

  /// The table of a name.
  public func table(_ name: String) -> StudyTable? { tables.first { $0.name == name } }

  private static func percent(_ efficiency: Efficiency) -> EstimatedNumber? {
    efficiency.estimate()?.scaled(by: 100)
  }

  /// The middle of a sample with the error of a Gaussian's.
  static func median(_ values: [Double]) -> EstimatedNumber? {
    guard let width = CentralWidth.estimate(of: values) else { return nil }
    let middle = CentralWidth.median(values)
    let error = 1.2533 * width.value / Double(values.count).squareRoot()
    return EstimatedNumber(
      value: middle, low: middle - error, high: middle + error, method: "median, 1.25 sigma / sqrt(n)")
  }

  private static func photons(
    _ bins: [CalorimetrySample.Photons], _ region: ShowerTruth.Region, _ reference: ReferencePerformance
  ) -> StudyTable {
    let edges = CalorimetrySample.energyEdges
    func references(_ quantity: String, _ bin: Int, _ samples: [String]) -> [Double?] {
      samples.map {
        reference.value(
          "calorimeter.\(region.rawValue).\(quantity)", against: "energy", sample: $0, low: edges[bin],
          high: edges[bin + 1])
      }
    }
    let design = [samples[1]]
    return StudyTable(
      name: "photons_\(region.rawValue)",
      title: "photons in the \(region.rawValue) part, half widths of the central 68 %", variable: "E [GeV]",
      entries: "photons",
      quantities: [
        .init("efficiency", unit: "%", references: ["model"]), .init("energy over truth", unit: ""),
        .init("energy resolution", unit: "%", references: samples),
        .init("theta resolution", unit: "mrad", references: design),
        .init("phi resolution", unit: "mrad", references: design),
        .init("time resolution", unit: "ns", references: design),
        .init("photon score over 1/2", unit: "%"),
      ],
      rows: bins.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.efficiency.total,
          values: [
            percent(bin.efficiency), median(bin.energies), CentralWidth.estimate(of: bin.energies)?.scaled(by: 100),
            CentralWidth.estimate(of: bin.theta), CentralWidth.estimate(of: bin.phi),
            CentralWidth.estimate(of: bin.times), percent(bin.score),
          ],
          references: [
            references("efficiency_percent", index, ["model"]), [], references("energy_percent", index, samples),
            references("theta_mrad", index, design), references("phi_mrad", index, design),
            references("time_ns", index, design), [],
          ])
      })
  }

  private static func pulls(_ bins: [CalorimetrySample.Photons], _ region: ShowerTruth.Region) -> StudyTable {
    let edges = CalorimetrySample.energyEdges
    return StudyTable(
      name: "pulls_\(region.rawValue)", title: "the same in units of the errors", variable: "E [GeV]",
      entries: "clusters",
      quantities: [
        .init("energy", unit: ""), .init("theta", unit: ""), .init("phi", unit: ""), .init("within dt99", unit: "%"),
      ],
      rows: bins.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.energies.count,
          values: bin.pulls.map { CentralWidth.estimate(of: $0) } + [percent(bin.isInTime)])
      })
  }

  private static func gaps(_ sample: CalorimetrySample) -> StudyTable {
    StudyTable(
      name: "gaps", title: "photons over 0.1 GeV towards the gaps between barrel and endcaps", variable: "",
      entries: "photons",
      quantities: [
        .init("efficiency", unit: "%"), .init("energy over truth", unit: ""), .init("energy resolution", unit: "%"),
      ],
      rows: [
        StudyTable.Row(
          low: -.infinity, high: .infinity, entries: sample.gaps.efficiency.total,
          values: [
            percent(sample.gaps.efficiency), median(sample.gaps.energies),
            CentralWidth.estimate(of: sample.gaps.energies)?.scaled(by: 100),
          ])
      ])
  }

  private static func pions(_ sample: CalorimetrySample, _ reference: ReferencePerformance) -> StudyTable {
    let edges = CalorimetrySample.pionEdges
    let least = CalorimetrySample.leastPhotonOfPion
    let width = reference.value("calorimeter.pion_width_mev", sample: "experiment")
    return StudyTable(
      name: "neutral_pions", title: "neutral pions, both photons over \(least) GeV and in the calorimeter",
      variable: "p [GeV]", entries: "pions",
      quantities: [
        .init("efficiency", unit: "%"), .init("median mass", unit: "MeV"),
        .init("width of the mass", unit: "MeV", references: ["experiment"]), .init("pull of the mass", unit: ""),
        .init("energy of the clusters", unit: "%"), .init("energy after the constraint", unit: "%"),
      ],
      rows: sample.pions.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.efficiency.total,
          values: [
            percent(bin.efficiency), median(bin.masses), CentralWidth.estimate(of: bin.masses),
            CentralWidth.estimate(of: bin.pulls), CentralWidth.estimate(of: bin.sums),
            CentralWidth.estimate(of: bin.energies),
          ], references: [[], [], [width]])
      })
  }

  private static func purity(_ sample: CalorimetrySample) -> StudyTable {
    StudyTable(
      name: "pairs", title: "pairs in the mass window of the neutral pion", variable: "", entries: "pairs",
      quantities: [.init("true", unit: "%")],
      rows: [
        StudyTable.Row(
          low: -.infinity, high: .infinity, entries: sample.purity.total, values: [percent(sample.purity)])
      ])
  }

  private static func clusters(_ sample: CalorimetrySample, _ reference: ReferencePerformance) -> StudyTable {
    func perEvent(_ count: Int) -> EstimatedNumber? {
      guard sample.events > 0 else { return nil }
      let (low, high) = PoissonInterval.central(count: count)
      let events = Double(sample.events)
      return EstimatedNumber(
        value: Double(count) / events, low: low / events, high: high / events, method: "Poisson, central")
    }
    return StudyTable(
      name: "clusters", title: "clusters of an event above an energy", variable: "E [GeV]", entries: "clusters",
      quantities: [
        .init("all", unit: "per event"), .init("beam background", unit: "per event", references: samples),
      ],
      rows: sample.clusters.enumerated().map { index, clusters in
        let threshold = CalorimetrySample.thresholds[index]
        return StudyTable.Row(
          low: threshold, high: .infinity, entries: clusters.all,
          values: [perEvent(clusters.all), perEvent(clusters.background)],
          references: [
            [],
            samples.map {
              reference.value(
                "calorimeter.background_clusters", against: "threshold", sample: $0, low: threshold, high: 100)
            },
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
    if let table = table("photons_barrel") {
      panels.append(.init(table, quantity: 0, range: 0...110, isLogarithmic: true))
      panels.append(.init(table, quantity: 1, range: 0.9...1.1, isLogarithmic: true))
      for quantity in 2...5 { panels.append(.init(table, quantity: quantity, isLogarithmic: true)) }
    }
    if let table = table("neutral_pions") {
      panels.append(.init(table, quantity: 0, range: 0...110, isLogarithmic: true))
      panels.append(.init(table, quantity: 2, range: 0...15, isLogarithmic: true))
    }
    return StudyTablePlot(title: "Photons and neutral pions", conditions: conditions, panels: panels)
  }
}
