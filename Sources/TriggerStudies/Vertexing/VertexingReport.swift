import Detector
import Statistics

/// The vertexing validation as tables: K_S, displaced pairs, resolutions, pulls and purities, beside the reference.
public struct VertexingReport: Encodable, Sendable {
  /// Events.
  public let events: Int
  /// The tables, in the order of their printing.
  public let tables: [StudyTable]

  private static let published = "full simulation"

  /// The report of a sample.
  public init(_ sample: VertexingSample, reference: ReferencePerformance) {
    events = sample.events
    tables = [
      Self.kShort(sample, reference), Self.kShortResolution(sample, reference, isAll: true),
      Self.kShortResolution(sample, reference, isAll: false), Self.signal(sample),
      Self.pairs(sample), Self.prompt(sample, reference), Self.purity(sample),
    ]
  }

  /// The table of a name.
  public func table(_ name: String) -> StudyTable? { tables.first { $0.name == name } }

  private static func percent(_ efficiency: Efficiency) -> EstimatedNumber? {
    efficiency.estimate()?.scaled(by: 100)
  }

  private static func kShort(_ sample: VertexingSample, _ reference: ReferencePerformance) -> StudyTable {
    let edges = VertexingSample.kShortEdges
    return StudyTable(
      name: "k_short_radius",
      title: "K_S to pi+ pi-, both pions at 17 to 150 deg: tracks found, in one vertex, in the mass window",
      variable: "radius [cm]", entries: "decays",
      quantities: [
        StudyTable.Quantity("both tracks", unit: "%"),
        StudyTable.Quantity("K_S vertex", unit: "%", references: [published]),
        StudyTable.Quantity("K_S window", unit: "%"),
      ],
      rows: sample.kShort.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.tracks.total,
          values: [percent(bin.tracks), percent(bin.vertex), percent(bin.kind)],
          references: [
            [],
            [
              reference.value(
                "vertexing.k_short_efficiency", against: "radius", sample: published, low: edges[index],
                high: edges[index + 1]
              ).map { 100 * $0 }
            ],
          ])
      })
  }

  private static func kShortResolution(
    _ sample: VertexingSample, _ reference: ReferencePerformance, isAll: Bool
  ) -> StudyTable {
    let edges = VertexingSample.kShortEdges
    func row(_ low: Double, _ high: Double, _ bin: VertexingSample.Residuals) -> StudyTable.Row {
      func references(_ quantity: String) -> [Double?] {
        [reference.value("vertexing.\(quantity)", sample: published)]
      }
      return StudyTable.Row(
        low: low, high: high, entries: bin.mass.count,
        values: [
          CentralWidth.estimate(of: bin.mass), CentralWidth.estimate(of: bin.transverse),
          CentralWidth.estimate(of: bin.momentum), CentralWidth.estimate(of: bin.pulls[3]),
          CentralWidth.estimate(of: bin.pulls[2]),
        ],
        references: isAll
          ? [references("k_short_mass_mev"), references("k_short_radius_um"), references("k_short_momentum_mev")] : [])
    }
    return StudyTable(
      name: isAll ? "k_short_resolution" : "k_short_resolution_radius",
      title: "found K_S beyond 1 cm: half widths of the central 68 %, pulls of mass and z in units of their errors",
      variable: isAll ? "" : "radius [cm]", entries: "decays",
      quantities: [
        StudyTable.Quantity("mass", unit: "MeV", references: isAll ? [published] : []),
        StudyTable.Quantity("radius", unit: "um", references: isAll ? [published] : []),
        StudyTable.Quantity("momentum", unit: "MeV", references: isAll ? [published] : []),
        StudyTable.Quantity("pull of mass", unit: ""), StudyTable.Quantity("pull of z", unit: ""),
      ],
      rows: isAll
        ? [row(-.infinity, .infinity, sample.kShortResiduals)]
        : sample.kShortResidualsInRadius.enumerated().map { row(edges[$0], edges[$0 + 1], $1) })
  }

  private static func signal(_ sample: VertexingSample) -> StudyTable {
    let edges = VertexingSample.signalEdges
    return StudyTable(
      name: "displaced_radius",
      title:
        "decays of long-lived signal particles to two tracks of 17 to 150 deg and over \(VertexingSample.signalMomentum) GeV",
      variable: "radius [cm]", entries: "decays",
      quantities: [StudyTable.Quantity("both tracks", unit: "%"), StudyTable.Quantity("displaced vertex", unit: "%")],
      rows: sample.signal.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.tracks.total,
          values: [percent(bin.tracks), percent(bin.vertex)])
      })
  }

  private static func pairs(_ sample: VertexingSample) -> StudyTable {
    let edges = VertexingSample.pairEdges
    return StudyTable(
      name: "pairs_radius",
      title: "vertices of two tracks of one true origin: half widths of the central 68 %, pulls in units of the errors",
      variable: "radius [cm]", entries: "vertices",
      quantities: [
        StudyTable.Quantity("x", unit: "um"), StudyTable.Quantity("z", unit: "um"),
        StudyTable.Quantity("pull of x", unit: ""),
        StudyTable.Quantity("pull of y", unit: ""), StudyTable.Quantity("pull of z", unit: ""),
        StudyTable.Quantity("flight significance", unit: ""),
      ],
      rows: sample.pairs.enumerated().map { index, bin in
        StudyTable.Row(
          low: edges[index], high: edges[index + 1], entries: bin.along.count,
          values: [CentralWidth.estimate(of: bin.transverse), CentralWidth.estimate(of: bin.along)]
            + (0..<3).map { CentralWidth.estimate(of: bin.pulls[$0]) } + [CentralWidth.estimate(of: bin.significance)])
      })
  }

  private static func prompt(_ sample: VertexingSample, _ reference: ReferencePerformance) -> StudyTable {
    StudyTable(
      name: "collision_point",
      title: "collision points of events with prompt tracks, luminous region and tracks together",
      variable: "", entries: "events",
      quantities: [
        StudyTable.Quantity("x", unit: "um"),
        StudyTable.Quantity("z", unit: "um", references: ["B vertex, fully reconstructed"]),
        StudyTable.Quantity("pull of x", unit: ""), StudyTable.Quantity("pull of z", unit: ""),
        StudyTable.Quantity("median of z", unit: "um"),
      ],
      rows: [
        StudyTable.Row(
          low: -.infinity, high: .infinity, entries: sample.prompt.along.count,
          values: [
            CentralWidth.estimate(of: sample.prompt.transverse), CentralWidth.estimate(of: sample.prompt.along),
            CentralWidth.estimate(of: sample.prompt.pulls[0]), CentralWidth.estimate(of: sample.prompt.pulls[2]),
            CalorimetryReport.median(sample.prompt.along),
          ], references: [[], [reference.value("vertexing.b_vertex_z_um", sample: "fully reconstructed")]])
      ])
  }

  private static func purity(_ sample: VertexingSample) -> StudyTable {
    StudyTable(
      name: "purity", title: "vertices that are what their kind says; for more than two tracks: all of one origin",
      variable: "", entries: "K_S window",
      quantities: ["K_S", "Lambda", "conversion", "more than two tracks", "the same, of one decay chain"].map {
        StudyTable.Quantity($0, unit: "%")
      },
      rows: [
        StudyTable.Row(
          low: -.infinity, high: .infinity, entries: sample.purities[0].total,
          values: sample.purities.map(percent) + [percent(sample.manyTracks), percent(sample.manyTracksOfOneChain)])
      ])
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
    func add(_ name: String, _ quantity: Int, _ range: ClosedRange<Double>? = nil) {
      guard let table = table(name), table.rows.contains(where: { $0.entries > 0 }) else { return }
      panels.append(.init(table, quantity: quantity, range: range))
    }
    add("k_short_radius", 1, 0...110)
    add("displaced_radius", 1, 0...110)
    add("k_short_resolution_radius", 0)
    add("k_short_resolution_radius", 1)
    add("pairs_radius", 1)
    add("pairs_radius", 4, 0...2)
    return StudyTablePlot(title: "Vertices", conditions: conditions, panels: panels)
  }
}
