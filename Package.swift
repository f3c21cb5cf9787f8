// swift-tools-version: 6.2
import PackageDescription

// Warnings stop the build where nobody is watching it; at a desk they stay warnings.
let warnings: [SwiftSetting] =
  Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

// Kernels (trigger logic, fits, checksums) are compiled for x86-64-v3 (AVX2, FMA). SLUICE_PORTABLE=1
// builds for any processor instead; `sluice doctor` says which build is running.
#if arch(x86_64)
  let portable = Context.environment["SLUICE_PORTABLE"] != nil
#else
  let portable = true
#endif
let kernel: [SwiftSetting] =
  portable ? [] : [.unsafeFlags(["-Xcc", "-march=x86-64-v3"]), .define("SLUICE_X86_64_V3")]

let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

// The layers, from the ground up. A target may depend on targets of lower layers only;
// Tests/ArchitectureTests holds every import to that.
let package = Package(
  name: "Sluice",
  products: [
    .executable(name: "sluice", targets: ["sluice"]),
    .library(
      name: "SluiceLibrary",
      targets: [
        "ArrowStream", "ZeroMQ", "Kinematics", "Statistics", "EventModel", "Menu", "Detector", "Level1",
        "Reconstruction", "Simulation", "HighLevelTrigger", "TriggerStudies", "SignalMonitor", "EventDisplay", "Online",
        "Dashboard",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  ],
  targets: [
    // Layer 0: system libraries and C
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CChecksum"),
    .target(name: "CAllocator"),
    .target(name: "CLanes"),
    .target(name: "CProcess"),
    .target(
      name: "CHepMC3",
      linkerSettings: [.linkedLibrary("HepMC3"), .linkedLibrary("z"), .linkedLibrary("zstd")]),

    // Layer 1: formats, links, mathematics
    .target(name: "ArrowStream", dependencies: ["CZstd", "CChecksum"], swiftSettings: kernel + lifetimes + warnings),
    .target(name: "ZeroMQ", dependencies: ["CZeroMQ"], swiftSettings: lifetimes + [.strictMemorySafety()] + warnings),
    .target(name: "Kinematics", swiftSettings: kernel + lifetimes + warnings),
    .target(
      name: "Statistics",
      dependencies: [.product(name: "Histogram", package: "hdrhistogram-swift")],
      swiftSettings: kernel + lifetimes + warnings),

    // Layer 2: what an event is
    .target(
      name: "EventModel", dependencies: ["ArrowStream"], swiftSettings: kernel + lifetimes + warnings),

    // Layer 3: what a physicist edits
    .target(
      name: "Menu",
      dependencies: ["EventModel", "Statistics", .product(name: "Yams", package: "Yams")],
      swiftSettings: kernel + lifetimes + warnings),
    .target(
      name: "Detector", dependencies: ["ArrowStream", "Kinematics"], resources: [.copy("Tables")],
      swiftSettings: kernel + lifetimes + warnings),

    // Layer 4: what happens to an event
    .target(
      name: "Level1",
      dependencies: ["Detector", "Menu", "EventModel", "Kinematics", "Statistics", "ArrowStream", "CLanes"],
      swiftSettings: kernel + lifetimes + warnings),
    .target(
      name: "Reconstruction",
      dependencies: ["Detector", "EventModel", "Kinematics", "Statistics", "ArrowStream", "CLanes"],
      swiftSettings: kernel + lifetimes + warnings),
    .target(
      name: "Simulation",
      dependencies: [
        "Detector", "EventModel", "Kinematics", "Statistics", "ArrowStream", "CHepMC3",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: kernel + lifetimes + warnings),

    // Layer 5: the second decision
    .target(
      name: "HighLevelTrigger",
      dependencies: ["Level1", "Reconstruction", "Menu", "Detector", "EventModel", "Kinematics", "ArrowStream"],
      swiftSettings: kernel + lifetimes + warnings),

    // Layer 6: what is made of the decisions
    .target(
      name: "TriggerStudies",
      dependencies: [
        "Level1", "Reconstruction", "Detector", "EventModel", "Kinematics", "Statistics", "ArrowStream",
      ],
      swiftSettings: kernel + lifetimes + warnings),
    .target(
      name: "SignalMonitor",
      dependencies: [
        "Menu", "EventModel", "Kinematics", "Statistics", "ArrowStream", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: kernel + lifetimes + warnings),

    .target(
      name: "EventDisplay",
      dependencies: ["Reconstruction", "Detector", "EventModel", "Kinematics", "Statistics", "ArrowStream"],
      swiftSettings: lifetimes + warnings),

    // Layer 7: the only layer that touches sockets and clocks
    .target(
      name: "Online",
      dependencies: [
        "ZeroMQ", "ArrowStream", "EventModel", "Level1", "Reconstruction", "HighLevelTrigger", "TriggerStudies",
        "SignalMonitor", "Menu", "Detector", "Statistics", "CProcess", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: kernel + lifetimes + warnings),

    // Layer 8: the only layer that speaks HTTP; it reads what runs say of themselves
    .target(
      name: "Dashboard",
      dependencies: ["Online", .product(name: "Hummingbird", package: "hummingbird")],
      resources: [.embedInCode("Page/page.html"), .embedInCode("Page/page.js"), .embedInCode("Page/page.css")],
      swiftSettings: warnings),

    // Layer 9: the command line
    .executableTarget(
      name: "sluice",
      dependencies: [
        "Dashboard", "Online", "Simulation", "TriggerStudies", "SignalMonitor", "EventDisplay", "HighLevelTrigger",
        "Reconstruction",
        "Level1", "Menu", "Detector", "EventModel", "Kinematics", "Statistics", "ArrowStream", "CAllocator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: warnings),

    // Tests stand beside the layer they test
    .target(name: "TestSupport", dependencies: ["Statistics"], path: "Tests/TestSupport", swiftSettings: warnings),
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .testTarget(name: "ArchitectureTests", swiftSettings: warnings),
    .testTarget(name: "ArrowStreamTests", dependencies: ["ArrowStream", "TestSupport"], swiftSettings: warnings),
    .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"], swiftSettings: lifetimes + warnings),
    .testTarget(name: "KinematicsTests", dependencies: ["Kinematics", "Statistics"], swiftSettings: warnings),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "TestSupport"], swiftSettings: warnings),
    .testTarget(name: "EventModelTests", dependencies: ["EventModel", "ArrowStream"], swiftSettings: warnings),
    .testTarget(
      name: "MenuTests", dependencies: ["Menu", "EventModel", "Statistics", "TestSupport"], swiftSettings: warnings),
    .testTarget(
      name: "DetectorTests", dependencies: ["Detector", "Kinematics", "TestSupport"], swiftSettings: warnings),
    .testTarget(
      name: "Level1Tests",
      dependencies: [
        "Level1", "Simulation", "Detector", "Menu", "EventModel", "Kinematics", "Statistics", "ArrowStream",
        "TestSupport",
      ],
      swiftSettings: warnings),
    .testTarget(
      name: "ReconstructionTests",
      dependencies: [
        "Reconstruction", "Simulation", "Detector", "EventModel", "Kinematics", "Statistics", "ArrowStream",
      ],
      swiftSettings: warnings),
    .testTarget(
      name: "EventDisplayTests",
      dependencies: ["EventDisplay", "Detector", "EventModel", "ArrowStream"],
      swiftSettings: warnings),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Simulation", "Detector", "EventModel", "Statistics", "ArrowStream", "Kinematics", "CHepMC3", "TestSupport",
      ],
      swiftSettings: warnings),
    .testTarget(
      name: "HighLevelTriggerTests",
      dependencies: [
        "HighLevelTrigger", "Reconstruction", "Level1", "Simulation", "Menu", "Detector", "EventModel", "Kinematics",
        "Statistics", "ArrowStream", "CAllocationCount",
      ],
      swiftSettings: warnings),
    .testTarget(
      name: "TriggerStudiesTests",
      dependencies: [
        "TriggerStudies", "Level1", "Reconstruction", "Simulation", "Detector", "Kinematics", "Statistics",
        "EventModel", "ArrowStream", "TestSupport",
      ],
      exclude: ["smallest_track_errors.py"], swiftSettings: warnings),
    .testTarget(
      name: "SignalMonitorTests",
      dependencies: ["SignalMonitor", "Statistics", "EventModel", "ArrowStream", "TestSupport"],
      exclude: ["Tables"], swiftSettings: warnings),
    .testTarget(
      name: "OnlineTests",
      dependencies: [
        "Online", "ZeroMQ", "Level1", "HighLevelTrigger", "TriggerStudies", "SignalMonitor", "Menu", "Detector",
        "EventModel", "Statistics", "ArrowStream", "TestSupport",
      ],
      swiftSettings: lifetimes + warnings),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "Online", "TestSupport"], swiftSettings: warnings),
    .testTarget(
      name: "SluiceTests",
      dependencies: ["sluice", "ArrowStream", "EventModel", "TestSupport"],
      exclude: ["Support/browse-run.py"], swiftSettings: warnings),
  ],
  cxxLanguageStandard: .cxx17
)
