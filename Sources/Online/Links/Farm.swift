import ZeroMQ

/// The builder's end of the farm: a ROUTER to which workers connect and ask for work.
///
/// Workers come and go during a run: whoever asks for work under a name of the farm has joined. What comes from anybody
/// else, or makes no sense, is dropped and counted; it can neither end a run nor change what becomes of an event.
package final class Farm {
  package enum Request {
    /// A worker can take more batches; `done` is the batch it has finished, if that is why.
    case credits(worker: Int, count: Int, done: UInt64?)
    /// A worker has finished for good.
    case ended(worker: Int)
  }

  private struct Seat {
    let name: String
    let identity: Frame
    var reader: MessageReader
    var writer = MessageWriter()
    var state = State.working

    enum State { case working, lost, ended }
  }

  package static let stage = "farm"
  private let socket: Socket
  private let network: Network
  private var seats: [Seat] = []
  private var numbers: [String: Int] = [:]
  private var expected: Set<String>
  private var dead: Set<String> = []
  private var isEnding = false
  /// Messages of nobody the farm knows, or without meaning, that were dropped.
  package private(set) var strays = 0

  /// A farm that waits for the workers with the given names before it may end; others may join them.
  package init(workers names: [String], network: Network) throws {
    expected = Set(names)
    self.network = network
    var socket = try network.socket(.router)
    try socket.set(.routerMandatory, to: true)
    try network.bind(&socket, as: Self.stage)
    self.socket = socket
  }

  /// Whether every worker the farm waits for has joined or is known to be lost.
  package var hasEverybody: Bool { expected.isEmpty }

  /// Whether nobody is left who could take work.
  package var isDeserted: Bool { expected.isEmpty && !seats.contains { $0.state == .working } }

  /// Whether every worker that is not lost has finished.
  package var hasEnded: Bool { seats.allSatisfy { $0.state != .working } }

  /// The name of a worker.
  package func name(of worker: Int) -> String { seats[worker].name }

  /// Adds the workers' requests to a poller.
  package func watch(in poller: inout Poller) -> Int { poller.add(socket) }

  /// The next request, if one is there.
  package func tryReceive() throws -> Request? {
    while let frames = try socket.tryReceiveFrames() {
      guard let request = request(frames) else {
        strays += 1
        continue
      }
      // One that was thought to be lost and comes back at the end is sent home like the others.
      if isEnding, case .credits(let worker, _, _) = request { try sendEnd(to: worker) }
      return request
    }
    return nil
  }

  private func request(_ frames: [Frame]) -> Request? {
    guard let identity = frames.first, let name = identity.text, WorkerName.isValid(name),
      network.isGenuine(frames, from: name)
    else { return nil }
    var reader = numbers[name].map { seats[$0].reader } ?? MessageReader(link: "\(name) -> \(Self.stage)")
    guard let message = try? reader.read(frames.dropFirst()) else { return nil }
    switch message {
    case .credit(let granted, let done):
      guard granted > 0, granted <= WorkerName.mostCredits else { return nil }
      guard let worker = join(name, identity, reader) else { return nil }
      return .credits(worker: worker, count: granted, done: done > 0 ? done - 1 : nil)
    case .ended:
      guard let worker = numbers[name] else { return nil }
      if seats[worker].state == .working { seats[worker].state = .ended }
      return .ended(worker: worker)
    default: return nil
    }
  }

  /// A worker that asks for work is there, also one that was thought to be lost.
  /// - Returns: nil for the last words of one that is dead.
  private func join(_ name: String, _ identity: Frame, _ reader: MessageReader) -> Int? {
    guard !dead.contains(name) else { return nil }
    expected.remove(name)
    if let worker = numbers[name] {
      seats[worker].state = .working
      return worker
    }
    numbers[name] = seats.count
    seats.append(Seat(name: name, identity: identity, reader: reader))
    return seats.count - 1
  }

  /// Hands a batch to a worker that has asked for one.
  /// - Returns: false if the worker is not there any more.
  package func send(_ header: MessageHeader, _ parts: [MessageWriter.Part], to worker: Int) throws -> Bool {
    for message in try seats[worker].writer.messages(header: header, parts: parts) {
      guard try deliver(message, to: worker) else { return false }
    }
    return true
  }

  private func deliver(_ frames: [Frame], to worker: Int) throws -> Bool {
    try socket.sendIfReachable([seats[worker].identity] + frames)
  }

  /// A worker is lost, and nobody waits for it any longer.
  /// - Parameter isForGood: whether it can never come back, whatever messages of it are still on the way.
  /// - Returns: its number; nil if it had not joined, or was lost already.
  package func lose(_ name: String, isForGood: Bool) -> Int? {
    expected.remove(name)
    if isForGood { dead.insert(name) }
    guard let worker = numbers[name], seats[worker].state == .working else { return nil }
    seats[worker].state = .lost
    return worker
  }

  /// Tells every worker that no more work comes.
  package func sendEnd() throws {
    isEnding = true
    for worker in seats.indices where seats[worker].state == .working { try sendEnd(to: worker) }
  }

  private func sendEnd(to worker: Int) throws {
    let end = [Frame(try Message(MessageHeader(.end).encoded()))]
    if try !deliver(end, to: worker) { seats[worker].state = .lost }
  }
}
