import Foundation

/// Where the stages of a plan find each other: the transport decides whether a stage is a thread, a process of this
/// machine, or a process anywhere.
public struct Endpoints: Sendable, Equatable {
  /// An endpoint, or a rule that makes one for each stage.
  public enum Address: Sendable, Equatable {
    /// In the process of run control.
    case inproc
    /// Sockets in a folder of this machine, one for each stage.
    case ipc(folder: String)
    /// Consecutive ports of a host, in the order of ``Endpoints/inputs(workers:)``.
    case tcp(host: String, port: Int)

    /// `inproc`, `ipc:///run/sluice`, `tcp://127.0.0.1:7100`; nil for anything else.
    public init?(_ text: String) {
      if text == "inproc" || text == "inproc://" {
        self = .inproc
      } else if text.hasPrefix("ipc:///"), text.count > 7, text.utf8.count <= 80 {
        self = .ipc(folder: String(text.dropFirst(6)))
      } else if text.hasPrefix("tcp://") {
        let rest = text.dropFirst(6)
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]),
          (1...65_000).contains(port), colon > rest.startIndex
        else { return nil }
        self = .tcp(host: String(rest[..<colon]), port: port)
      } else {
        return nil
      }
    }

    /// Whether other hosts can reach it.
    public var isTCP: Bool { if case .tcp = self { true } else { false } }
  }

  /// For every stage that has no address of its own.
  public var all = Address.inproc
  /// Addresses of single stages, by name.
  public var exceptions: [String: Address] = [:]

  /// Everything in one process.
  public init() {}

  /// The inputs to which others connect. Frontends come last, since streams differ in their detectors.
  static let inputs =
    [
      RunControl.stage, Level1Stage.stage, BuilderStage.stage, Farm.stage, CollectorStage.stage,
      ReconstructionStage.stage,
      StorageStage.stage, MonitorStage.stage,
    ] + frontends

  /// The frontends of any stream.
  static let frontends = ["cdc", "svd", "ecl", "klm", "pid", "truth"].map { "frontend.\($0)" }

  /// The address rule of an input.
  func address(of input: String) -> Address { exceptions[input] ?? all }

  /// The endpoint of an input, for ZeroMQ.
  /// - Parameter run: which configuration it is for; 0 for run control, which outlives runs. libzmq removes the file of a socket
  ///   when it closes, at some time after the run: the next one must not have the same.
  func endpoint(of input: String, run: Int) -> String {
    switch address(of: input) {
    case .inproc: "inproc://run/\(input)"
    case .ipc(let folder): run > 0 ? "ipc://\(folder)/\(run)/\(input)" : "ipc://\(folder)/\(input)"
    case .tcp(let host, let port):
      // An address of its own is meant literally; a common one is the first of many.
      exceptions[input] != nil
        ? "tcp://\(host):\(port)" : "tcp://\(host):\(port + (Self.inputs.firstIndex(of: input) ?? Self.inputs.count))"
    }
  }

  /// Whether a stage has to live in the process of run control: it takes from, or gives to, an input that can be
  /// reached in that process only.
  func isThread(_ stage: String) -> Bool { Self.inputs(near: stage).contains { address(of: $0) == .inproc } }

  /// The inputs that a stage binds or connects to, run control aside.
  private static func inputs(near stage: String) -> [String] {
    switch stage {
    case SourceStage.stage: inputs.filter { $0.hasPrefix("frontend.") }
    case Level1Stage.stage: [Level1Stage.stage, BuilderStage.stage]
    case BuilderStage.stage: [BuilderStage.stage, Farm.stage, CollectorStage.stage]
    case CollectorStage.stage: [CollectorStage.stage, StorageStage.stage, ReconstructionStage.stage]
    case ReconstructionStage.stage: [ReconstructionStage.stage, StorageStage.stage, MonitorStage.stage]
    case StorageStage.stage, MonitorStage.stage: [stage]
    case _ where stage.hasPrefix("frontend."): [stage, Level1Stage.stage, BuilderStage.stage]
    default: [Farm.stage, CollectorStage.stage]
    }
  }

  private var folders: Set<String> {
    Set(([all] + exceptions.values).compactMap { if case .ipc(let folder) = $0 { folder } else { nil } })
  }

  /// Makes the folders of sockets, of a run if one is given.
  func makeFolders(run: Int?) throws {
    for folder in folders {
      let path = run.map { "\(folder)/\($0)" } ?? folder
      do {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      } catch {
        throw ReplayError.unwritableOutput(path: path, reason: error.localizedDescription)
      }
    }
  }

  /// Removes the folders of the sockets of a run.
  func removeFolders(run: Int) {
    for folder in folders { try? FileManager.default.removeItem(atPath: "\(folder)/\(run)") }
  }

  /// Whether any stage is a process of its own.
  var hasProcesses: Bool {
    let stages =
      Self.inputs.filter { $0 != RunControl.stage && $0 != Farm.stage } + [SourceStage.stage, WorkerName.of(0)]
    return stages.contains { !isThread($0) }
  }

  /// Whether any input can be reached from other hosts.
  public var hasTCP: Bool { all.isTCP || exceptions.values.contains(where: \.isTCP) }
}
