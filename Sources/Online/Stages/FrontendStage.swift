/// One detector's readout: what it sends level 1 and the builder.
struct FrontendPlan: Sendable, Equatable, Codable {
  /// The detector's name, and that of its column; `truth` for what no decision reads.
  let name: String
  /// The columns this frontend carries besides the key.
  let columns: [String]
  /// Whether level 1 looks at this detector.
  let feedsLevel1: Bool

  var stage: String { "frontend.\(name)" }

  /// The frontends of a stream with the given columns.
  static func plans(for columns: [String]) -> [FrontendPlan] {
    let known = ["cdc", "svd", "ecl", "klm", "pid"]
    var plans = known.filter(columns.contains).map { name in
      FrontendPlan(name: name, columns: [name], feedsLevel1: ["cdc", "ecl", "klm"].contains(name))
    }
    // Truth and columns this version does not know travel beside the detectors, unseen by level 1.
    let added: Set<String> = ["event", "l1", "hlt", "reco"]
    let rest = columns.filter { !known.contains($0) && !added.contains($0) }
    if !rest.isEmpty || plans.isEmpty {
      plans.append(FrontendPlan(name: "truth", columns: rest, feedsLevel1: false))
    }
    return plans
  }
}

/// Sends one detector's fragments to level 1 and the builder, without looking into them.
struct FrontendStage {
  let plan: FrontendPlan
  let environment: StageEnvironment

  func run() throws {
    let counter = environment.ledger[plan.stage]
    let inbox = try Inbox(
      of: plan.stage, senders: [(SourceStage.stage, environment.credits.link)], network: environment.network)
    let builder = try Outbox(from: plan.stage, to: BuilderStage.stage, network: environment.network)
    let level1 =
      plan.feedsLevel1 ? try Outbox(from: plan.stage, to: Level1Stage.stage, network: environment.network) : nil
    while true {
      switch try inbox.receive() {
      case .batch(let sender, let batch):
        counter.enter(batch.events)
        counter.leave(passed: batch.events)
        let parts = batch.header.parts.indices.map { MessageWriter.Part.received(batch, part: $0) }
        try level1?.send(batch.header, parts)
        try builder.send(batch.header, parts)
        try inbox.release(sender: sender)
      case .end:
        try level1?.sendEnd()
        try builder.sendEnd()
        try level1?.waitForEnd()
        try builder.waitForEnd()
        try inbox.acknowledgeEnd()
        environment.supervisor.noteFarm { $0.strayMessages += inbox.strays }
        return
      }
    }
  }
}
