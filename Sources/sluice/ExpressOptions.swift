import ArgumentParser
import Online

/// Options of the copy of accepted events that leaves a run while it goes.
struct ExpressOptions: ParsableArguments {
  @Option(
    help: """
      Publish accepted events and counters while events stream: endpoint of a PUB socket, as tcp://127.0.0.1:5561. Never slows the \
      run.
      """)
  var express: String?

  @Option(help: "Publish one accepted event in this many; 0: only those of --express-lines.")
  var expressEvery = 10

  @Option(help: "Lines and skims of the high-level trigger of which every event is published, with commas.")
  var expressLines: String?

  func validate() throws {
    guard expressEvery >= 0 else { throw ValidationError("--express-every \(expressEvery): expected 0 or more.") }
  }

  /// The plan; nil for none.
  var plan: ExpressPlan? {
    express.map {
      ExpressPlan(
        endpoint: $0, oneIn: expressEvery,
        lines: expressLines?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? [])
    }
  }
}
