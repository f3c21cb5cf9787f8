/// What a plan's run control is doing, in the words of the experiment's run control where that has one.
public enum RunState: String, Sendable, Codable, CaseIterable {
  /// The stages know of no run.
  case idle
  /// The stages have what the next run needs.
  case configured
  /// Events stream.
  case running
  /// The source holds the events back; everything else is as in a run.
  case paused
  /// The source has stopped, the chain drains.
  case stopping
  /// A run has failed; it takes a new configuration to go on.
  case error

  /// What becomes of a command in this state.
  public enum Reaction: Equatable, Sendable {
    /// It is carried out.
    case act
    /// What it asks for is so already.
    case done
    /// It makes no sense now.
    case refuse(reason: String)
  }

  /// What becomes of a command in this state.
  public func reaction(to command: RunRequest) -> Reaction {
    switch (command, self) {
    case (.shutdown, _): .act
    case (.configure, .idle), (.configure, .configured), (.configure, .error): .act
    case (.configure, _): .refuse(reason: "a run is \(self == .paused ? "paused" : "on its way"); stop it first")
    case (.prescale, .running), (.prescale, .paused): .act
    case (.prescale, _): .refuse(reason: "no run is on its way; configure takes a column for the next one")
    case (.start, .configured): .act
    case (.start, .running): .done
    case (.start, .paused): .refuse(reason: "the run is paused; resume it")
    case (.start, .stopping): .refuse(reason: "the run before is still ending")
    case (.start, .idle), (.start, .error): .refuse(reason: "nothing is configured")
    case (.pause, .running): .act
    case (.pause, .paused): .done
    case (.pause, _): .refuse(reason: "no run is on its way")
    case (.resume, .paused): .act
    case (.resume, .running): .done
    case (.resume, _): .refuse(reason: "no run is paused")
    case (.stop, .running), (.stop, .paused): .act
    case (.stop, _): .done
    case (.abort, .running), (.abort, .paused), (.abort, .stopping): .act
    case (.abort, _): .done
    }
  }

  /// Whether a command has reached what it asks for.
  /// - Parameter hasEnded: whether the run that the command started has ended since.
  public func isReached(by command: RunRequest, hasEnded: Bool = false) -> Bool {
    switch command {
    case .configure: self == .configured
    case .start: self == .running || hasEnded
    case .pause: self == .paused
    case .resume, .prescale: self == .running || self == .paused
    case .stop: self == .configured || self == .idle || self == .error
    case .abort: self == .configured || self == .idle || self == .error
    case .shutdown: false
    }
  }
}

/// What run control can be told.
public enum RunRequest: String, Sendable, Codable, CaseIterable {
  /// Makes everything ready for a run, possibly with another menu or column of prescales.
  case configure
  /// Begins a run.
  case start
  /// Holds the events back.
  case pause
  /// Lets them stream again.
  case resume
  /// Changes to another column of prescales during a run.
  case prescale
  /// Ends the run in order.
  case stop
  /// Breaks the run off.
  case abort
  /// Ends the run in order, then all stages and run control itself.
  case shutdown
}
