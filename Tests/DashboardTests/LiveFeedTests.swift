import Dashboard
import Online
import Testing

/// What the page is fed with. The server itself is asked by a browser in the tests of the command line, where it has a process of its own:
/// here tests that block would take the threads from under it.
@Suite("Feed of the dashboard")
struct LiveFeedTests {
  @Test("listeners that never read cost the run nothing, too many are refused, and the end reaches all")
  func listeners() async throws {
    let feed = LiveFeed()
    let streams = (0..<LiveFeed.maximumListeners).compactMap { _ in feed.listen() }
    #expect(streams.count == LiveFeed.maximumListeners)
    #expect(feed.listen() == nil)
    for step in 1...200 { try feed.post(ExampleRun.status(after: Double(step))) }
    feed.finish()
    for stream in streams {
      var frames = 0
      for await frame in stream {
        frames += 1
        #expect(frame.contains("\"elapsed_s\":200"))
      }
      #expect(frames == 1, "only the newest is kept")
    }
  }

  @Test("the history begins anew with a new run and is bounded")
  func history() throws {
    let feed = LiveFeed()
    for step in 1...3000 { try feed.post(ExampleRun.status(after: Double(step))) }
    #expect(try feed.history().count(of: "\"time\"") <= LiveFeed.historyLength)
    try feed.post(ExampleRun.status(after: 0.5))
    #expect(try feed.history().count(of: "\"time\"") == 1)
  }

  @Test(
    "addresses are a port, a host with a port, or nothing",
    arguments: [
      ("8470", "http://127.0.0.1:8470/"), ("0.0.0.0:80", "http://0.0.0.0:80/"), ("[::1]:8470", "http://[::1]:8470/"),
      ("pit.example:1", "http://pit.example:1/"), ("::1:80", nil), (":80", nil), ("pit", nil), ("pit:70000", nil),
      ("", nil),
    ] as [(String, String?)])
  func addresses(text: String, expected: String?) {
    #expect(DashboardAddress(text)?.description == expected)
  }
}

extension String {
  fileprivate func count(of part: String) -> Int { components(separatedBy: part).count - 1 }
}
