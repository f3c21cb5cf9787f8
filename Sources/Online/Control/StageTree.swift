/// The stages in processes of their own, in the order in which they came.
struct StageTree {
  private(set) var members: [String: StageMember] = [:]
  private(set) var all: [String] = []
  /// How many workers each place of the farm has had before.
  private var incarnations: [Int: Int] = [:]
  private var failedStarts: [Int: Int] = [:]

  /// How often in a row the process in a worker's place may die before it has begun.
  private static let mostFailedStarts = 3

  subscript(stage: String) -> StageMember? {
    get { members[stage] }
    set {
      if newValue == nil { all.removeAll { $0 == stage } } else if members[stage] == nil { all.append(stage) }
      members[stage] = newValue
    }
  }

  /// What the stages said last.
  var reports: [StageReport] { all.compactMap { members[$0]?.report } }

  /// Keeps the stages that can take part in another run, and ends all others.
  mutating func keep(_ wanted: [String]) {
    for stage in all {
      guard var member = members[stage] else { continue }
      guard wanted.contains(stage), member.isReusable else {
        kill(stage)
        self[stage] = nil
        continue
      }
      member.state = .starting
      member.report = nil
      member.hasBegun = false
      members[stage] = member
    }
    incarnations.removeAll()
    failedStarts.removeAll()
  }

  /// The name of a worker that takes the place of one that died.
  /// - Returns: nil when too many in its place have died before they had begun.
  mutating func successor(of member: StageMember) -> String? {
    let number = Int(member.stage.dropFirst(WorkerStage.stage.count + 1).prefix { $0 != "+" }) ?? 0
    failedStarts[number] = member.hasBegun ? 0 : failedStarts[number, default: 0] + 1
    guard failedStarts[number, default: 0] < Self.mostFailedStarts else { return nil }
    incarnations[number, default: 0] += 1
    return WorkerName.of(number, incarnation: incarnations[number] ?? 1)
  }

  /// Ends the process of a stage, if it was started here.
  mutating func kill(_ stage: String) {
    guard let member = members[stage], member.isRunning, let child = member.child else { return }
    child.kill()
    members[stage]?.isRunning = false
  }

  /// Ends all processes that were started here.
  mutating func killAll() { for stage in all { kill(stage) } }
}
