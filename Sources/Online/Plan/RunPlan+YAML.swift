import Foundation
import Menu
import Yams

extension RunPlan {
  private static let keys = [
    "plan", "streams", "menu", "prescale_column", "channels", "reconstruct", "output", "pace", "seed", "repeat",
    "keep_rejected", "workers", "batch", "busy_after", "patience", "worker_limit", "silence_limit", "replace_workers",
    "start_limit", "stop_limit", "launch", "prescale_columns", "keys",
    "endpoints", "express", "counters", "insecure",
  ]

  /// Reads a plan. Paths of inputs are relative to the plan's folder, that of the output to the working directory.
  /// - Throws: ``RunPlanError`` with line and column.
  public init(contentsOf path: String) throws {
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw RunPlanError(
        file: path, line: 1, column: 1, problem: "the plan cannot be read: \(error.localizedDescription)")
    }
    try self.init(yaml: bytes, file: path)
  }

  /// Reads a plan from the bytes of its file.
  public init(yaml bytes: [UInt8], file: String) throws {
    self.init()
    self.file = file
    let root: Node
    do { root = try composeYAML(bytes, file: file) } catch {
      guard let first = error.diagnostics.first else { throw error }
      throw RunPlanError(
        file: file, line: first.span.line, column: first.span.column,
        problem: first.help.map { "\(first.message); \($0)" } ?? first.message)
    }
    let members = try PlanNode(node: root, file: file, name: "plan").members(Self.keys)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    func resolved(_ path: String) -> String {
      path.hasPrefix("/") ? path : folder.appending(path: path).standardizedFileURL.path(percentEncoded: false)
    }
    name = try members.required("plan").text
    streams = try members.required("streams").elements.map { resolved(try $0.text) }
    menu = resolved(try members.required("menu").text)
    prescaleColumn = try members["prescale_column"]?.text
    channels = try members["channels"].map { resolved(try $0.text) }
    output = try members.required("output").text
    if let node = members["reconstruct"] { reconstruct = try node.text }
    if let node = members["pace"] {
      paceText = try node.text
      do { pace = try Pace(parsing: paceText) } catch { throw node.error("\(error)") }
    }
    if let node = members["seed"] { seed = UInt64(try node.integer(0...Int.max)) }
    if let node = members["repeat"] { repeats = try node.integer(1...1_000_000_000) }
    if let node = members["keep_rejected"] { keepRejected = try node.integer(0...1_000_000_000) }
    if let node = members["workers"] { workers = try node.integer(1...256) }
    if let node = members["batch"] {
      let batch = try node.members(["events", "age"])
      if let node = batch["events"] { batchEvents = try node.integer(1...65_536) }
      if let node = batch["age"] { batchAge = try node.milliseconds(0...3.6e6) }
    }
    if let node = members["busy_after"] { busyAfter = try node.milliseconds(0...3.6e6) }
    if let node = members["patience"] { patience = try node.milliseconds(0...3.6e6) }
    if let node = members["worker_limit"] { workerLimit = try node.milliseconds(1...3.6e6) }
    if let node = members["silence_limit"] { silenceLimit = try node.milliseconds(200...3.6e6) }
    if let node = members["replace_workers"] { replacesWorkers = try node.flag }
    if let node = members["start_limit"] { startLimit = try node.milliseconds(1...3.6e6) }
    if let node = members["stop_limit"] { stopLimit = try node.milliseconds(1...3.6e6) }
    if let node = members["prescale_columns"] { otherPrescaleColumns = try node.elements.map { try $0.text } }
    if let node = members["launch"] {
      switch try node.text {
      case "local": startsStages = true
      case "elsewhere": startsStages = false
      default: throw node.error("'launch' is '\(try node.text)', expected local or elsewhere")
      }
    }
    if let node = members["insecure"] { isInsecure = try node.flag }
    if let node = members["endpoints"] { endpoints = try Self.endpoints(node) }
    if let node = members["express"] { express = try Self.express(node) }
    if let node = members["counters"] { counters = try Self.publicEndpoint(node) }
    if endpoints.hasProcesses, endpoints.address(of: RunControl.stage) == .inproc, let node = members["endpoints"] {
      throw node.error(
        "stages in processes of their own cannot reach run control: 'control' needs an ipc or tcp endpoint")
    }
    keys = try members["keys"].map { resolved(try $0.text) }
    if keys != nil && isInsecure, let node = members["insecure"] {
      throw node.error("a plan with 'keys' is not insecure; leave one of them out")
    }
    if endpoints.hasTCP && !isInsecure && keys == nil, let node = members["endpoints"] {
      throw node.error(
        "tcp endpoints need 'keys: FOLDER' ('sluice control keygen' makes them), or say 'insecure: true' if links that are "
          + "neither encrypted nor authenticated are what you want")
    }
  }

  private static func express(_ node: PlanNode) throws -> ExpressPlan {
    let members = try node.members(["endpoint", "one_in", "lines"])
    var plan = ExpressPlan(endpoint: try publicEndpoint(try members.required("endpoint")))
    if let node = members["one_in"] { plan.oneIn = try node.integer(0...1_000_000_000) }
    if let node = members["lines"] { plan.lines = try node.elements.map { try $0.text } }
    return plan
  }

  /// An endpoint that others subscribe to.
  private static func publicEndpoint(_ node: PlanNode) throws -> String {
    let text = try node.text
    guard text.hasPrefix("ipc:///") || text.hasPrefix("tcp://") else {
      throw node.error("'\(text)' is no endpoint others could subscribe to, expected ipc:///path or tcp://host:port")
    }
    return text
  }

  private static func endpoints(_ node: PlanNode) throws -> Endpoints {
    func address(_ node: PlanNode) throws -> Endpoints.Address {
      let text = try node.text
      guard let address = Endpoints.Address(text) else {
        throw node.error("'\(text)' is no endpoint, expected inproc, ipc:///folder or tcp://host:port")
      }
      return address
    }
    var endpoints = Endpoints()
    guard node.isMapping else {
      endpoints.all = try address(node)
      return endpoints
    }
    for (name, value) in try node.members(["all"] + Endpoints.inputs).all {
      if name == "all" { endpoints.all = try address(value) } else { endpoints.exceptions[name] = try address(value) }
    }
    return endpoints
  }
}
