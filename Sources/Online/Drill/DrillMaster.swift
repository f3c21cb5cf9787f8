import Foundation
import Glibc
import Statistics
import ZeroMQ

/// Makes drills on a plan and compares each with a run that nobody disturbs.
public struct DrillMaster {
  private let plan: RunPlan
  private let program: String
  private let folder: URL
  private let seed: UInt64
  /// How often a fault is repeated in a run.
  private let count: Int

  /// - Parameters:
  ///   - program: the executable whose `run` command runs the plan.
  ///   - folder: an empty folder for outputs, which is the caller's to remove.
  ///   - seed: chooses the moments and the victims.
  ///   - count: how many workers are killed in one run.
  /// - Throws: ``ReplayError/invalidArgument(name:found:expected:)`` for a plan whose stages are no processes.
  public init(_ plan: RunPlan, program: String, folder: URL, seed: UInt64, count: Int) throws {
    guard plan.endpoints.hasProcesses else {
      throw ReplayError.invalidArgument(
        name: "endpoints", found: "inproc", expected: "stages that are processes, such as 'endpoints: ipc:///folder'")
    }
    self.plan = plan
    self.program = program
    self.folder = folder
    self.seed = seed
    self.count = count
  }

  /// Makes drills, one after the other.
  /// - Parameter done: called with each verdict.
  /// - Throws: ``ReplayError`` when the plan does not even run undisturbed.
  public func run(_ drills: [Drill], done: (DrillVerdict) throws -> Void) throws {
    let undisturbed = try DrilledRun(plan, program: program, folder: folder.appending(path: "undisturbed"))
    guard undisturbed.finish().status == 0, let expected = undisturbed.report else {
      throw ReplayError.stageRefused(reason: "the plan does not run undisturbed: \(undisturbed.log)")
    }
    for drill in drills {
      let run = try DrilledRun(plan, program: program, folder: folder.appending(path: drill.rawValue))
      var random = CounterRandom(
        seed: seed, experiment: 0, run: 0, event: UInt64(drill.rawValue.utf8.count), purpose: Self.purpose)
      var faults: [String] = []
      var problems = try disturb(run, drill, events: expected.run.events, &random, &faults)
      let end = run.finish()
      problems += judge(run, drill, status: end.status, undisturbed, expected, faults)
      try done(
        DrillVerdict(
          drill: drill.rawValue, passed: problems.isEmpty, faults: faults, problems: problems, seconds: end.seconds,
          events: run.report?.run.events ?? 0, batchesReturned: run.report?.farm.batchesReturned ?? 0))
    }
  }

  private static let purpose = RandomPurpose(named: "drill")

  // MARK: Faults

  /// Disturbs a run.
  /// - Returns: what kept the fault from being made.
  private func disturb(
    _ run: DrilledRun, _ drill: Drill, events: Int, _ random: inout CounterRandom, _ faults: inout [String]
  ) throws -> [String] {
    for fault in 0..<(drill == .killWorker ? count : 1) {
      // Somewhere in the first two thirds, so that there is something left to be lost.
      let share = (Double(fault) + random.uniform()) / Double(drill == .killWorker ? count : 1)
      guard let status = try run.wait(forDecisions: Int(Double(events) * 0.67 * share)) else {
        return fault == 0 ? ["the run had ended before the fault could be made"] : []
      }
      let candidates = status.stages.filter { stage in
        stage.state == "running" && stage.silentFor != nil
          && WorkerName.isValid(stage.stage) == (drill == .killWorker || drill == .stopWorker)
      }
      switch drill {
      case .pause:
        try run.tell(.pause)
        try wait { try run.status()?.state == .paused || !run.isRunning }
        try run.tell(.resume)
        faults.append("paused and resumed")
      case .hostileMessages: faults += try sendNonsense(run: status.run, &random)
      case .killWorker, .stopWorker, .stopStage, .killStage:
        guard !candidates.isEmpty else { continue }
        let victim = candidates[Int(random.next() % UInt64(candidates.count))]
        if drill == .killWorker || drill == .killStage {
          kill(victim.process, SIGKILL)
          faults.append("\(victim.stage): process \(victim.process) was killed by signal 9")
        } else {
          kill(victim.process, SIGSTOP)
          faults.append("\(victim.stage): nothing heard")
          try wait { run.log.contains("\(victim.stage): nothing heard") || !run.isRunning }
          kill(victim.process, SIGCONT)
        }
      }
    }
    return faults.isEmpty ? ["no stage was there for the fault"] : []
  }

  private func wait(until isReached: () throws -> Bool) throws {
    while try !isReached() { usleep(5000) }
  }

  /// Sends nonsense to the input of every stage, and to run control.
  private func sendNonsense(run: Int, _ random: inout CounterRandom) throws -> [String] {
    let context = try Context()
    var messages = 0
    // Which configuration the run has is part of its sockets' names; it is the first of a process tree.
    for input in Endpoints.inputs where plan.endpoints.address(of: input) != .inproc {
      var socket = try Socket(.dealer, in: context)
      try socket.set(.linger, to: .milliseconds(200))
      try socket.connect(plan.endpoints.endpoint(of: input, run: input == RunControl.stage ? 0 : 1))
      for _ in 0..<20 {
        let frames = try (0...Int(random.next() % 4)).map { _ in
          Frame(try Message((0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }))
        }
        try socket.send(MultipartMessage(frames))
        messages += 1
      }
    }
    return ["\(messages) messages of strangers"]
  }

  // MARK: Verdict

  private func judge(
    _ run: DrilledRun, _ drill: Drill, status: Int32, _ undisturbed: DrilledRun, _ expected: DrilledRun.Report,
    _ faults: [String]
  ) -> [String] {
    var problems: [String] = []
    func check(_ isGood: Bool, _ problem: String) { if !isGood { problems.append(problem) } }
    for fault in faults where drill != .pause && drill != .hostileMessages {
      check(run.log.contains(fault), "the log does not name the fault '\(fault)'")
    }
    guard drill.isSurvived else {
      check(status == 1, "exit status \(status), not 1")
      for name in ["accepted.arrow", "verdicts.arrow"] {
        guard let partial = run.bytes(name + ".partial"), let whole = undisturbed.bytes(name) else {
          problems.append("no \(name).partial was left")
          continue
        }
        // Times are in the verdicts, so that only their events are compared, by the decisions above.
        guard name == "accepted.arrow" else { continue }
        check(whole.starts(with: partial), "\(name).partial is not the beginning of what would have been written")
      }
      return problems
    }
    check(status == 0, "exit status \(status): \(run.log.split(separator: "\n").last ?? "")")
    guard let found = run.report else { return problems + ["no report"] }
    check(found.run.condition == "good", "the run was \(found.run.condition)")
    check(found.ledger.balanced, "the ledger does not balance")
    check(found.run.events == expected.run.events, "\(found.run.events) events, not \(expected.run.events)")
    check(
      found.run.decisionHash == expected.run.decisionHash,
      "decisions \(found.run.decisionHash), not \(expected.run.decisionHash)")
    check(run.bytes("accepted.arrow") == undisturbed.bytes("accepted.arrow"), "other bytes in accepted.arrow")
    if drill == .hostileMessages && plan.keys == nil {
      check(found.farm.strayMessages > 0, "no message of strangers was counted")
    }
    return problems
  }
}
