import Foundation
import Glibc
import ZeroMQ

/// The keys of a plan's stages on links that others could reach: a folder with a public and a secret key for each role.
///
/// A process needs the public keys of all roles and the secret one of its own.
public struct KeyRing: Sendable {
  /// Run control.
  static let control = RunControl.stage
  /// Whoever may give commands to run control.
  static let operatorRole = "operator"

  /// The roles: run control, who may command it, and what the stages are.
  public static let roles = [
    control, operatorRole, SourceStage.stage, "frontend", Level1Stage.stage, BuilderStage.stage, WorkerStage.stage,
    CollectorStage.stage, ReconstructionStage.stage, StorageStage.stage, MonitorStage.stage,
  ]

  /// The role of a stage, an input or a client, by its name.
  static func role(of name: String) -> String {
    if name.hasPrefix("frontend.") { return "frontend" }
    if name.hasPrefix("client.") { return operatorRole }
    if name == Farm.stage || name == BuilderStage.poisonSender { return BuilderStage.stage }
    return WorkerName.isValid(name) ? WorkerStage.stage : name
  }

  /// The roles that may connect to an input.
  static func admitted(to input: String) -> [String] {
    switch input {
    case RunControl.stage: roles.filter { $0 != control }
    case Level1Stage.stage: ["frontend"]
    case BuilderStage.stage: ["frontend", Level1Stage.stage]
    case Farm.stage: [WorkerStage.stage]
    case CollectorStage.stage: [BuilderStage.stage, WorkerStage.stage]
    case ReconstructionStage.stage: [CollectorStage.stage]
    case StorageStage.stage: [CollectorStage.stage, ReconstructionStage.stage]
    case MonitorStage.stage: [ReconstructionStage.stage]
    case _ where input.hasPrefix("frontend."): [SourceStage.stage]
    default: []
    }
  }

  private let folder: String
  /// Public keys by role, printed.
  private let publicKeys: [String: String]
  /// Roles by the bytes of their public keys.
  private let rolesByKey: [[UInt8]: String]

  /// The keys in a folder.
  /// - Throws: ``ReplayError`` when a public key is missing or none.
  public init(folder: String) throws {
    self.folder = folder
    var keys: [String: String] = [:]
    var roles: [[UInt8]: String] = [:]
    for role in Self.roles {
      let key = try Self.read("\(folder)/\(role).public")
      guard let bytes = CurveKeyPair.bytes(of: key) else {
        throw ReplayError.unreadableStream(path: "\(folder)/\(role).public", reason: "it holds no key")
      }
      keys[role] = key
      roles[bytes] = role
    }
    publicKeys = keys
    rolesByKey = roles
  }

  /// Makes new keys for all roles.
  /// - Returns: the files.
  /// - Throws: ``ReplayError`` when a key is there already or cannot be written.
  public static func make(in folder: String) throws -> [String] {
    let files = roles.map { ("\(folder)/\($0).public", "\(folder)/\($0).secret") }
    for (open, secret) in files {
      for path in [open, secret] where FileManager.default.fileExists(atPath: path) {
        throw ReplayError.outputExists(path: path)
      }
    }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw ReplayError.unwritableOutput(path: folder, reason: error.localizedDescription) }
    for (open, secret) in files {
      let pair = try CurveKeyPair()
      try write(pair.publicKey, to: open, mode: 0o644)
      try write(pair.secretKey, to: secret, mode: 0o600)
    }
    return files.flatMap { [$0.0, $0.1] }
  }

  private static func write(_ key: String, to path: String, mode: mode_t) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    let bytes = Array((key + "\n").utf8)
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count, close(descriptor) == 0 else {
      throw ReplayError.unwritableOutput(path: path, reason: String(cString: strerror(errno)))
    }
  }

  private static func read(_ path: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw ReplayError.unreadableStream(
        path: path, reason: "there is no key; 'sluice control keygen' makes the keys of a plan")
    }
  }

  /// The public key of a role, printed.
  func publicKey(of role: String) -> String { publicKeys[role] ?? "" }

  /// Both keys of a role.
  /// - Throws: ``ReplayError`` when the secret one is not there, or others may read it.
  func pair(of role: String) throws -> CurveKeyPair {
    let path = "\(folder)/\(role).secret"
    var information = stat()
    if stat(path, &information) == 0, information.st_mode & 0o077 != 0 {
      throw ReplayError.unreadableStream(path: path, reason: "others may read this secret key; make it 'chmod 600'")
    }
    return CurveKeyPair(publicKey: publicKey(of: role), secretKey: try Self.read(path))
  }

  /// The role that a public key belongs to; nil for strangers.
  func role(of key: [UInt8]) -> String? { rolesByKey[key] }
}
