import ArgumentParser

/// What every command that records a simulated stream can be told: conditions, keys of the events, and how to write.
struct RecordingOptions: ParsableArguments {
  @Option(help: "Level of beam background, 1 is the design; else the level that goes with the luminosity.")
  var background: Double?

  @Option(help: "Seed of all random numbers.")
  var seed: UInt64 = 1

  @Option(help: "Data-taking period of the events.")
  var experiment: UInt16 = 1

  @Option(name: .customLong("run"), help: "Run of the events.")
  var runNumber: UInt32 = 1

  @Option(name: .long, help: "Number of the first event.")
  var firstEvent: UInt64 = 1

  @Flag(help: "Overwrite the stream if it exists.")
  var force = false

  @Option(help: "Events per batch.")
  var batch = 256

  @Option(help: "Threads; the stream is the same for any number.")
  var workers: Int?

  func validate() throws {
    if let background, !(background >= 0 && background <= 100) {
      throw ValidationError("--background \(background): expected 0 to 100; 1 is the design.")
    }
    guard batch >= 1, batch <= 1_000_000 else { throw ValidationError("--batch \(batch): expected 1 to 1000000.") }
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers \(workers): expected 1 to 256.")
    }
    guard firstEvent <= UInt64(Int64.max) else {
      throw ValidationError("--first-event \(firstEvent): expected 0 to \(Int64.max).")
    }
  }
}
