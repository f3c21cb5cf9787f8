/// Where the page is served.
public struct DashboardAddress: Sendable, Equatable, CustomStringConvertible {
  /// The name or number of the host whose interface is listened on.
  public let host: String
  /// The port; 0 takes any that is free.
  public let port: Int

  /// This machine only, which is what one gets without saying more.
  public static let loopback = DashboardAddress(host: "127.0.0.1", port: 8470)

  /// An address of its parts.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `PORT`, `HOST:PORT` or `[HOST]:PORT`.
  /// - Returns: nil when it is none of these.
  public init?(_ text: String) {
    let split = text.lastIndex(of: ":")
    let digits = split.map { text[text.index(after: $0)...] } ?? text[...]
    guard let port = Int(digits), (0...65535).contains(port) else { return nil }
    var host = split.map { String(text[..<$0]) } ?? Self.loopback.host
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.init(host: host, port: port)
  }

  /// `http://HOST:PORT/`.
  public var description: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/" }
}
