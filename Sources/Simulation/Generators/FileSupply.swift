import Detector

/// Generator files, one after the other.
final class FileSupply {
  let names: [String]
  private let label: String
  private let frame: LaboratoryFrame
  private var skip: Int
  private var weight: Double?
  private var current: GeneratorFile
  private var index = 0
  private var given = 0

  init(_ names: [String], label: String, skip: Int, beams: Beams) throws {
    guard let first = names.first else { throw EventsExhaustedError(label: label, files: [], given: 0) }
    self.names = names
    self.label = label
    self.skip = skip
    frame = LaboratoryFrame(beams: beams)
    current = try GeneratorFile(path: first)
  }

  func next(into event: inout GeneratedEvent) throws {
    while true {
      if try current.next(into: &event) {
        if skip > 0 {
          skip -= 1
          continue
        }
        try check(event)
        given += 1
        event.weight = 1
        return
      }
      index += 1
      guard index < names.count else { throw EventsExhaustedError(label: label, files: names, given: given) }
      current = try GeneratorFile(path: names[index])
    }
  }

  /// Refuses what would be wrong without a word: events of another frame, and weights, whose mean is not known here.
  private func check(_ event: GeneratedEvent) throws {
    var reason: String?
    if frame.verdict(event) == .centreOfMass {
      reason = "the event is in the centre-of-mass frame; sluice import --boost makes a stream of it"
    } else if let weight, abs(event.weight - weight) > 1e-9 * abs(weight) {
      reason = "the events have different weights, \(weight) and \(event.weight); sluice import makes a stream of them"
    }
    if let reason {
      throw GeneratorFileError(
        kind: .wrongFrame, file: current.path, line: current.eventLine, reason: reason,
        wholeEvents: current.wholeEvents)
    }
    weight = event.weight
  }
}
