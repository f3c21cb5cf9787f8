// What Scripts/check-leaks.sh runs under the leak sanitizer: everything in ZeroMQ that owns memory, used in every way
// that gives it back. With the argument "plant" one lent buffer is never given back, and the sanitizer has to find it.
import ZeroMQ

final class LentBuffer {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 64)
  init() { bytes.initializeMemory(as: UInt8.self, repeating: 1) }
  deinit { bytes.deallocate() }
}

func exchange(over endpoint: String) throws {
  let context = try Context()
  var router = try Socket(.router, in: context)
  let bound = try router.bind(endpoint)
  var dealer = try Socket(.dealer, in: context)
  try dealer.connect(bound)
  for number in 0..<200 {
    let buffer = LentBuffer()
    var message = MultipartMessage()
    message.append(try Message("header \(number)"))
    message.append(try Message(lending: UnsafeRawBufferPointer(buffer.bytes), of: buffer))
    message.append(try Message(count: 100))
    try dealer.send(message)
  }
  // A third stays in the queues and is released with the sockets.
  for _ in 0..<130 {
    let frames = try router.receiveFrames()
    guard frames.count == 4, frames[2].bytes[999] == 1 else { fatalError("a message arrived changed") }
    try router.send(MultipartMessage([frames[0], frames[2]]))
  }
  var poller = Poller()
  poller.add(dealer)
  while try poller.wait(for: .milliseconds(50)) > 0 {
    while try dealer.tryReceiveFrames() != nil {}
  }
  try dealer.set(.linger, to: .zero)
  try router.set(.linger, to: .zero)
  // Refusals free what they were given.
  do { try router.bind("nonsense") } catch {}
  do { try router.connect("telepathy://nowhere") } catch {}
}

@inline(never)
func plantLeak() {
  _ = Unmanaged.passRetained(LentBuffer())
}

try exchange(over: "inproc://leak-check")
try exchange(over: "tcp://127.0.0.1:*")
if CommandLine.arguments.contains("plant") {
  for _ in 0..<3 { plantLeak() }
}
