import Foundation

/// Processor time of this process's threads by the name of their stage, read from the system: stages need not measure it.
enum ThreadTimes {
  /// s since the thread began; a thread's name is its stage's, cut at 15 characters. Threads that are no stages are left out.
  static func byName() -> [String: Double] {
    let folder = "/proc/self/task"
    guard let tasks = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [:] }
    var times: [String: Double] = [:]
    for task in tasks {
      // A thread may have ended in the meantime.
      guard let name = text(folder, task, "comm"), let statistics = text(folder, task, "schedstat"),
        let nanoseconds = statistics.split(separator: " ").first.flatMap({ Double($0) }), isStage(name)
      else { continue }
      times[name, default: 0] += nanoseconds / 1e9
    }
    return times
  }

  private static func isStage(_ name: String) -> Bool {
    name.hasPrefix("frontend.") || name.hasPrefix("hlt.") || stages.contains(name)
  }

  private static let stages: Set<String> = [
    SourceStage.stage, Level1Stage.stage, BuilderStage.stage, CollectorStage.stage, ReconstructionStage.stage,
    StorageStage.stage, MonitorStage.stage, "fit-publisher",
  ]

  private static func text(_ folder: String, _ task: String, _ file: String) -> String? {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(task)/\(file)") else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
