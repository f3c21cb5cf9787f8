import Foundation
import Statistics
import ZeroMQ

/// What this machine offers a run, found out by trying.
public struct MachineCheck: Codable, Sendable {
  /// One thing that was looked at.
  public struct Finding: Codable, Sendable {
    /// What was looked at.
    public let name: String
    /// What was found.
    public let found: String
    /// Whether it will do; nil for what is only said.
    public let isGood: Bool?
    /// What is needed, when it will not do.
    public let needed: String?
  }

  /// What was found, in the order in which it was looked at.
  public private(set) var findings: [Finding] = []

  /// Whether everything that is needed is there.
  public var isGood: Bool { findings.allSatisfy { $0.isGood != false } }

  /// Looks at everything.
  /// - Parameter folder: where outputs would go.
  public init(folder: String) {
    checkLibraries()
    checkProcessor()
    checkClock()
    checkMessages()
    checkDisk(folder)
  }

  private mutating func add(_ name: String, _ found: String, _ isGood: Bool? = nil, needed: String? = nil) {
    findings.append(Finding(name: name, found: found, isGood: isGood, needed: isGood == false ? needed : nil))
  }

  private mutating func checkLibraries() {
    let version = Library.version
    let isNewEnough = version.major > 4 || (version.major == 4 && version.minor >= 3)
    add("libzmq", Library.versionText, isNewEnough, needed: "4.3 or later")
    // Only links between machines are encrypted; a run on one machine does without.
    add("libzmq curve encryption", Library.has(.curve) ? "yes" : "no")
    add("libzmq ipc", Library.has(.ipc) ? "yes" : "no")
  }

  private mutating func checkProcessor() {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    add("processor cores", "\(cores)", cores >= 2, needed: "2 or more for the rates of the documentation")
    var load = [Double](repeating: 0, count: 3)
    if getloadavg(&load, 3) == 3 {
      add("load average", load.map { String(format: "%.1f", $0) }.joined(separator: " "))
    }
    let level = KernelBuild.processorLevel
    guard let flags = Self.processorFlags else {
      add("kernels compiled for", level)
      return
    }
    let supportsLevel3 = ["avx2", "fma", "bmi1", "bmi2", "movbe", "f16c"].allSatisfy(flags.contains)
    add("processor supports x86-64-v3", supportsLevel3 ? "yes" : "no")
    add(
      "kernels compiled for", level, level == "portable" || supportsLevel3,
      needed: "a build with SLUICE_PORTABLE=1 for this processor")
  }

  private static var processorFlags: Set<Substring>? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { return nil }
    return Set(line.split(separator: " "))
  }

  private mutating func checkClock() {
    var resolution = timespec()
    clock_getres(CLOCK_MONOTONIC, &resolution)
    let claimed = Int64(resolution.tv_sec) * 1_000_000_000 + Int64(resolution.tv_nsec)
    let clock = RunClock()
    var smallest = Int64.max
    var previous = clock.now
    for _ in 0..<10_000 {
      let now = clock.now
      if now > previous { smallest = min(smallest, now - previous) }
      previous = now
    }
    add(
      "clock resolution", "\(claimed) ns, smallest step seen \(smallest) ns", smallest < 1_000_000,
      needed: "steps below 1 ms")
  }

  /// Sends messages of growing size through a link inside this process, as the stages do.
  private mutating func checkMessages() {
    let largest = 256 << 20
    do {
      let context = try Context()
      var receiver = try Socket(.pull, in: context)
      try receiver.set(.receiveTimeout, to: .seconds(10))
      try receiver.bind("inproc://machine-check")
      var sender = try Socket(.push, in: context)
      try sender.connect("inproc://machine-check")
      for size in [1, 1 << 20, largest] {
        var message = try Message(count: size)
        message.withUnsafeMutableBytes { $0[size - 1] = 7 }
        try sender.send(message)
        let received = Frame(try receiver.receive())
        guard received.count == size, received.bytes[size - 1] == 7 else {
          add("message of \(size) bytes", "changed on the way", false, needed: "the bytes that were sent")
          return
        }
      }
      add("largest message tried", "\(largest >> 20) MiB", true)
    } catch {
      add("messages inside this process", "\(error)", false, needed: "messages of \(largest >> 20) MiB")
    }
  }

  private mutating func checkDisk(_ folder: String) {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else {
      add("disk of \(folder)", String(cString: strerror(errno)), false, needed: "a folder that exists")
      return
    }
    let free = Double(status.f_bavail) * Double(status.f_frsize) / 1e9
    add("free disk of \(folder)", String(format: "%.1f GB", free), free >= 1, needed: "1 GB")
  }
}
