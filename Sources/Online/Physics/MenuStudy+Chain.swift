import EventModel
import TriggerStudies

extension MenuStudy {
  /// A study of the lines of a chain.
  init(_ chain: TriggerChain) {
    self.init(level1Lines: chain.level1Lines, highLevelLines: chain.highLevelLines, skimCount: chain.skimCount)
  }

  /// The study of a run whose verdicts are in a file.
  init(_ chain: TriggerChain, verdicts path: String) throws {
    self.init(chain)
    let file = try FileInput(path: path)
    for index in 0..<file.batchCount { try add(VerdictColumns(try file.batch(index))) }
  }
}
