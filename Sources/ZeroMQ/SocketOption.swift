import CZeroMQ

/// A socket option together with the type of its value, so that a wrong type does not compile.
public struct SocketOption<Value>: Sendable {
  let number: Int32
  /// The option's name as libzmq's manual writes it.
  public let name: String

  init(_ number: Int32, _ name: String) {
    self.number = number
    self.name = name
  }
}

extension SocketOption where Value == Int {
  /// Messages an outgoing pipe may hold; 0 means no limit.
  public static var sendHighWaterMark: Self { Self(ZMQ_SNDHWM, "SNDHWM") }
  /// Messages an incoming pipe may hold; 0 means no limit.
  public static var receiveHighWaterMark: Self { Self(ZMQ_RCVHWM, "RCVHWM") }
  /// Connections that may wait to be accepted.
  public static var backlog: Self { Self(ZMQ_BACKLOG, "BACKLOG") }
}

extension SocketOption where Value == Bool {
  /// A ROUTER reports an unknown identity as an error instead of dropping the message silently.
  public static var routerMandatory: Self { Self(ZMQ_ROUTER_MANDATORY, "ROUTER_MANDATORY") }
  /// A connecting socket queues only to completed connections.
  public static var immediate: Self { Self(ZMQ_IMMEDIATE, "IMMEDIATE") }
  /// Whether the socket acts as the server of CURVE encryption.
  public static var curveServer: Self { Self(ZMQ_CURVE_SERVER, "CURVE_SERVER") }
}

extension SocketOption where Value == Duration? {
  /// How long a closed socket keeps trying to send what it holds; nil means for ever.
  public static var linger: Self { Self(ZMQ_LINGER, "LINGER") }
  /// How long a send may wait; nil means for ever.
  public static var sendTimeout: Self { Self(ZMQ_SNDTIMEO, "SNDTIMEO") }
  /// How long a receive may wait; nil means for ever.
  public static var receiveTimeout: Self { Self(ZMQ_RCVTIMEO, "RCVTIMEO") }
}

extension SocketOption where Value == Int64 {
  /// Largest message accepted from a peer, in bytes; -1 means any.
  public static var maximumMessageSize: Self { Self(ZMQ_MAXMSGSIZE, "MAXMSGSIZE") }
}

extension SocketOption where Value == [UInt8] {
  /// The identity a ROUTER will know this socket by: 1 to 255 bytes, not starting with 0.
  public static var routingIdentity: Self { Self(ZMQ_ROUTING_ID, "ROUTING_ID") }
  /// This end's public key, printed.
  public static var curvePublicKey: Self { Self(ZMQ_CURVE_PUBLICKEY, "CURVE_PUBLICKEY") }
  /// This end's secret key, printed.
  public static var curveSecretKey: Self { Self(ZMQ_CURVE_SECRETKEY, "CURVE_SECRETKEY") }
  /// The public key that the server has to prove it belongs to, printed.
  public static var curveServerKey: Self { Self(ZMQ_CURVE_SERVERKEY, "CURVE_SERVERKEY") }
  /// What whoever authenticates peers is told that they want to reach.
  public static var authenticationDomain: Self { Self(ZMQ_ZAP_DOMAIN, "ZAP_DOMAIN") }
  /// Prefix of the messages a SUB socket wants.
  public static var subscribe: Self { Self(ZMQ_SUBSCRIBE, "SUBSCRIBE") }
  /// Prefix of the messages a SUB socket no longer wants.
  public static var unsubscribe: Self { Self(ZMQ_UNSUBSCRIBE, "UNSUBSCRIBE") }
}

extension SocketOption where Value == String {
  /// The endpoint last bound or connected, with the port the system chose.
  public static var lastEndpoint: Self { Self(ZMQ_LAST_ENDPOINT, "LAST_ENDPOINT") }
}
