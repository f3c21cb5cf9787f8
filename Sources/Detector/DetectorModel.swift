import ArrowStream
import Foundation
import Kinematics

/// The detector as all stages see it: geometry, material, beams and processes, read from the committed tables. Immutable and
/// shared. Documentation: `Documentation/detector.md`, the detector model.
public final class DetectorModel: Sendable {
  /// Central drift chamber.
  public let driftChamber: DriftChamber
  /// Silicon pixels and strips.
  public let silicon: SiliconTracker
  /// Electromagnetic calorimeter with its trigger cells.
  public let calorimeter: Calorimeter
  /// Muon and K_L detector.
  public let muonDetector: MuonDetector
  /// Material before the calorimeter.
  public let material: Material
  /// Beams, boost and luminous region.
  public let beams: Beams
  /// Cross-sections.
  public let processes: ProcessTable
  /// Beam background at level b = 1 and the level of a luminosity.
  public let background: BeamBackground
  /// The accelerator's clock.
  public let clock: BunchClock
  /// What limits how fast level 1 may trigger.
  public let readout: ReadoutLimits
  /// How the rings are topped up, unless a run says otherwise.
  public let injection: InjectionPlan
  /// Latency budget of level 1.
  public let latency: LatencyBudget
  /// Weights of level 1's neural track trigger.
  public let trackNetworks: TrackNetworks
  /// Field of the solenoid along +z, T.
  public let field: Double
  /// Name and checksum of the geometry tables: streams made with another geometry are refused.
  public let geometryVersion: String

  /// Reads a model from a folder of tables.
  /// - Parameter folder: holds the `.tsv` files named in `Documentation/detector.md`.
  /// - Throws: `DetectorTableError` with file, line and column of the first fault.
  public convenience init(tables folder: URL) throws(DetectorTableError) {
    try self.init(DetectorTables(folder: folder))
  }

  init(_ tables: DetectorTables) throws(DetectorTableError) {
    let constantsTable = try tables.read("constants.tsv")
    let layers = try tables.read("cdc_layers.tsv")
    let superLayers = try tables.read("cdc_superlayers.tsv")
    let shape = try tables.read("cdc_ts_shape.tsv")
    let siliconTable = try tables.read("svd_layers.tsv")
    let rings = try tables.read("ecl_rings.tsv")
    let cells = try tables.read("ecl_tc.tsv")
    let cellRings = try tables.read("ecl_tc_rings.tsv")
    let materialTable = try tables.read("material_budget.tsv")
    let beamPipeTable = try tables.read("beam_pipe.tsv")
    let constants = try DetectorConstants(constantsTable)

    driftChamber = try DriftChamber(layers: layers, superLayers: superLayers, shape: shape, constants: constants)
    silicon = try SiliconTracker(siliconTable, constants: constants)
    calorimeter = try Calorimeter(rings: rings, cells: cells, cellRings: cellRings, constants: constants)
    muonDetector = try MuonDetector(constants)
    material = try Material(materialTable, beamPipe: beamPipeTable)
    beams = try Beams(constants)
    processes = try ProcessTable(tables.read("process_cross_sections.tsv"))
    background = try BeamBackground(
      occupancy: tables.read("background_occupancy.tsv"), spectrum: tables.read("ecl_bkg_cluster_spectrum.tsv"),
      levels: tables.read("background_levels.tsv"), constants: tables.read("background_constants.tsv"))
    let timing = try DetectorConstants(tables.read("timing.tsv"))
    clock = try BunchClock(timing)
    readout = try ReadoutLimits(timing, clock: clock)
    injection = try InjectionPlan(tables.read("injection.tsv"), clock: clock)
    latency = try LatencyBudget(tables.read("l1_latency.tsv"))
    guard latency.total <= Double(readout.longestLatency) * clock.bucketLength else {
      throw DetectorTableError(
        file: "l1_latency.tsv",
        problem: "level 1 takes \(latency.total) ns, longer than the silicon pipeline of timing.tsv keeps signals")
    }
    trackNetworks = try TrackNetworks(tables.read("cdc_z_networks.tsv"))
    field = try constants("field")

    var hash = ContentHash()
    for table in [
      constantsTable, layers, superLayers, shape, siliconTable, rings, cells, cellRings, materialTable, beamPipeTable,
    ] {
      table.fold(into: &hash)
    }
    geometryVersion = "belle2-1-" + hash.digits
  }

  private static let committed = Result { () throws(DetectorTableError) in
    try DetectorModel(DetectorTables.committed())
  }

  /// Folder of the committed tables: copy it to make another detector.
  /// - Throws: `DetectorTableError` if the build's resources are not beside the executable.
  public static func committedTables() throws(DetectorTableError) -> URL { try DetectorTables.committed().folder }

  /// The model of the committed tables; they are read once per process.
  /// - Throws: `DetectorTableError` if they are missing or wrong.
  public static func belle2() throws(DetectorTableError) -> DetectorModel { try committed.get() }
}
