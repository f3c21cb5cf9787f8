extension LedgerBook {
  /// The ledger of a run with the given frontends.
  convenience init(frontends: [FrontendPlan]) {
    let readout = frontends.map(\.stage)
    var handovers: [Handover] = []
    for (frontend, plan) in zip(readout, frontends) {
      handovers.append(Handover(SourceStage.stage, .passed, to: frontend))
      if plan.feedsLevel1 { handovers.append(Handover(frontend, .passed, to: Level1Stage.stage)) }
      handovers.append(Handover(frontend, .passed, to: BuilderStage.stage))
    }
    handovers += [
      Handover(Level1Stage.stage, .entered, to: BuilderStage.stage),
      Handover(BuilderStage.stage, .passed, to: WorkerStage.stage),
      Handover(BuilderStage.stage, .entered, to: CollectorStage.stage),
      Handover(WorkerStage.stage, .passed, to: CollectorStage.stage, .passed),
      Handover(CollectorStage.stage, .passed, to: ReconstructionStage.stage),
      Handover(ReconstructionStage.stage, .passed, to: StorageStage.stage),
      Handover(ReconstructionStage.stage, .passed, to: MonitorStage.stage),
      Handover(CollectorStage.stage, .entered, to: StorageStage.verdictStage),
    ]
    self.init(
      stages: [SourceStage.stage] + readout + [
        Level1Stage.stage, BuilderStage.stage, WorkerStage.stage, CollectorStage.stage, ReconstructionStage.stage,
        StorageStage.stage, StorageStage.verdictStage, MonitorStage.stage,
      ], handovers: handovers)
  }
}
