import CZeroMQ

/// The libzmq this process is linked with.
public enum Library {
  /// The version of the library found at run time.
  public static var version: (major: Int, minor: Int, patch: Int) {
    var major: Int32 = 0
    var minor: Int32 = 0
    var patch: Int32 = 0
    unsafe zmq_version(&major, &minor, &patch)
    return (Int(major), Int(minor), Int(patch))
  }

  /// The version as text, such as "4.3.4".
  public static var versionText: String {
    let (major, minor, patch) = version
    return "\(major).\(minor).\(patch)"
  }

  /// A part of libzmq that a build may leave out.
  public struct Feature: RawRepresentable, Hashable, Sendable {
    /// The name `zmq_has` knows.
    public let rawValue: String

    /// A feature by the name `zmq_has` knows.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Encrypted and authenticated links (CurveZMQ).
    public static let curve = Feature(rawValue: "curve")
    /// Links between processes of one machine.
    public static let ipc = Feature(rawValue: "ipc")
    /// Sockets in the draft state.
    public static let draft = Feature(rawValue: "draft")
  }

  /// Whether this libzmq was built with a feature.
  public static func has(_ feature: Feature) -> Bool {
    unsafe feature.rawValue.withCString { unsafe zmq_has($0) == 1 }
  }
}
