import CZeroMQ
import Glibc

// Setting and reading options. libzmq takes them as untyped memory; the option's type says what belongs there.

extension Socket {
  private var pointer: UnsafeMutableRawPointer? { unsafe handle.pointer }

  private func set<Raw: FixedWidthInteger>(_ number: Int32, _ name: String, raw: Raw) throws(ZeroMQError) {
    var value = raw
    guard unsafe zmq_setsockopt(pointer, number, &value, MemoryLayout<Raw>.size) == 0 else {
      throw ZeroMQError(last: "set option \(name)", endpoint: endpoint)
    }
  }

  private func get<Raw: FixedWidthInteger>(_ number: Int32, _ name: String, initial: Raw) throws(ZeroMQError) -> Raw {
    var value = initial
    var size = MemoryLayout<Raw>.size
    guard unsafe zmq_getsockopt(pointer, number, &value, &size) == 0 else {
      throw ZeroMQError(last: "read option \(name)", endpoint: endpoint)
    }
    return value
  }

  private func refused<Value>(_ option: SocketOption<Value>, _ value: String) -> ZeroMQError {
    ZeroMQError(
      code: .invalidArgument, operation: "set option \(option.name)", endpoint: endpoint,
      reason: "\(value) is out of range")
  }

  /// Sets a whole-number option.
  public func set(_ option: SocketOption<Int>, to value: Int) throws(ZeroMQError) {
    guard let number = Int32(exactly: value) else { throw refused(option, "\(value)") }
    try set(option.number, option.name, raw: number)
  }

  /// Reads a whole-number option.
  public func get(_ option: SocketOption<Int>) throws(ZeroMQError) -> Int {
    Int(try get(option.number, option.name, initial: Int32(0)))
  }

  /// Sets a 64-bit option.
  public func set(_ option: SocketOption<Int64>, to value: Int64) throws(ZeroMQError) {
    try set(option.number, option.name, raw: value)
  }

  /// Reads a 64-bit option.
  public func get(_ option: SocketOption<Int64>) throws(ZeroMQError) -> Int64 {
    try get(option.number, option.name, initial: Int64(0))
  }

  /// Sets a yes-or-no option.
  public func set(_ option: SocketOption<Bool>, to value: Bool) throws(ZeroMQError) {
    try set(option.number, option.name, raw: Int32(value ? 1 : 0))
  }

  /// Sets a time; nil means without limit. Times are rounded up to whole milliseconds, libzmq's unit.
  public func set(_ option: SocketOption<Duration?>, to value: Duration?) throws(ZeroMQError) {
    guard let value else { return try set(option.number, option.name, raw: Int32(-1)) }
    guard let number = Int32(exactly: value.wholeMilliseconds), number >= 0 else { throw refused(option, "\(value)") }
    try set(option.number, option.name, raw: number)
  }

  /// Reads a time; nil means without limit.
  public func get(_ option: SocketOption<Duration?>) throws(ZeroMQError) -> Duration? {
    let number = try get(option.number, option.name, initial: Int32(0))
    return number < 0 ? nil : .milliseconds(Int(number))
  }

  /// Sets an option that is a string of bytes.
  public func set(_ option: SocketOption<[UInt8]>, to value: [UInt8]) throws(ZeroMQError) {
    let status = unsafe value.withUnsafeBytes { bytes in
      unsafe zmq_setsockopt(pointer, option.number, bytes.baseAddress, bytes.count)
    }
    guard status == 0 else { throw ZeroMQError(last: "set option \(option.name)", endpoint: endpoint) }
  }

  /// Reads an option that is text.
  public func get(_ option: SocketOption<String>) throws(ZeroMQError) -> String {
    var characters = [UInt8](repeating: 0, count: 1024)
    var size = characters.count
    guard unsafe zmq_getsockopt(pointer, option.number, &characters, &size) == 0 else {
      throw ZeroMQError(last: "read option \(option.name)", endpoint: endpoint)
    }
    return String(decoding: characters.prefix(size).prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension Duration {
  /// Milliseconds, rounded up, so that a short wait never becomes no wait.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return overflow ? (seconds < 0 ? .min : .max) : product &+ fraction
  }
}
