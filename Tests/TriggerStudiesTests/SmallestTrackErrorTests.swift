import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Simulation
import Statistics
import TestSupport
import Testing

/// What the detector model allows a fit to know of a track, worked out by a referee of its own from the tables
/// (`smallest_track_errors.py`), beside the reference's formula and beside the fit.
@Suite("Smallest possible track errors", .enabled(if: PythonReferee.isInstalled, "needs numpy"))
struct SmallestTrackErrorTests {
  private static let muon = 0.1056583755

  /// Muons of a momentum (GeV) and polar angle (degrees), and their smallest errors, cm and rad.
  private struct Floor {
    var momentum: Double
    var degrees: Double
    var d0: Double
    var z0: Double
  }

  /// Asks the referee.
  private static func floors(_ cases: [(momentum: Double, degrees: Double)], azimuths: Int = 48) throws -> [Floor] {
    let here = URL(fileURLWithPath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let tables = root.appendingPathComponent("Sources/Detector/Tables").path
    let code = try String(
      contentsOf: here.deletingLastPathComponent().appendingPathComponent("smallest_track_errors.py"), encoding: .utf8)
    let numbers = try PythonReferee.numbers(
      "tables = \(try quoted(tables))\n" + code,
      input: cases.map { [$0.momentum, $0.degrees * .pi / 180, muon, Double(azimuths)] })
    return cases.indices.map {
      Floor(
        momentum: cases[$0].momentum, degrees: cases[$0].degrees, d0: numbers[5 * $0], z0: numbers[5 * $0 + 3])
    }
  }

  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }

  /// The formulas of the reference for d0 and z0 at 90 degrees, cm.
  private static func formula(_ momentum: Double) -> (d0: Double, z0: Double) {
    let slow = (momentum * momentum + muon * muon).squareRoot() / (momentum * momentum)
    return (1e-4 * (81 + 196 * slow * slow).squareRoot(), 1e-4 * (144 + 289 * slow * slow).squareRoot())
  }

  @Test(
    "No fit can bring d0 within ten per cent of the reference's formula from 0.5 to 2.5 GeV in this model's pipe and layers"
  )
  func formulaOutOfReach() throws {
    let momenta = [0.175, 0.325, 0.5, 0.8, 1.25, 2.5, 4]
    let floors = try Self.floors(momenta.map { ($0, 90) })
    let d0 = floors.map { $0.d0 / Self.formula($0.momentum).d0 }
    let z0 = floors.map { $0.z0 / Self.formula($0.momentum).z0 }
    // At the ends, where scattering alone or points alone decide, model and formula agree.
    #expect(abs(d0[0] - 1) < 0.05)
    #expect(abs(d0[6] - 1) < 0.05)
    for index in 2...5 { #expect((1.1...1.25).contains(d0[index]), "\(momenta[index]) GeV: \(d0[index])") }
    for index in 3...5 { #expect((1.0...1.15).contains(z0[index]), "\(momenta[index]) GeV: \(z0[index])") }
  }

  /// Half the width of the central 68.27 % of Gaussian numbers of these standard deviations: tracks with lost points have larger ones.
  private static func halfWidth(ofErrors errors: [Double]) -> Double {
    var (low, high) = (0.0, 10 * (errors.max() ?? 0))
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      let inside = errors.reduce(0) { $0 + erf(middle / ($1 * 2.0.squareRoot())) } / Double(errors.count)
      if inside < 0.682689 { low = middle } else { high = middle }
    }
    return low
  }

  @Test(
    "Muons are fitted as well as can be: d0 and z0 spread by the smallest possible errors, and the fit says so",
    arguments: [(0.35, 90.0), (0.8, 90), (1.5, 60), (0.6, 45)])
  func fitAtTheFloor(momentum: Double, degrees: Double) throws {
    let floor = try #require(try Self.floors([(momentum, degrees)]).first)
    let count = 700
    var response = try DetectorResponse(detector: .belle2(), background: 0, seed: 21)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    let gun = try ParticleGun(
      particles: ["mu-"], momentum: momentum...momentum, isTransverse: false, thetaDegrees: degrees...degrees,
      vertexZ: 0...0)
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: 22, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    let batch = try builders.finish()
    let truth = try TruthParticles(batch)
    var events = EventReconstruction(detector: try .belle2())
    try events.begin(batch)
    var d0: [Double] = []
    var z0: [Double] = []
    var d0Errors: [Double] = []
    var z0Errors: [Double] = []
    for row in 0..<batch.count {
      events.run([.tracks, .hypotheses], row: row)
      let fit = events.hypotheses(row: row).first { $0.track == 0 && $0.hypothesis == .muon }?.fit
      guard let fit, events.tracks(row: row).count == 1 else { continue }
      let first = truth.rows[row].lowerBound
      let helix = Helix.make(
        position: Vector3(Double(truth.x[first]), Double(truth.y[first]), Double(truth.z[first])),
        momentum: Vector3(Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first])), charge: -1
      ).helix
      d0.append(Double(fit.d0) - helix.d0)
      z0.append(Double(fit.z0) - helix.z0)
      d0Errors.append(Double(fit.covariance[0]).squareRoot())
      z0Errors.append(Double(fit.covariance[9]).squareRoot())
    }
    #expect(d0.count > count * 9 / 10)
    // The half width of the central 68 % of n Gaussian numbers is known to 0.96/sqrt(n).
    let error = 0.96 / Double(d0.count).squareRoot()
    for (values, stated, least) in [(d0, d0Errors, floor.d0), (z0, z0Errors, floor.z0)] {
      let width = values.map { abs($0) }.sorted()[Int(0.683 * Double(values.count))] / least
      let expected = Self.halfWidth(ofErrors: stated) / least
      #expect((1 - 2.5 * error...1.06 + 2.5 * error).contains(width), "width \(width) of the smallest")
      #expect((0.96...1.06).contains(expected), "stated \(expected) of the smallest")
    }
  }
}
