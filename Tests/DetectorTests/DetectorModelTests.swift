import Detector
import Foundation
import Kinematics
import Testing

@Suite("Detector model")
struct DetectorModelTests {
  @Test("beams: momentum of the centre of mass, energy, boost")
  func beams() throws {
    let beams = try DetectorModel.belle2().beams
    #expect(abs(beams.total.px - 0.4567) < 5e-5)
    #expect(abs(beams.total.py) < 1e-12)
    #expect(abs(beams.total.pz - 3.0044) < 5e-5)
    #expect(abs(beams.total.energy - 11.007) < 1e-9)
    #expect(abs(beams.energy - 10.5792) < 5e-5)
    #expect(abs(beams.boost.gamma - 1.0404) < 5e-5)
    #expect(abs(beams.boost.velocity.x - 0.0415) < 5e-5)
    #expect(abs(beams.boost.velocity.z - 0.2730) < 5e-5)
    let rest = beams.centreOfMass.toCentreOfMass(beams.total)
    #expect(rest.momentum.length < 1e-9)
    #expect(beams.centreOfMass.toCentreOfMass(beams.electron).theta < 1e-7)
  }

  @Test("rates are cross-section times luminosity, as in the table; unknown processes are refused with the known names")
  func processes() throws {
    let processes = try DetectorModel.belle2().processes
    for row in try rows("process_cross_sections.tsv") {
      let process = try processes.named(try #require(row["process"]))
      let rate = try #require(Double(row["rate_Hz_L5e34"] ?? ""))
      #expect(abs(process.rate(luminosity: 5) / rate - 1) < 0.01)
    }
    #expect(throws: UnknownProcessError.self) { try processes.named("mumuu") }
  }

  @Test("background levels go through the table's points and are proportional outside")
  func backgroundLevels() throws {
    let background = try DetectorModel.belle2().background
    for (luminosity, level) in [(0, 0), (0.5, 0.025), (1, 0.05), (5, 0.2), (60, 1), (120, 2)] {
      #expect(abs(background.level(luminosity: luminosity) - level) < 1e-12)
    }
    let clusters = background.clusterEnergies.reduce(0) { $0 + $1.clusters }
    #expect(abs(clusters - 52) < 4)
  }

  @Test("latency: the slowest branch and the common steps add up to the total of 4.4 us, under the limit of 5.03 us")
  func latency() throws {
    let latency = try DetectorModel.belle2().latency
    #expect(latency.total == 4400 && abs(latency.limit - 5030) < 1e-6)
    for branch in latency.branches {
      let sum = latency.steps.filter { $0.branch == "common" || $0.branch == branch.name }.reduce(0) { $0 + $1.time }
      #expect(abs(sum - branch.latency) < 1e-6)
      #expect(abs(branch.latency + branch.slack - latency.total) < 1e-6)
    }
    #expect(latency.branches.map(\.name) == ["CDC", "ECL", "KLM"])
    #expect(latency.branches.map(\.slack).min() == 0)
  }

  @Test("a latency over the limit, or steps that do not add up to the total, are errors of configuration")
  func lateLevel1() throws {
    func budget(_ rows: String) throws -> LatencyBudget {
      try LatencyBudget(text: "branch\tcomponent\tallocation_us\n" + rows.replacing(" ", with: "\t"), file: "late.tsv")
    }
    #expect(try budget("CDC a 3\nECL b 1\ncommon c 1.4\nTOTAL - 4.4\nLIMIT - 5.03\n").branches[1].slack == 2000)
    for (rows, says) in [
      ("CDC a 4\ncommon c 1.4\nTOTAL - 5.4\nLIMIT - 5.03\n", "5.4 us, the front-ends keep signals for 5.03 us"),
      ("CDC a 3\ncommon c 1\nTOTAL - 4.4\nLIMIT - 5.03\n", "CDC, takes 4.0 us, but the row TOTAL says 4.4 us"),
      ("CDC a 3\n", "no row TOTAL"), ("TOTAL - 1\nLIMIT - 1\n", "no branch"),
      ("CDC a 1\nTOTAL - 1\nTOTAL - 1\n", "second time"),
    ] {
      let error = #expect(throws: DetectorTableError.self) { _ = try budget(rows) }
      #expect(error.map { "\($0)".contains(says) } ?? false, "\(String(describing: error))")
    }
  }

  @Test("the material before the chamber gas is 4.5 % of a radiation length at 90 degrees within a percent")
  func material() throws {
    let material = try DetectorModel.belle2().material
    let inner = material.surfaces.filter { $0.outerRadius < 17 }.reduce(0) { $0 + $1.radiationLengths }
    #expect(abs(inner - 0.045) < 0.01)
    #expect(material.surfaces.filter(\.isVolume).count == 1)
    // Highland: 1 GeV muon (beta 0.9945) through 1 % X0 scatters by 1.13 mrad.
    let angle = Material.scatteringAngle(radiationLengths: 0.01, momentum: 1, beta: 0.9945)
    #expect(abs(angle - 1.128e-3) < 2e-6)
    #expect(Material.scatteringAngle(radiationLengths: 0, momentum: 1, beta: 1) == 0)
  }

  @Test(
    "the beam pipe is thin titanium beside its beryllium part and one to ten radiation lengths of heavy metal further out"
  )
  func beamPipe() throws {
    let pipe = try DetectorModel.belle2().material.beamPipe
    for z in [-2.8, 0, 5.0, -60, 60, Double.nan] { #expect(pipe.wall(z: z, phi: 1) == nil) }
    #expect(pipe.wall(z: 1, phi: .nan) == nil && pipe.wall(z: 15, phi: .infinity) == nil)
    for phi in stride(from: -7.0, through: 7, by: 0.1) {
      let thin = try #require(pipe.wall(z: -7, phi: phi))
      #expect(thin.radiationLengths > 0.05 && thin.radiationLengths < 0.1)
      // Tantalum loses 7.8 MeV in a radiation length.
      for z in [-19.0, -12.0, 15.0, 18.0] {
        let thick = try #require(pipe.wall(z: z, phi: phi))
        #expect(thick.radiationLengths > 1 && thick.radiationLengths < 6)
        #expect(abs(thick.lossPerRadiationLength - 0.008) < 0.001)
        #expect(thick.interactionLengths < 0.1 * thick.radiationLengths)
      }
      #expect(pipe.wall(z: 16, phi: phi) == pipe.wall(z: 16, phi: phi + 2 * Double.pi))
    }
  }

  @Test("the geometry version changes with a number of a geometry table, not with a comment")
  func version() throws {
    let committed = try DetectorModel.committedTables()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tables-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: committed, to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let original = try DetectorModel.belle2().geometryVersion
    #expect(original.hasPrefix("belle2-1-"))
    let file = folder.appendingPathComponent("cdc_layers.tsv")
    let text = try String(contentsOf: file, encoding: .utf8)
    try ("# another remark\n" + text).write(to: file, atomically: true, encoding: .utf8)
    #expect(try DetectorModel(tables: folder).geometryVersion == original)
    try text.replacingOccurrences(of: "-31.21", with: "-31.22").write(to: file, atomically: true, encoding: .utf8)
    #expect(try DetectorModel(tables: folder).geometryVersion != original)
    // Beam background may be tuned without making recorded streams useless.
    try text.write(to: file, atomically: true, encoding: .utf8)
    let constants = folder.appendingPathComponent("background_constants.tsv")
    let rates = try String(contentsOf: constants, encoding: .utf8)
    try rates.replacingOccurrences(of: "\t140\t", with: "\t250\t").write(
      to: constants, atomically: true, encoding: .utf8)
    let tuned = try DetectorModel(tables: folder)
    #expect(tuned.geometryVersion == original && abs(tuned.background.showers.rate - 250e-6) < 1e-12)
  }

  /// The error that the committed tables give after an edit of one of them.
  func error(editing name: String, _ edit: (String) -> String) throws -> DetectorTableError? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tables-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: DetectorModel.committedTables(), to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try edit(String(contentsOf: file, encoding: .utf8)).write(to: file, atomically: true, encoding: .utf8)
    do {
      _ = try DetectorModel(tables: folder)
      return nil
    } catch {
      return error
    }
  }

  @Test("bad tables are refused with file, line and column")
  func badTables() throws {
    #expect(try error(editing: "cdc_layers.tsv") { $0 + "# a remark at the end\n" } == nil)
    let empty = try error(editing: "svd_layers.tsv") { _ in "# only this\n" }
    #expect(empty == DetectorTableError(file: "svd_layers.tsv", problem: "no header line"))
    let headerOnly = try error(editing: "material_budget.tsv") { _ in "item\tr_in_cm\n" }
    #expect(headerOnly == DetectorTableError(file: "material_budget.tsv", problem: "no rows"))
    let overlap = try error(editing: "beam_pipe.tsv") { $0.replacingOccurrences(of: "\n-9.15\t", with: "\n-9.45\t") }
    #expect(overlap?.column == "z_from_cm" && overlap?.problem.contains("overlaps") == true)
    let flat = try error(editing: "beam_pipe.tsv") { $0.replacingOccurrences(of: "\tx0_", with: "\tsector_") }
    #expect(flat?.problem.contains("x0_0") == true)
    let text = try error(editing: "cdc_layers.tsv") { $0.replacingOccurrences(of: "-31.21", with: "near") }
    #expect(
      text
        == DetectorTableError(
          file: "cdc_layers.tsv", line: 4, column: "z_bwd_cm", problem: "\"near\" where a number is expected"))
    #expect(text?.description == "cdc_layers.tsv:4: column \"z_bwd_cm\": \"near\" where a number is expected")
    for (old, new) in [("0.75", "1.2"), ("0.75", "0.9"), ("\t140\t", "\t-3\t"), ("showers.rate", "shower.rate")] {
      let background = try error(editing: "background_constants.tsv") { $0.replacingOccurrences(of: old, with: new) }
      #expect(background?.file == "background_constants.tsv", "\(new)")
    }
    let short = try error(editing: "background_levels.tsv") { $0.replacingOccurrences(of: "5\t0.2", with: "5") }
    #expect(short?.line == 5)
    #expect(short?.problem == "1 fields, but the header names 2 columns")
    let huge = try error(editing: "ecl_rings.tsv") { $0.replacingOccurrences(of: "13.20", with: "1e400") }
    #expect(huge?.column == "theta_centre_deg")
    let lost = try error(editing: "ecl_tc.tsv") { $0.replacingOccurrences(of: "\n40\t", with: "\n41\t") }
    #expect(lost?.column == "tc_id")
    let missing = try error(editing: "constants.tsv") { $0.replacingOccurrences(of: "\nfield\t", with: "\nfeld\t") }
    #expect(missing?.description.contains("no row for \"field\"") == true)
    #expect(throws: DetectorTableError.self) { try DetectorModel(tables: URL(fileURLWithPath: "/nowhere")) }
  }

  @Test("mutated tables give a model or an error, never a crash")
  func mutatedTables() throws {
    let committed = try DetectorModel.committedTables()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tables-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: committed, to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".tsv") }
      .sorted()
    var random = TestRandom(state: 77)
    var refused = 0
    let replacements = ["", "-1", "1e308", "nan", "0", "99999999999999999999", "x", "\t", "-0.5", "65536"]
    for round in 0..<300 {
      let name = names[round % names.count]
      let file = folder.appendingPathComponent(name)
      let text = try String(contentsOf: committed.appendingPathComponent(name), encoding: .utf8)
      var lines = text.components(separatedBy: "\n")
      let line = Int(random.next() % UInt64(lines.count))
      var fields = lines[line].components(separatedBy: "\t")
      let field = Int(random.next() % UInt64(fields.count))
      fields[field] = replacements[Int(random.next() % UInt64(replacements.count))]
      lines[line] = fields.joined(separator: "\t")
      if random.next() % 8 == 0 { lines.remove(at: line) }
      try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
      do { _ = try DetectorModel(tables: folder) } catch { refused += 1 }
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect((100...290).contains(refused), "\(refused)")
  }
}
