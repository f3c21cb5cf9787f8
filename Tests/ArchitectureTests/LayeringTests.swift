import Foundation
import Testing

/// The layers of the package, from the ground up. A target imports targets of lower layers only.
private let layers: [[String]] = [
  ["CZeroMQ", "CZstd", "CChecksum", "CAllocator", "CLanes", "CProcess", "CHepMC3"],
  ["ArrowStream", "ZeroMQ", "Kinematics", "Statistics"],
  ["EventModel"],
  ["Menu", "Detector"],
  ["Level1", "Reconstruction", "Simulation"],
  ["HighLevelTrigger"],
  ["TriggerStudies", "SignalMonitor", "EventDisplay"],
  ["Online"],
  ["Dashboard"],
  ["sluice"],
]

/// Targets that neither open sockets or files nor look at clocks, so that replaying and testing them is easy.
private let pureTargets = ["Level1", "HighLevelTrigger", "Reconstruction", "SignalMonitor", "EventDisplay"]

@Suite("Architecture")
struct LayeringTests {
  @Test("a target imports only targets of layers below its own")
  func imports() throws {
    let layerOf = Dictionary(
      uniqueKeysWithValues: layers.enumerated().flatMap { index, names in names.map { ($0, index) } })
    for target in try targets() {
      let layer = try #require(layerOf[target.name], "target \(target.name) stands in no layer")
      for (file, source) in target.sources {
        for imported in importedModules(source) {
          guard let other = layerOf[imported] else { continue }
          #expect(other < layer, "\(file) imports \(imported), which is not below \(target.name)")
        }
      }
    }
  }

  @Test("a planted upward import is found")
  func plantedImport() {
    let source = """
      // import Online in a comment is none
      import EventModel
      @testable import struct Online.Replay
        internal import Menu
      """
    #expect(importedModules(source) == ["EventModel", "Online", "Menu"])
  }

  @Test("pure targets use no sockets, files, clocks or threads")
  func pureTargetsStayPure() throws {
    let forbidden = [
      "import ZeroMQ", "FileManager", "FileHandle", "fopen(", "open(", "ContinuousClock", "Date()", "clock_gettime",
      "Thread(", "pthread_create", "DispatchQueue", "contentsOfFile", "contentsOf: URL",
    ]
    for target in try targets() where pureTargets.contains(target.name) {
      for (file, source) in target.sources {
        for line in source.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
          for word in forbidden {
            #expect(!containsWord(line, word), "\(file) uses \(word): \(line)")
          }
        }
      }
    }
  }

  @Test("nobody but the dashboard imports NIO or an HTTP server")
  func noNetworkServersInWorkers() throws {
    for target in try targets() where target.name != "Dashboard" {
      for (file, source) in target.sources {
        for imported in importedModules(source) {
          #expect(!imported.hasPrefix("NIO") && imported != "Hummingbird", "\(file) imports \(imported)")
        }
      }
    }
  }
}

/// Every target below Sources with the text of its Swift files.
private func targets() throws -> [(name: String, sources: [(String, String)])] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")
  return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().map { name in
    let folder = root.appending(path: name)
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let sources = try files.filter { $0.hasSuffix(".swift") }.sorted().map { file in
      ("\(name)/\(file)", try String(contentsOf: folder.appending(path: file), encoding: .utf8))
    }
    return (name, sources)
  }
}

/// The modules that a Swift source imports, whatever attribute or kind the import carries.
private func importedModules(_ source: String) -> [String] {
  source.split(separator: "\n").compactMap { line in
    var words = line.split(separator: " ").map(String.init)
    while let first = words.first, first.hasPrefix("@") || ["public", "internal", "package", "private"].contains(first)
    {
      words.removeFirst()
    }
    guard words.first == "import", words.count > 1 else { return nil }
    words.removeFirst()
    if ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"].contains(words[0]), words.count > 1 {
      words.removeFirst()
    }
    return words[0].split(separator: ".").first.map(String.init)
  }
}

/// Whether a line holds a word that is not the tail of a longer name.
private func containsWord(_ line: Substring, _ word: String) -> Bool {
  var rest = line
  while let range = rest.range(of: word) {
    let before = range.lowerBound > rest.startIndex ? rest[rest.index(before: range.lowerBound)] : " "
    if !before.isLetter && !before.isNumber && before != "." { return true }
    rest = rest[range.upperBound...]
  }
  return false
}
