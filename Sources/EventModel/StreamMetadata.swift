import ArrowStream

/// The keys of a stream's metadata that this project writes; others pass through untouched.
public enum StreamMetadata {
  /// Version of the event schema, ``EventSchema/formatVersion``.
  public static let format = "sluice.format"
  /// Geometry version; streams of different geometry are never mixed.
  public static let geometry = "sluice.geometry"
  /// Energies and crossing angle of the beams, for people.
  public static let beams = "sluice.beams"
  /// What made the events: generator, files, processes.
  public static let generator = "sluice.generator"
  /// Seed of the random numbers of the detector response.
  public static let seed = "sluice.seed"
  /// Instantaneous luminosity in 1e34 / cm2 / s.
  public static let luminosity = "sluice.luminosity"
  /// What changed on purpose while the stream was simulated: see `ConditionDrift`.
  public static let drift = "sluice.drift"
  /// Level of beam background, 1 = design.
  public static let background = "sluice.background"
  /// Channels that recorded nothing in the simulation, as ranges; absent if all worked.
  public static let deadChannels = "sluice.dead_channels"
  /// Channels that recorded something in every event of the simulation, as ranges; absent if there were none.
  public static let hotChannels = "sluice.hot_channels"
  /// The simulated signals that were mixed in with `--inject`, as they were asked for; absent in all other streams.
  public static let injected = "sluice.injected"
  /// Live time the stream stands for, in s.
  public static let liveTime = "sluice.live_time"
  /// Name of the menu that was applied.
  public static let menu = "sluice.menu"
  /// Content hash of the menu that was applied.
  public static let menuHash = "sluice.menu_hash"
  /// Level-1 lines in bit order, comma-separated.
  public static let level1Lines = "sluice.l1.lines"
  /// Level-1 prescales in line order, comma-separated, one set per version, versions separated by semicolons.
  public static let level1Prescales = "sluice.l1.prescales"
  /// How level-1 prescales chose: `counter` or `random`.
  public static let level1Prescaling = "sluice.l1.prescaling"
  /// The column of the menu's table that the level-1 prescales were taken from; absent for the menu's own.
  public static let level1PrescaleColumn = "sluice.l1.prescale_column"
  /// Hash of the weights of level 1's neural track trigger.
  public static let level1Networks = "sluice.l1.networks"
  /// Names of the level-1 input bits in the order of `l1.input`, comma-separated.
  public static let level1Inputs = "sluice.l1.inputs"
  /// How prescales of the high-level trigger chose: `hash` or `counter`.
  public static let highLevelPrescaling = "sluice.hlt.prescaling"
  /// High-level lines in result order, comma-separated.
  public static let highLevelLines = "sluice.hlt.lines"
  /// Names of the variables in `hlt.variables`, comma-separated.
  public static let highLevelVariables = "sluice.hlt.variables"
  /// The command line that wrote the stream.
  public static let command = "sluice.command"
}
