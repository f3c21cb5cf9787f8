import Foundation
import Synchronization
import ZeroMQ

/// Decides who may connect to the inputs of a process: answers the questions that libzmq asks before it completes an encrypted
/// connection (ZeroMQ RFC 27, ZAP). It ends with its context.
final class Authenticator: Sendable {
  private let refusals = Atomic<Int>(0)

  /// Connections that were refused.
  var refused: Int { refusals.load(ordering: .relaxed) }

  init(_ keys: KeyRing, context: Context) throws {
    var socket = try Socket(.router, in: context)
    try socket.set(.linger, to: .zero)
    try socket.bind("inproc://zeromq.zap.01")
    let questions = UncheckedTransfer(QuestionSocket(socket))
    let thread = Thread { [weak self] in
      while let frames = try? questions.value.socket.receiveFrames() {
        let role = Self.answer(frames, keys)
        if role == nil { self?.refusals.add(1, ordering: .relaxed) }
        let words = [role == nil ? "400" : "200", role == nil ? "unknown key" : "", role ?? "", ""]
        // Whom to answer, version and request go back as they came.
        guard frames.count > 4, let answer = try? words.map({ Frame(try Message($0)) }),
          (try? questions.value.socket.send(MultipartMessage(Array(frames[..<4]) + answer))) != nil
        else { continue }
      }
    }
    thread.start()
  }

  /// Who asks for a connection, if it may have it.
  private static func answer(_ frames: [Frame], _ keys: KeyRing) -> String? {
    // Whom to answer, an empty frame, then version, request, domain, address, identity, mechanism, key.
    guard frames.count == 9, frames[2].text == "1.0", frames[7].text == "CURVE", let input = frames[4].text,
      let role = keys.role(of: frames[8].array), KeyRing.admitted(to: input).contains(role)
    else { return nil }
    return role
  }
}

/// A socket that a closure can hold.
private final class QuestionSocket {
  let socket: Socket
  init(_ socket: consuming Socket) { self.socket = socket }
}
