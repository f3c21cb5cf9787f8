import Online
import Testing

@Suite("Machine check")
struct MachineCheckTests {
  @Test("a machine that runs the tests has what a run needs, and a folder that does not exist is named")
  func findings() throws {
    let folder = try TemporaryFolder()
    let check = MachineCheck(folder: folder.path)
    let names = check.findings.map(\.name)
    for name in ["libzmq", "libzmq curve encryption", "processor cores", "clock resolution", "largest message tried"] {
      #expect(names.contains(name))
    }
    #expect(check.findings.first { $0.name == "libzmq" }?.isGood == true)
    #expect(check.findings.allSatisfy { !$0.found.isEmpty && ($0.isGood == false) == ($0.needed != nil) })
    let missing = MachineCheck(folder: folder.file("nowhere"))
    #expect(!missing.isGood)
    #expect(missing.findings.contains { $0.name.contains("nowhere") && $0.isGood == false })
  }
}
