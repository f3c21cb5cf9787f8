/// The names under which workers join a farm: `hlt.0`, and `hlt.0+1` for the first worker that takes the place of one
/// that was lost.
package enum WorkerName {
  /// More credits than any worker asks for at once.
  package static let mostCredits = 1024
  private static let longest = 64

  /// The name of a worker.
  /// - Parameter incarnation: how many workers have had its place before.
  package static func of(_ number: Int, incarnation: Int = 0) -> String {
    "\(WorkerStage.stage).\(number)" + (incarnation > 0 ? "+\(incarnation)" : "")
  }

  /// Whether a message may come from a worker of this name.
  package static func isValid(_ name: String) -> Bool {
    guard name.hasPrefix(WorkerStage.stage + "."), name.utf8.count <= longest else { return false }
    return name.utf8.dropFirst(WorkerStage.stage.utf8.count + 1).allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
    }
  }
}
