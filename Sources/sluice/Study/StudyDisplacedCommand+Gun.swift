import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Menu
import Simulation
import Statistics
import TriggerStudies

extension StudyDisplacedCommand {
  /// Shoots from every place, simulates, asks level 1, and reports.
  func shoot(_ menu: TriggerMenu, studied: [String], beside: TriggerMenu?, _ detector: DetectorModel) throws {
    let names = menu.level1.lines.map(\.name)
    let places = studied.compactMap { names.firstIndex(of: $0) }
    let others = names.indices.filter { !places.contains($0) && !without.contains(names[$0]) }
    var scan = DisplacedScan(
      target: gun.target?.rawValue ?? "", names: Self.objects.map(\.name) + studied + ["all other lines"])
    let shots = try gun.places().map { place in (place: place, gun: try gun.make(at: place)) }
    let bar = ProgressBar(total: shots.count, unit: "places")
    for (number, shot) in shots.enumerated() {
      let batch = try simulate(shot.gun, place: number, detector)
      let level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: seed)
      let other = try beside.map { try Level1Trigger(level: $0.level1.compile(), detector: detector, seed: seed) }
      let words = try Level1Column(level1.process(batch)).input
      _ = try other?.process(batch)
      var found = [Efficiency](repeating: Efficiency(), count: scan.names.count)
      for row in 0..<batch.count {
        for (index, object) in Self.objects.enumerated() {
          found[index].fill(
            passed: object.bits.contains { bit in
              words[row * EventSchema.level1Words + bit / 32] >> UInt32(bit % 32) & 1 == 1
            })
        }
        for (index, line) in places.enumerated() {
          found[Self.objects.count + index].fill(passed: level1.linesAfter.isTrue(line: line, row: row))
        }
        let byOthers =
          other.map { other in other.level.lines.indices.contains { other.linesAfter.isTrue(line: $0, row: row) } }
          ?? others.contains { level1.linesAfter.isTrue(line: $0, row: row) }
        found[found.count - 1].fill(passed: byOthers)
      }
      scan.add(shot.place, found)
      bar.update(number + 1)
    }
    bar.finish()
    if !json.takesStandardOutput {
      print("menu \(menu.name)\(beside.map { ", beside \($0.name)" } ?? ""), background level \(gun.background ?? 0)\n")
      print(scan.text, terminator: "")
    }
    if let csv { try OutputError.write(Data(scan.commaSeparatedValues.utf8), to: csv) }
    try json.write(
      DisplacedGunDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, menu: menu.name, beside: beside?.name,
        seed: seed, background: gun.background ?? 0, gun: scan))
  }

  /// What is looked for besides lines: input bits, any of each group.
  private static let objects: [(name: String, bits: [Int])] = [
    ("2-D track", ["track"]), ("displaced track", ["td_0", "td_1", "td_2", "td_3"]), ("dv", ["dv"]),
    ("dv_tight", ["dv_tight"]),
  ].map { name, bits in (name, bits.compactMap { InputBit.position($0) }) }

  private func simulate(_ gun: DisplacedGun, place: Int, _ detector: DetectorModel) throws -> RecordBatch {
    var response = try DetectorResponse(detector: detector, background: self.gun.background ?? 0, seed: seed)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    for number in 0..<(self.gun.events ?? 250) {
      // Other events at every place: a run of its own.
      let run = UInt32(truncatingIfNeeded: place + 1)
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: seed, experiment: 1, run: run, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: run, into: &builders)
    }
    return try builders.finish()
  }
}

/// The machine form of a scan with the gun.
private struct DisplacedGunDocument: Encodable {
  let schemaVersion = "1.0"
  let version: String
  let command: [String]
  let menu: String
  let beside: String?
  let seed: UInt64
  let background: Double
  let gun: DisplacedScan

  enum CodingKeys: String, CodingKey {
    case version, command, menu, beside, seed, background, gun
    case schemaVersion = "schema_version"
  }
}
