import ArgumentParser
import Dashboard
import Dispatch
import Foundation
import Online

/// `sluice monitor`: the page of a plan that runs elsewhere.
struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Serves the page of a plan that runs elsewhere.",
    discussion: """
      It asks run control twice a second how the run is getting on, and changes nothing. The plan may start and end while it \
      watches; it ends with Ctrl-C. The plan must have an endpoint for control that other processes can reach (ipc or tcp).
      """)

  @Option(help: "The run plan.", completion: .file(extensions: ["yaml"]))
  var plan: String

  @Option(help: "Where the page is served: HOST:PORT or PORT; without this, this machine alone.")
  var dashboardAddress = DashboardAddress.loopback

  func run() throws {
    let client = try ControlClient(RunPlan(contentsOf: plan))
    let page = try DashboardOptions.open(at: dashboardAddress)
    defer { page.stop() }
    let stop = StopRequest()
    let signals = SignalStop(stop) { _ in }
    defer { withExtendedLifetime(signals) {} }
    while !stop.isRequested {
      // Without an answer nothing is shown anew, and the page says how old its data are.
      if let status = try client.status() { page.post(status) }
      Thread.sleep(forTimeInterval: 0.5)
    }
  }
}
