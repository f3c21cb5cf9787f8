import Foundation
import Testing

@Suite("keys of links over tcp", .serialized, .timeLimit(.minutes(5)))
struct KeyTests {
  /// A port with `count` free ones from it on.
  private func freePorts(_ count: Int) throws -> Int {
    func isFree(_ port: Int) -> Bool {
      let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
    // Below the ports that the system gives to clients.
    let start = 11_000 + Int(getpid()) % 700 * 20
    return try #require(stride(from: start, to: 32_000, by: 20).first { (($0)..<($0 + count)).allSatisfy(isFree) })
  }

  private func plan(_ folder: URL, _ more: String) throws -> String {
    let root = SluiceProgram.root.path(percentEncoded: false)
    let text = """
      plan: test
      streams: [\(root)/Replay/mumu.arrow]
      menu: \(root)/Menus/low-multiplicity.yaml
      channels: \(root)/Menus/channels
      output: \(folder.path(percentEncoded: false))/out
      batch: { events: 16, age: 5 ms }
      endpoints: tcp://127.0.0.1:\(try freePorts(15))
      \(more)
      """
    let file = folder.appending(path: "plan.yaml")
    try Data(text.utf8).write(to: file)
    return file.path(percentEncoded: false)
  }

  @Test("a plan over tcp runs with keys, is refused without, and its secret keys are for their owner alone")
  func keys() throws {
    try SluiceProgram.withTemporaryFolder { folder in
      let open = try SluiceProgram.run(["run", plan(folder, "")])
      #expect(open.status == 2 && open.errors.contains("plan.yaml:7:12") && open.errors.contains("control keygen"))

      let file = try plan(folder, "keys: keys")
      let missing = try SluiceProgram.run(["run", file])
      #expect(missing.status == 2 && missing.errors.contains("control keygen"), "\(missing.errors)")
      #expect(try SluiceProgram.run(["control", "keygen", "--plan", file]).status == 0)
      let again = try SluiceProgram.run(["control", "keygen", "--plan", file])
      #expect(again.status == 2 && again.errors.contains("exists already"))

      let run = try SluiceProgram.run(["run", file])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("0 unaccounted"))

      let secret = folder.appending(path: "keys/storage.secret").path(percentEncoded: false)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
      let readable = try SluiceProgram.run(["run", file, "--force"])
      #expect(readable.status == 2 && readable.errors.contains("chmod 600"), "\(readable.errors)")
    }
  }
}
