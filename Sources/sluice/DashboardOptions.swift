import ArgumentParser
import Dashboard
import Menu
import Online

/// Options of commands that can show a run while it goes.
struct DashboardOptions: ParsableArguments {
  @Flag(help: "Serve a page that shows the run while it goes, and its metrics for Prometheus.")
  var dashboard = false

  @Option(
    help: """
      Where the page is served: HOST:PORT or PORT. Anybody who reaches it can read it; nobody can change anything. Without this, \
      this machine alone.
      """)
  var dashboardAddress: DashboardAddress?

  /// Opens the page if one was asked for, and says where.
  func open() throws -> DashboardServer? {
    guard dashboard || dashboardAddress != nil else { return nil }
    return try Self.open(at: dashboardAddress ?? .loopback)
  }

  /// Opens the page at an address, and says where.
  static func open(at address: DashboardAddress) throws -> DashboardServer {
    let server = DashboardServer(address, version: Sluice.configuration.version)
    let address: DashboardAddress
    do { address = try server.start() } catch { throw ValidationError("--dashboard: \(error)") }
    printToStandardError("dashboard: \(address)")
    return server
  }
}

extension DashboardAddress: ExpressibleByArgument {
  /// Reads the argument of `--dashboard-address`.
  public init?(argument: String) { self.init(argument) }
}

extension RunStatus.Menu {
  /// What a run says of its menu.
  init(_ menu: TriggerMenu) {
    self.init(name: menu.name, hash: menu.contentHash)
  }
}
