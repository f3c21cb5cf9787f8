import ArgumentParser
import ArrowStream
import Detector
import TriggerStudies

/// `sluice study network-inputs`: what the neural track trigger's networks are trained on.
struct StudyNetworkInputsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network-inputs",
    abstract: "Writes the networks' inputs of level-1 tracks with the truth, to train networks or to judge them.",
    discussion: """
      Reads simulated streams with hits and truth; writes an Arrow file with a row for each two-dimensional track that belongs to a \
      primary particle: network, 27 inputs in fixed point, true z, polar angle, transverse momentum, and the results of \
      the weights in force. How networks are trained: Menus/networks/README.md.
      """)

  @Argument(help: "Simulated streams.", completion: .file(extensions: ["arrow"]))
  var streams: [String]

  @Option(name: [.customShort("o"), .long], help: "The file to write.", completion: .file(extensions: ["arrow"]))
  var output: String

  @Flag(help: "Overwrite the file if it exists.")
  var force = false

  func run() throws {
    let readers = try streams.map { try StreamFileReader(path: $0) }
    let sample = NetworkSample(detector: try .belle2())
    let writer = try StreamFileWriter(
      path: output, schema: NetworkSample.schema, options: StreamFileWriter.Options(force: force))
    for reader in readers {
      for batch in 0..<reader.batchCount { try writer.write(sample.tracks(of: reader.batch(batch))) }
    }
    try writer.finish()
    print(
      "\(output): \(sample.counts.matched) of \(sample.counts.tracks) two-dimensional tracks, those of primary particles"
    )
  }
}
