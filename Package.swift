// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A library target and its test target, both with the project's strict settings.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = []) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name), "MagnusTestSupport"] + tests,
            swiftSettings: strict
        ),
    ]
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "magnus",
    products: [.executable(name: "magnus", targets: ["magnus"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .executableTarget(name: "magnus", dependencies: ["MagnusCommands"], swiftSettings: strict),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "MagnusTestSupport", dependencies: [], swiftSettings: strict),
    ]
        + room(
            "MagnusCommands",
            [
                "Assistant", "Agents", "Connectors", "Retrieval", "Evidence", "Markets", "Encoder", "Storage",
                argumentParser, logging,
            ],
            tests: ["magnus"]
        )
        + room("Assistant", ["Agents", "Retrieval", "Evidence", "Markets", "Storage"])
        + room("Agents", ["Connectors", "Retrieval", "Evidence", "Markets", yams, logging])
        + room("Connectors", ["Evidence", "Markets", "Storage", crypto, collections, yams])
        + room("Retrieval", ["Evidence", "Encoder", "Kernels", "Storage", crypto, logging])
        + room("Evidence", ["Markets"])
        + room("Markets", [collections])
        + room("Encoder", ["Kernels"])
        + room("Kernels", ["COpenBLAS"])
        + room("Storage", [grdb, crypto]),
    swiftLanguageModes: [.v6]
)
