import ZeroMQ

/// How run control talks to the stages in processes of their own, and looks after them.
extension RunControl {
  /// Starts the process of a stage.
  func start(_ stage: String) throws {
    let call = ["stage", stage, "--plan", plan.file, "--parent", "\(ChildProcess.current)"]
    tree[stage] = StageMember(
      stage: stage, child: try ChildProcess(options.program, call + (options.force ? ["--force"] : [])))
  }

  func tell(_ stage: String, _ order: ControlOrder) throws {
    guard let peer = tree[stage]?.peer else { return }
    try desk.send(order, to: peer)
  }

  /// Tells a stage what the next run is about.
  func sendConfiguration(to stage: String) throws {
    guard let order else { return }
    var configure = ControlOrder(.configure)
    configure.run = order
    tree[stage]?.state = .starting
    try tell(stage, configure)
  }

  func sendStart(to stage: String) throws {
    guard let run else { return }
    var start = ControlOrder(.start)
    start.serial = run.serial
    start.origin = RunClock.monotonic() - run.elapsed
    tree[stage]?.state = .running
    tree[stage]?.hasBegun = true
    try tell(stage, start)
  }

  /// Takes in what stages and others say, and looks after the processes.
  func attend(within time: Duration) throws {
    var wait = time
    while let (peer, message) = try desk.receive(within: wait) {
      wait = .zero
      switch message.kind {
      case .status: try desk.send(status, to: peer)
      case .command: try desk.send(try take(message), to: peer)
      case .hello, .configured, .report, .finished, .failed:
        guard peer.text == message.stage else { continue }
        try hear(message, from: peer)
      }
    }
    for stage in tree.all { try look(after: stage) }
  }

  // MARK: What stages say

  private func hear(_ message: ControlMessage, from peer: Frame) throws {
    let stage = message.stage
    if message.kind == .hello { return try welcome(message, from: peer) }
    guard let member = tree[stage] else { return }
    if member.isSilent { log("\(stage): heard again") }
    tree[stage]?.hear(at: RunClock.monotonic())
    try desk.send(ControlOrder(.alive), to: peer)
    guard let run, message.serial == run.serial else { return }
    switch message.kind {
    case .configured:
      tree[stage]?.state = .configured
      if run.origin != nil { try sendStart(to: stage) }
    case .report:
      guard let report = message.report else { return }
      tree[stage]?.report = report
      if !report.failures.isEmpty && run.origin != nil { try stop(run) }
    case .finished:
      tree[stage]?.state = .finished
      if let found = message.findings { run.collected.merge(found) }
    case .failed:
      tree[stage]?.state = .failed
      let reason = "\(stage): \(message.reason ?? "no reason given")"
      if !run.hasAborted { log(reason) }
      guard !member.isWorker || message.isRefusal == true else { return }
      if message.isRefusal == true && run.refusal == nil { run.refusal = message.reason }
      if run.breakdown == nil, !run.hasAborted { run.breakdown = reason }
    default: break
    }
  }

  /// A stage is there. Those that run control has started are expected; others may come if the plan says so.
  private func welcome(_ message: ControlMessage, from peer: Frame) throws {
    let stage = message.stage
    if let member = tree[stage] {
      if member.state == .running, member.process != message.process {
        // Started anew by somebody else while its run was on: what it knew is lost.
        try lose(
          member, .unreachable, "its process \(member.process ?? 0) is gone, \(message.process ?? 0) is in its place")
        tree[stage]?.state = .starting
      }
    } else {
      guard !plan.startsStages, isKnown(stage) else { return }
      var member = StageMember(stage: stage, child: nil)
      member.state = .idle
      tree[stage] = member
    }
    tree[stage]?.peer = peer
    tree[stage]?.process = message.process
    tree[stage]?.isRunning = true
    tree[stage]?.hear(at: RunClock.monotonic())
    try desk.send(ControlOrder(.alive), to: peer)
    if let state = tree[stage]?.state, [.starting, .idle, .lost].contains(state) { try sendConfiguration(to: stage) }
  }

  private func isKnown(_ stage: String) -> Bool {
    guard !plan.endpoints.isThread(stage) else { return false }
    return WorkerName.isValid(stage) || StageProcess.isStage(stage)
  }

  // MARK: What becomes of them

  /// Notices that a process has died or has not been heard of.
  private func look(after stage: String) throws {
    guard let member = tree[stage], member.isRunning else { return }
    if let end = member.child?.reap() {
      tree[stage]?.isRunning = false
      let isExpected = member.state == .finished || (member.state == .failed && !member.isWorker)
      guard !isExpected else { return }
      tree[stage]?.state = .lost
      return try lose(member, end.loss, "process \(member.process ?? 0) \(end)")
    }
    let silence = Double(RunClock.monotonic() - member.lastHeard) / 1e6
    guard member.state == .running, silence > plan.silenceLimit else { return }
    let reason = "nothing heard for \(Int(plan.silenceLimit)) ms"
    if !member.isSilent {
      tree[stage]?.isSilent = true
      // Others cannot be replaced: the run waits for them.
      if member.isWorker { try lose(member, .silent, reason) } else { log("\(stage): \(reason); the run waits") }
    } else if member.child == nil, !member.isWorker, silence > Self.absence * plan.silenceLimit {
      // Nobody here can tell whether a process of another host has died.
      tree[stage]?.state = .lost
      tree[stage]?.isRunning = false
      try lose(member, .unreachable, "nothing heard for \(Int(Self.absence * plan.silenceLimit)) ms")
    }
  }

  /// After how many times the limit of silence a stage that somebody else has started counts as gone.
  private static let absence = 10.0

  private func lose(_ member: StageMember, _ loss: WorkerLoss, _ reason: String) throws {
    guard let run, !run.hasAborted, !(run.origin != nil && isOver(run)) else { return }
    log("\(member.stage): \(reason)")
    guard member.isWorker else {
      if run.breakdown == nil { run.breakdown = "\(member.stage): \(reason)" }
      return
    }
    if plan.endpoints.isThread(BuilderStage.stage) {
      run.supervisor.lose(worker: member.stage, loss)
    } else {
      var order = ControlOrder(.lose)
      order.worker = member.stage
      order.loss = loss
      try tell(BuilderStage.stage, order)
    }
    guard loss.isForGood, plan.replacesWorkers, plan.startsStages else { return }
    guard let successor = tree.successor(of: member) else {
      return log("\(member.stage): too many workers in its place died before they began; not replaced")
    }
    try start(successor)
  }

  /// Ends the workers that have not come to an end with the run: those that came too late, and those that hang.
  func endStragglers(_ run: RunUnderWay) throws {
    func stragglers() -> [String] {
      tree.all.filter { stage in
        guard let member = tree[stage] else { return false }
        return member.isWorker && member.isRunning && [.starting, .configured, .running].contains(member.state)
      }
    }
    for stage in stragglers() {
      // Who has not begun has nothing to say.
      if tree[stage]?.state != .running { tree.kill(stage) }
      try tell(stage, ControlOrder(.abort))
    }
    let lost = Set(run.farm(with: tree.reports).lost.map(\.worker))
    let deadline = RunClock.monotonic() + Self.farewellTime
    while RunClock.monotonic() < deadline {
      let left = stragglers()
      for stage in left where lost.contains(stage) { tree.kill(stage) }
      if left.isEmpty { return }
      try attend(within: .milliseconds(10))
    }
    for stage in stragglers() { tree.kill(stage) }
  }
}
