import Detector
import Foundation
import Simulation
import Testing

@Suite("Committed mixtures")
struct CommittedMixtureTests {
  @Test("every mixture in Replay/mixtures is right, and its files are named relative to the project")
  func committed() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("Replay/mixtures")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(!names.isEmpty)
    for name in names {
      let mixture = try Mixture.read(
        path: folder.appendingPathComponent(name).path, detector: try DetectorModel.belle2())
      for entry in mixture.entries {
        guard case .files(let files) = entry.supply else { continue }
        #expect(files.allSatisfy { $0.hasPrefix(folder.path) })
      }
    }
  }
}
