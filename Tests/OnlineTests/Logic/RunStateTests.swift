import Online
import Testing

@Suite("States of run control")
struct RunStateTests {
  /// What each command leads to in each state: `act`, `done`, or nothing for a refusal.
  private static let table: [RunRequest: [RunState: RunState.Reaction]] = [
    .configure: [.idle: .act, .configured: .act, .error: .act],
    .start: [.configured: .act, .running: .done],
    .pause: [.running: .act, .paused: .done],
    .resume: [.paused: .act, .running: .done],
    .prescale: [.running: .act, .paused: .act],
    .stop: [.running: .act, .paused: .act, .idle: .done, .configured: .done, .stopping: .done, .error: .done],
    .abort: [.running: .act, .paused: .act, .stopping: .act, .idle: .done, .configured: .done, .error: .done],
    .shutdown: [.idle: .act, .configured: .act, .running: .act, .paused: .act, .stopping: .act, .error: .act],
  ]

  @Test(
    "every command in every state is carried out, is so already, or is refused with a reason",
    arguments: RunRequest.allCases)
  func reactions(_ command: RunRequest) throws {
    let expected = try #require(Self.table[command])
    for state in RunState.allCases {
      let reaction = state.reaction(to: command)
      if let wanted = expected[state] {
        #expect(reaction == wanted, "\(command) in \(state)")
      } else if case .refuse(let reason) = reaction {
        #expect(!reason.isEmpty)
      } else {
        Issue.record("\(command) in \(state): \(reaction)")
      }
    }
  }

  @Test("a command given twice does no more than once")
  func idempotent() {
    let after: [RunRequest: RunState] = [
      .start: .running, .pause: .paused, .resume: .running, .stop: .configured, .abort: .configured,
    ]
    for (command, state) in after {
      #expect(state.isReached(by: command))
      #expect(state.reaction(to: command) == .done, "\(command)")
    }
  }
}
