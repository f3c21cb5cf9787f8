import Glibc

/// What run control does when it is told something.
extension RunControl {
  /// Takes a command, or says why not.
  func take(_ message: ControlMessage) throws -> RunStatus {
    var answer = status
    guard let command = message.command else { return answer }
    if !options.staysIdle && (command == .configure || command == .start) {
      answer.refusal = "this plan makes a single run; 'sluice run --stay' waits for commands"
      return answer
    }
    if let pending, [.configure, .start].contains(command) {
      answer.refusal = pending.command == command ? nil : "\(pending.command.rawValue) is still being carried out"
      return answer
    }
    switch state.reaction(to: command) {
    case .refuse(let reason): answer.refusal = "\(command.rawValue): \(reason)"
    case .done: break
    case .act:
      answer.refusal = try act(on: message, command)
      answer.pending = pending?.command
    }
    return answer
  }

  /// - Returns: why not.
  private func act(on message: ControlMessage, _ command: RunRequest) throws -> String? {
    switch command {
    case .configure, .start:
      pending = Pending(command: command, menu: message.menu, prescaleColumn: message.prescaleColumn)
    case .shutdown: isLeaving = true
    case .pause, .resume:
      guard let run else { return nil }
      pending = Pending(command: command)
      run.supervisor.pause(command == .pause)
      try tell(SourceStage.stage, ControlOrder(command == .pause ? .pause : .resume))
    case .prescale:
      guard let run else { return nil }
      guard let column = message.prescaleColumn, let version = versions.firstIndex(of: column) else {
        return
          "prescales can change to \(versions.joined(separator: ", ")); 'prescale_columns' in the plan says to which"
      }
      pending = Pending(command: command, prescaleColumn: column)
      run.supervisor.usePrescales(version)
      var order = ControlOrder(.prescale)
      order.version = version
      try tell(Level1Stage.stage, order)
    case .stop: run?.configuration.stop.request()
    case .abort:
      run?.configuration.stop.request()
      if let run { try abort(run) }
    }
    return nil
  }

  /// The columns of prescales by version.
  private var versions: [String] { [configured.prescaleColumn ?? "menu"] + configured.otherPrescaleColumns }

  /// Notices that a stage has done what it was told.
  func noteCommands(_ run: RunUnderWay) {
    let reports = tree.reports
    let isPaused = run.supervisor.isPaused || reports.contains { $0.isPaused == true }
    if state == .running && isPaused { enter(.paused) }
    if state == .paused && !isPaused { enter(.running) }
    let now = reports.compactMap(\.prescaleVersion).first ?? run.supervisor.prescaleVersion
    if now != prescaleVersion {
      prescaleVersion = now
      log("prescales of column \(versions[min(now, versions.count - 1)])")
    }
    guard let pending else { return }
    switch pending.command {
    case .pause where state != .running, .resume where state != .paused: self.pending = nil
    case .prescale where versions.firstIndex(of: pending.prescaleColumn ?? "") == prescaleVersion: self.pending = nil
    case .prescale where state == .stopping: self.pending = nil
    default: break
    }
  }

  /// How everything is getting on.
  var status: RunStatus {
    let now = RunClock.monotonic()
    let threads = (run?.stages ?? []).filter(plan.endpoints.isThread)
    var all = threads.map {
      RunStatus.Stage(stage: $0, state: state.rawValue, process: getpid(), silentFor: nil)
    }
    all += tree.all.compactMap { tree[$0] }.map { member in
      RunStatus.Stage(
        stage: member.stage, state: member.state.rawValue, process: member.process ?? 0,
        silentFor: Double(now - member.lastHeard) / 1e6)
    }
    let column = prescaleVersion == 0 ? configured.prescaleColumn : versions[min(prescaleVersion, versions.count - 1)]
    let reports = tree.reports
    var status = RunStatus(
      plan: plan.name, menu: run?.configuration.audience.menu ?? RunStatus.Menu(name: "", hash: ""),
      prescaleColumn: column, state: state, run: run?.number ?? nextNumber, elapsed: Double(run?.elapsed ?? 0) / 1e9,
      stages: all, ledger: run?.ledger(with: reports) ?? Ledger(stages: [], handovers: []),
      failures: (run?.supervisor.failures ?? []) + reports.flatMap(\.failures),
      farm: run?.farm(with: reports) ?? FarmSummary(), figures: run?.figures(with: reports) ?? LiveFigures())
    status.pending = pending?.command
    status.ended = ended
    status.condition = lastCondition
    return status
  }
}
