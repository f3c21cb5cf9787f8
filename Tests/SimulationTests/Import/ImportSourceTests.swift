import Detector
import Foundation
import Kinematics
import Simulation
import Testing

@Suite("Importing generator files")
struct ImportSourceTests {
  let folder: GeneratorListings.Folder
  let detector: DetectorModel

  init() throws {
    folder = try GeneratorListings.Folder()
    detector = try DetectorModel.belle2()
  }

  /// A listing of two-particle events with the total momentum given.
  private func listing(_ total: FourVector, events: Int, weight: Double = 1) -> String {
    var text = "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\n"
    for number in 0..<events {
      text += "E \(number) 1 3\nU GEV MM\nW \(weight)\n"
      text += "P 1 0 300553 \(total.px) \(total.py) \(total.pz) \(total.energy) 10.58 2\n"
      for id in [2, 3] {
        text += "P \(id) 1 22 \(total.px / 2) \(total.py / 2) \(total.pz / 2) \(total.energy / 2) 0 1\n"
      }
    }
    return text + "HepMC::Asciiv3-END_EVENT_LISTING\n"
  }

  private func source(_ plan: ImportPlan, seed: UInt64 = 1) throws -> ImportSource {
    try ImportSource(plan, seed: seed, experiment: 1, run: 1, detector: detector)
  }

  private func plan(_ files: [String], label: String? = nil, crossSection: Double? = nil, seconds: Double? = nil)
    -> ImportPlan
  {
    ImportPlan(
      files: files, label: label, crossSection: crossSection, luminosity: 5, liveTime: seconds, detector: detector)
  }

  @Test("Weights are sigma L T w over the sum of w, times are ordered, numbers are consecutive")
  func weights() throws {
    let beams = detector.beams.total
    let first = try folder.write(listing(beams, events: 30, weight: 2), as: "mumu.hepmc3")
    let second = try folder.write(listing(beams, events: 10), as: "signal.hepmc3")
    var plan = plan([first, second], seconds: 2)
    plan.processes[1].crossSection = 0.5
    let source = try source(plan)
    #expect(source.total == 40)
    #expect(source.hasRates)
    var event = GeneratedEvent()
    var sums: [String: Double] = [:]
    var last = Int64(-1)
    var count: UInt64 = 0
    while try source.next(into: &event) {
      count += 1
      #expect(event.number == count)
      #expect(event.time >= last && Double(event.time) < 2e9)
      last = event.time
      sums[event.process, default: 0] += event.weight
    }
    #expect(count == 40)
    // sigma L T: 1.148 nb x 50 / nb / s x 2 s, and 0.5 nb.
    #expect(abs((sums["mumu"] ?? 0) - 114.8) < 1e-9)
    #expect(abs((sums["signal"] ?? 0) - 50) < 1e-9)
  }

  @Test("Files of one label are one process, read in order; labels come from file names")
  func labels() throws {
    let beams = detector.beams.total
    let files = try ["a/tautau.hepmc3", "b/tautau.hepmc3.dat", "other_m1.0.hepmc"].map {
      try folder.write(listing(beams, events: 5), as: $0)
    }
    #expect(try source(plan(files)).processes.map(\.label) == ["tautau", "other_m1.0"])
    #expect(try source(plan(files)).processes.map(\.events) == [10, 5])
    #expect(try source(plan(files, label: "all")).processes.map(\.events) == [15])
    #expect(abs((detector.processes.crossSection(ofLabel: "qqbar") ?? 0) - 3.69) < 1e-9)
    let unknown = try source(plan(files, label: "all"))
    #expect(!unknown.hasRates)
    var event = GeneratedEvent()
    #expect(try unknown.next(into: &event))
    #expect(event.weight == 1)
  }

  @Test("Events of the centre-of-mass frame are refused, or boosted when asked to")
  func frames() throws {
    let rest = FourVector(px: 0, py: 0, pz: 0, energy: detector.beams.energy)
    let file = try folder.write(listing(rest, events: 3), as: "rest.hepmc3")
    let error = #expect(throws: GeneratorFileError.self) { try source(plan([file])) }
    #expect(error?.kind == .wrongFrame)
    #expect(error?.description.contains("centre-of-mass") == true)
    var boosting = plan([file])
    boosting.boosts = true
    let boosted = try source(boosting)
    var event = GeneratedEvent()
    #expect(try boosted.next(into: &event))
    let sum = event.momentum(1) + event.momentum(2)
    let beams = detector.beams.total
    #expect(abs(sum.x - beams.px) < 1e-9 && abs(sum.z - beams.pz) < 1e-9 && abs(sum.w - beams.energy) < 1e-9)
    let other = try folder.write(listing(FourVector(px: 1, py: 1, pz: 1, energy: 4), events: 3), as: "gun.hepmc3")
    #expect(throws: GeneratorFileError.self) { try source(plan([other])) }
    var partial = plan([other])
    partial.acceptsPartial = true
    #expect(try source(partial).processes[0].unbalanced == 3)
  }

  @Test("A damaged second file is found before the first event is given")
  func damage() throws {
    let beams = detector.beams.total
    let good = try folder.write(listing(beams, events: 5), as: "a.hepmc3")
    let cut = try folder.write(String(listing(beams, events: 5).dropLast(60)), as: "b.hepmc3")
    let error = #expect(throws: GeneratorFileError.self) { try source(plan([good, cut])) }
    #expect(error?.file == cut)
    #expect(error?.kind == .truncated || error?.kind == .malformedLine || error?.kind == .inconsistentEvent)
    let empty = try folder.write(listing(beams, events: 0), as: "c.hepmc3")
    #expect(throws: GeneratorFileError.self) { try source(plan([empty])) }
  }
}
